package dev.pagoda.runtime.scml;

import dev.pagoda.runtime.trace.RecordedList;
import dev.pagoda.runtime.trace.TraceCall;
import dev.pagoda.runtime.trace.TraceResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of one or more files. A call is supported when one rule for its name matches it, and refused else. SCML has no
 * word for what is accepted without effect, so files say it in a comment, {@code // ignored: A, B}, behind the rules of a call, or behind a set for all calls: a call
 * that uses one of these and matches without it is ignored.
 *
 * <p>Names of sets and structures belong to their file. Read by many threads once it is complete.
 */
public final class RuleSet implements Judge {
    /** How the reason begins for a call that no rule names. */
    static final String NO_RULE = "no rule for ";

    private final Map<String, List<CallRule>> rules = new HashMap<>();
    private final Map<String, Set<String>> ignored = new HashMap<>();

    /** Makes an empty set. */
    public RuleSet() {}

    /**
     * Adds the rules of a file.
     *
     * @param file name for messages
     * @param text the content
     * @return how many rules for calls it has
     * @throws RuleError at the first place that cannot be read; nothing was added then
     */
    public int add(String file, String text) {
        RuleParser.RuleFile read = RuleParser.parse(file, text);
        for (CallRule rule : read.calls()) {
            rules.computeIfAbsent(rule.name(), name -> new ArrayList<>()).add(rule);
        }
        Set<String> everywhere = read.ignored().getOrDefault(RuleParser.EVERYWHERE, Set.of());
        for (CallRule rule : read.calls()) {
            Set<String> flags = ignored.computeIfAbsent(rule.name(), call -> new HashSet<>());
            flags.addAll(read.ignored().getOrDefault(rule.name(), Set.of()));
            flags.addAll(everywhere);
        }
        return read.calls().size();
    }

    /** Whether a rule speaks of a call. */
    public boolean names(String call) {
        return rules.containsKey(call);
    }

    @Override
    public Judgement judge(TraceCall call) {
        List<CallRule> candidates = rules.getOrDefault(call.name(), List.of());
        if (candidates.isEmpty()) {
            return new Judgement(Verdict.REFUSED, NO_RULE + call.name());
        }
        boolean whole = call.result().kind() != TraceResult.Kind.NEVER;
        List<String> arguments = whole ? call.arguments() : begun(call.arguments());
        Set<String> without = new TreeSet<>();
        List<String> rest = withoutIgnored(arguments, ignored.getOrDefault(call.name(), Set.of()), without);
        CallRule closest = null;
        CallRule.Comparison best = null;
        for (CallRule rule : candidates) {
            CallRule.Comparison comparison = rule.compare(rest, whole);
            if (comparison.matches()) {
                return without.isEmpty()
                        ? Judgement.SUPPORTED
                        : new Judgement(Verdict.IGNORED, String.join(", ", without) + " has no effect");
            }
            if (best == null || comparison.agreed() > best.agreed()) {
                closest = rule;
                best = comparison;
            }
        }
        String others = candidates.size() > 1 ? ", the closest of " + candidates.size() : "";
        return new Judgement(Verdict.REFUSED, best.reason() + " (" + closest.place() + others + ")");
    }

    private static List<String> withoutIgnored(List<String> arguments, Set<String> ignored, Set<String> found) {
        List<String> rest = new ArrayList<>();
        for (String argument : arguments) {
            List<String> flags = new ArrayList<>(RecordedValue.flags(RecordedValue.bare(argument)));
            List<String> gone = flags.stream().filter(ignored::contains).toList();
            found.addAll(gone);
            flags.removeAll(gone);
            rest.add(gone.isEmpty() ? argument : flags.isEmpty() ? "0" : String.join("|", flags));
        }
        return rest;
    }

    /** The arguments of a call that never returned; the reader keeps them in one piece, which may end anywhere. */
    private static List<String> begun(List<String> arguments) {
        if (arguments.size() != 1) {
            return arguments;
        }
        String text = arguments.getFirst();
        return RecordedList.split(text.endsWith(",") ? text.substring(0, text.length() - 1) : text)
                .orElse(List.of());
    }
}

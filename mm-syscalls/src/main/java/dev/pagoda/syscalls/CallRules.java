package dev.pagoda.syscalls;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of calls in SCML, the language of rules in which kernels say what they support: a rule for each form of a call, a set for each argument with named values.
 *
 * <p>The language can only say "a subset of these"; what is ignored or refused goes into comments behind the rules of a call.
 */
public final class CallRules {
    private static final int LINE = 112;

    private CallRules() {}

    /** All rules of all calls, one text. */
    public static String all() {
        Set<Flags> written = new LinkedHashSet<>();
        StringBuilder text = new StringBuilder();
        for (CallGroup group : CallGroup.values()) {
            text.append("// ").append(group.title()).append("\n\n");
            text.append(of(CallTable.of(group), written)).append('\n');
        }
        return text.toString();
    }

    /** The rules of calls, each set before its first use. */
    static String of(List<CallRow> rows) {
        return of(rows, new LinkedHashSet<>());
    }

    private static String of(List<CallRow> rows, Set<Flags> written) {
        StringBuilder text = new StringBuilder();
        for (CallRow row : rows) {
            for (CallArgument argument : row.arguments()) {
                for (Flags set : referred(row, argument)) {
                    if (written.add(set)) {
                        text.append(set(set)).append('\n');
                    }
                }
            }
            if (row.verdict() == Verdict.REFUSED) {
                text.append("// refused: ").append(row.name()).append('\n');
            } else {
                rules(row).forEach(rule -> text.append(rule).append('\n'));
                comment(text, row, Verdict.IGNORED);
                comment(text, row, Verdict.REFUSED);
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** The sets that a rule names; a choice beside flags is written out, a rule for each. */
    private static List<Flags> referred(CallRow row, CallArgument argument) {
        boolean namedInside = row.rules().isEmpty()
                || row.rules().stream()
                        .anyMatch(rule ->
                                argument.values().stream().anyMatch(set -> rule.contains('<' + set.name() + '>')));
        if (!namedInside) {
            return List.of();
        }
        return argument.values().size() == 1
                ? argument.values()
                : argument.values().stream().filter(Flags::isCombined).toList();
    }

    private static String set(Flags set) {
        return wrapped(
                set.name() + " = ",
                set.rows().stream().filter(Flag::isTaken).map(Flag::name).toList(),
                " | ",
                ";");
    }

    /** What the language cannot say, behind the rules of a call. */
    private static void comment(StringBuilder text, CallRow row, Verdict verdict) {
        List<String> names = row.arguments().stream()
                .flatMap(argument -> argument.values().stream())
                .flatMap(set -> set.rows().stream())
                .filter(flag -> flag.verdict() == verdict)
                .map(Flag::name)
                .distinct()
                .toList();
        if (!names.isEmpty()) {
            text.append(wrapped("// " + verdict.word() + ": ", names, ", ", ""));
        }
    }

    private static String wrapped(String start, List<String> names, String between, String end) {
        String indent = start.startsWith("//") ? "//" + " ".repeat(start.length() - 2) : " ".repeat(start.length());
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder(start);
        for (int i = 0; i < names.size(); i++) {
            String next = names.get(i) + (i + 1 < names.size() ? between : end);
            if (line.length() + next.length() > LINE && line.length() > indent.length()) {
                text.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(next);
        }
        return text.append(line.toString().stripTrailing()).append('\n').toString();
    }

    /** The rules of a call. */
    static List<String> rules(CallRow row) {
        if (!row.rules().isEmpty()) {
            return row.rules();
        }
        List<List<String>> forms = new ArrayList<>(List.of(List.of()));
        for (CallArgument argument : row.arguments()) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> form : forms) {
                for (String pattern : patterns(argument)) {
                    List<String> one = new ArrayList<>(form);
                    one.add(pattern);
                    longer.add(one);
                }
            }
            forms = longer;
        }
        return forms.stream()
                .map(form -> row.name() + '(' + String.join(", ", form) + ");")
                .toList();
    }

    private static List<String> patterns(CallArgument argument) {
        if (argument.optional()) {
            return List.of("..");
        }
        String name = argument.name();
        if (argument.unit().equals("path")) {
            return List.of(name + " = <PATH>");
        }
        if (argument.values().isEmpty()) {
            return List.of(name);
        }
        Flags choice = argument.values().getFirst();
        if (argument.values().size() == 1) {
            return List.of(name + " = <" + choice.name() + '>');
        }
        String rest = argument.values().stream()
                .skip(1)
                .map(set -> " | <" + set.name() + '>')
                .collect(Collectors.joining());
        return choice.rows().stream()
                .filter(Flag::isTaken)
                .map(flag -> name + " = " + flag.name() + rest)
                .toList();
    }
}

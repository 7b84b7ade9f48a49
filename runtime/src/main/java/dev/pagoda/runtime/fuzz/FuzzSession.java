package dev.pagoda.runtime.fuzz;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs sequences on both sides and compares them: the command's work. One thread; the agent works on one batch while Pagoda works on the same, and while the one before is compared.
 *
 * <p>Closing ends the agent and the kernel.
 */
public final class FuzzSession implements AutoCloseable {
    /** Sequences between two looks at the kernel's books. */
    private static final int SEQUENCES_PER_AUDIT = 4096;

    private static final int TOTALS_PER_LINE = 8;

    /**
     * How far it is.
     *
     * @param sequences sequences compared
     * @param findings sequences that differ without an explanation
     * @param nanos time since the start
     */
    public record Progress(long sequences, int findings, long nanos) {}

    /**
     * A sequence that differs.
     *
     * @param seed what made it
     * @param what what differs, in one line
     * @param script the smallest script that shows it
     */
    public record Finding(long seed, String what, String script) {}

    private record Differing(Sequence sequence, Difference first) {}

    private final FuzzOptions options;
    private final Set<Group> missing = EnumSet.noneOf(Group.class);
    private final Set<Group> groups;
    private final Sides sides;
    private final Generator generator;
    private final Map<Call, Long> calls = new EnumMap<>(Call.class);
    private final Map<Explanation, Long> explained = new EnumMap<>(Explanation.class);
    /** What differed and was not made small yet. */
    private final List<Differing> differing = new ArrayList<>();

    private long made;
    private long madeCalls;
    private long sequences;
    private int findings;
    private long startNanos;
    private long lastNanos;

    private FuzzSession(FuzzOptions options, Set<Group> wanted, PagodaSide.Answers answers) throws HostRefused {
        this.options = options;
        this.groups = wanted;
        this.sides = Sides.start(answers);
        wanted.stream().filter(group -> !sides.pagoda().has(group)).forEach(missing::add);
        groups.removeAll(missing);
        this.generator = new Generator(groups, options.mostCalls());
    }

    /**
     * Boots both sides.
     *
     * @throws HostRefused if the host is not fit
     * @throws IllegalArgumentException if a group is not known
     */
    public static FuzzSession start(FuzzOptions options) throws HostRefused {
        return start(options, (step, outcome) -> outcome);
    }

    /** With answers of Pagoda that are not its own, for tests. */
    static FuzzSession start(FuzzOptions options, PagodaSide.Answers answers) throws HostRefused {
        return new FuzzSession(options, groups(options.groups()), answers);
    }

    private static Set<Group> groups(List<String> words) {
        boolean named = words.stream().anyMatch(word -> !word.startsWith("-"));
        Set<Group> groups = named ? EnumSet.noneOf(Group.class) : EnumSet.allOf(Group.class);
        for (String word : words) {
            boolean without = word.startsWith("-");
            Group group = Group.of(without ? word.substring(1) : word).orElseThrow(() -> unknown(word));
            if (without) {
                groups.remove(group);
            } else {
                groups.add(group);
            }
        }
        return groups;
    }

    private static IllegalArgumentException unknown(String word) {
        List<String> known =
                EnumSet.allOf(Group.class).stream().map(Group::word).toList();
        return new IllegalArgumentException("there is no group '" + word + "'; there is " + String.join(", ", known));
    }

    /** The kernel that is compared with. */
    public String release() {
        return LinuxSide.release();
    }

    /** Names of the groups that sequences are made of. */
    public List<String> groups() {
        return groups.stream().map(Group::word).toList();
    }

    /** Names of the groups that were wanted but that Pagoda answers with ENOSYS or the like. */
    public List<String> missing() {
        return missing.stream().map(Group::word).toList();
    }

    /** Number of sequences that differ and that nothing explains. */
    public int findings() {
        return findings;
    }

    /**
     * Runs until enough was run, time is up, or enough sequences differ.
     *
     * @param onProgress told after each batch
     * @param onFinding told of each sequence that differs
     * @throws HostRefused if the agent is lost
     */
    public void run(Consumer<Progress> onProgress, Consumer<Finding> onFinding) throws HostRefused {
        startNanos = System.nanoTime();
        long nextAudit = SEQUENCES_PER_AUDIT;
        List<Sequence> batch = nextBatch();
        sides.begin(batch);
        while (!batch.isEmpty()) {
            List<Observation> ours = sides.here(batch);
            List<Sequence> next = nextBatch();
            List<Sides.Both> seen = sides.finish(ours);
            describeDiffering(onFinding);
            if (findings >= options.mostFindings()) {
                next = List.of();
            }
            if (!next.isEmpty()) {
                // Linux goes on while this batch is compared.
                sides.begin(next);
            }
            compare(batch, seen);
            if (sequences >= nextAudit || next.isEmpty()) {
                nextAudit += SEQUENCES_PER_AUDIT;
                long seed = batch.getLast().seed();
                sides.pagoda()
                        .audit()
                        .ifPresent(text -> found(new Finding(seed, "the kernel's books: " + text, ""), onFinding));
            }
            lastNanos = System.nanoTime() - startNanos;
            onProgress.accept(new Progress(sequences, findings, lastNanos));
            batch = next;
        }
        describeDiffering(onFinding);
        lastNanos = System.nanoTime() - startNanos;
    }

    /** The sequences that come next; none if enough was run, time is up, or enough sequences differ. */
    private List<Sequence> nextBatch() {
        List<Sequence> batch = new ArrayList<>();
        boolean enough = System.nanoTime() - startNanos >= options.nanos()
                || findings + differing.size() >= options.mostFindings();
        for (int i = 0;
                !enough && i < LinuxSide.BATCH && made < options.sequences() && madeCalls < options.calls();
                i++) {
            Sequence sequence = generator.generate(options.seed() + made++);
            madeCalls += sequence.steps().size();
            batch.add(sequence);
        }
        return batch;
    }

    private void compare(List<Sequence> batch, List<Sides.Both> seen) {
        for (int i = 0; i < batch.size(); i++) {
            Sequence sequence = batch.get(i);
            Comparison comparison = sides.compare(sequence, seen.get(i));
            Difference difference = comparison.first();
            sequences++;
            sequence.steps().forEach(step -> calls.merge(step.call(), 1L, Long::sum));
            comparison.explained().forEach((reason, times) -> explained.merge(reason, (long) times, Long::sum));
            if (difference != null) {
                differing.add(new Differing(sequence, difference));
            }
        }
    }

    /** Makes what differed small, for which Linux must be idle. */
    private void describeDiffering(Consumer<Finding> onFinding) throws HostRefused {
        for (Differing each : differing) {
            if (findings < options.mostFindings()) {
                found(describe(each.sequence, each.first), onFinding);
            }
        }
        differing.clear();
    }

    private void found(Finding finding, Consumer<Finding> onFinding) {
        findings++;
        onFinding.accept(finding);
    }

    private Finding describe(Sequence sequence, Difference first) throws HostRefused {
        Sequence looked = sequence.looked();
        Sequence start = sides.differs(looked) != null ? looked : sequence;
        Sequence smallest = new Minimizer(candidate -> sides.differs(candidate) != null).minimize(start);
        Sides.Both both = sides.run(List.of(smallest)).getFirst();
        Difference difference = sides.compare(smallest, both).first();
        if (difference == null) {
            return new Finding(sequence.seed(), "only once: " + describe(first), "");
        }
        String what = describe(difference);
        return new Finding(sequence.seed(), what, new ScriptText(smallest, both.linux()).write(what, difference));
    }

    private static String describe(Difference difference) {
        return difference.what() + ": Linux " + difference.linux() + ", here " + difference.pagoda();
    }

    /** What was done, lines of text. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        long total = calls.values().stream().mapToLong(Long::longValue).sum();
        double seconds = lastNanos / 1e9;
        lines.add(String.format(
                Locale.ROOT,
                "fuzz: %,d sequences, %,d calls, %.1f s, %,.0f sequences/s; %d differ",
                sequences,
                total,
                seconds,
                sequences / seconds,
                findings));
        List<String> counts = new ArrayList<>();
        calls.forEach((call, count) -> counts.add(String.format(Locale.ROOT, "%s %,d", call.word(), count)));
        for (int i = 0; i < counts.size(); i += TOTALS_PER_LINE) {
            lines.add("  " + String.join(", ", counts.subList(i, Math.min(counts.size(), i + TOTALS_PER_LINE))));
        }
        explained.forEach((reason, count) ->
                lines.add(String.format(Locale.ROOT, "  explained %,d times: %s", count, reason.reason())));
        return lines;
    }

    @Override
    public void close() {
        sides.close();
    }
}

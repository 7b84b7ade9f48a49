package dev.pagoda.bench.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How often a page must be accessed until the host's translation in hardware has won back what the host's faults cost: what a fault of the host
 * costs more than one of ours, divided by what an access of ours costs more than one of the host.
 *
 * @param access which kind of access
 * @param threads how many threads did it at the same time
 * @param faultNanos what a fault of the host costs more
 * @param accessNanos what an access of ours costs more
 */
record BreakEven(String access, int threads, double faultNanos, double accessNanos) {
    /** The fault that is meant. */
    static final String FAULT = "SpaceFaults.firstTouch";
    /** Accesses that are one operation each. */
    static final List<String> ACCESSES =
            List.of("AccessBench.loopLoad", "AccessBench.loopStore", "AccessBench.loadFar");
    /** A whole recording in one operation. */
    static final String REPLAY = "AddressReplay.replay";

    /**
     * One for each kind of access and number of threads; none where faults were not measured.
     *
     * @param rows all comparisons
     * @param recorded accesses of the recording; 0 without one
     */
    static List<BreakEven> of(List<Comparison> rows, int recorded) {
        List<BreakEven> all = new ArrayList<>();
        Measured last = null;
        for (Comparison row : rows) {
            Measured ours = row.ours();
            // Of several peers the first is the one that counts.
            boolean isFirst = ours != last;
            last = ours;
            boolean isReplay = ours.name().equals(REPLAY);
            if (row.peer() == null || !isFirst || !isReplay && !ACCESSES.contains(ours.name())) {
                continue;
            }
            double over = (ours.median() - row.peer().median()) / (isReplay ? recorded : 1);
            faultNanos(rows, ours.threads())
                    .ifPresent(fault -> all.add(new BreakEven(ours.label(), ours.threads(), fault, over)));
        }
        return all;
    }

    private static Optional<Double> faultNanos(List<Comparison> rows, int threads) {
        return rows.stream()
                .filter(row -> row.ours().name().equals(FAULT) && row.ours().threads() == threads && row.peer() != null)
                .map(row -> row.peer().median() - row.ours().median())
                .findFirst();
    }

    /** Accesses to a page; infinite where the host never catches up, 0 where it is ahead at once. */
    double accesses() {
        if (faultNanos <= 0) {
            return 0;
        }
        return accessNanos <= 0 ? Double.POSITIVE_INFINITY : faultNanos / accessNanos;
    }

    /** What it means. */
    String inWords() {
        double accesses = accesses();
        String differences = String.format(
                Locale.ROOT,
                "a fault of the host costs %,.0f ns more than ours, an access of ours %.2f ns more than the host's",
                faultNanos,
                accessNanos);
        return accesses == Double.POSITIVE_INFINITY
                ? "never; " + differences
                : String.format(Locale.ROOT, "after %,.0f accesses to a page; %s", accesses, differences);
    }
}

package dev.pagoda.bench.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what was measured as tables for people, 140 columns wide at most. Used by one thread. */
final class BenchTable {
    private static final String ROW = "%-32s %8s %8s  %-22s %9s  %-22s %-21s %s";
    /** At which ratios lose their decimals. */
    private static final double LARGE_RATIO = 100;

    private final PrintWriter out;
    private final List<Measured> measured;
    private final List<Comparison> rows;

    BenchTable(PrintWriter out, List<Measured> measured, List<Comparison> rows) {
        this.out = out;
        this.measured = measured;
        this.rows = rows;
    }

    /** Our benchmarks with one number of threads beside their peers, then the yardsticks. */
    void print(int threads, List<Measured> yardsticks) {
        line(
                threads + (threads == 1 ? " thread" : " threads"),
                "ours ns",
                recordedHeading(),
                "peer",
                "peer ns",
                "times faster, 10..90 %",
                "goal",
                "");
        List<Comparison> some =
                rows.stream().filter(row -> row.ours().threads() == threads).toList();
        for (int from = 0, to; from < some.size(); from = to) {
            to = from + 1;
            while (to < some.size() && some.get(to).ours() == some.get(from).ours()) {
                to++;
            }
            printBenchmark(some.subList(from, to));
        }
        for (Measured yardstick : yardsticks) {
            if (yardstick.threads() == threads) {
                double scaling = Comparison.timesOneThread(yardstick, measured);
                line(
                        "yardstick " + yardstick.label(),
                        nanos(yardstick.median()),
                        "",
                        "",
                        "",
                        "",
                        scaling == 0 ? "" : "scaling: " + decimals(scaling),
                        "");
            }
        }
    }

    /** How many goals of all tables are met, and where LLFree's figures come from. */
    void printSummary() {
        List<Verdict> verdicts =
                rows.stream().flatMap(row -> row.verdicts().stream()).toList();
        long met = verdicts.stream().filter(Verdict::met).count();
        if (isLlFreeKnown()) {
            out.println(LlFree.PROVENANCE);
        }
        if (isLinuxKnown()) {
            out.println(LinuxTook.PROVENANCE);
        }
        out.printf("goals: %d met, %d missed%n", met, verdicts.size() - met);
    }

    /** As many lines as there are peers or goals, whichever are more, then what happened on the way. */
    private void printBenchmark(List<Comparison> beside) {
        Comparison first = beside.getFirst();
        Measured ours = first.ours();
        List<Verdict> verdicts = first.verdicts();
        for (int i = 0; i < Math.max(beside.size(), verdicts.size()); i++) {
            Comparison row = i < beside.size() ? beside.get(i) : null;
            Measured peer = row == null ? null : row.peer();
            Verdict verdict = i < verdicts.size() ? verdicts.get(i) : null;
            line(
                    i > 0 ? "" : ours.label(),
                    i > 0 ? "" : nanos(ours.median()),
                    i > 0 || first.recordedNanos() == 0 ? "" : nanos(first.recordedNanos()),
                    peer == null ? "" : peer.nameBeside(ours),
                    peer == null ? "" : nanos(peer.median()),
                    peer == null
                            ? ""
                            : ratio(row.ratio()) + " (" + ratio(row.ratioLow()) + ".." + ratio(row.ratioHigh()) + ")",
                    verdict == null ? "" : words(verdict),
                    verdict == null ? "" : verdict.met() ? "met" : "missed");
        }
        ours.events().forEach((event, each) -> {
            if (each > 0) {
                out.printf(Locale.ROOT, "  %s: %.4f of 100 operations%n", event, 100 * each);
            }
        });
    }

    private String recordedHeading() {
        if (isLlFreeKnown()) {
            return isLinuxKnown() ? "recorded" : "LLFree";
        }
        return isLinuxKnown() ? "Linux" : "";
    }

    private boolean isLlFreeKnown() {
        return rows.stream().anyMatch(row -> row.llFreeNanos() > 0);
    }

    private boolean isLinuxKnown() {
        return rows.stream().anyMatch(row -> row.linuxNanos() > 0);
    }

    /** A time and a ratio stand in the row already; how a benchmark scales does not, nor what it takes more than its peer. */
    private static String words(Verdict verdict) {
        return verdict.goal().startsWith("scaling") || verdict.goal().startsWith("over")
                ? verdict.goal() + ": " + decimals(verdict.reached())
                : verdict.goal();
    }

    /** When the host's faults have paid off: one line for each kind of access. */
    void print(List<BreakEven> breakEvens) {
        for (BreakEven one : breakEvens) {
            out.printf(
                    Locale.ROOT,
                    "break-even, %d thread%s, %s: %s%n",
                    one.threads(),
                    one.threads() == 1 ? "" : "s",
                    one.access(),
                    one.inWords());
        }
    }

    private void line(Object... columns) {
        out.println(String.format(Locale.ROOT, ROW, columns).stripTrailing());
    }

    private static String nanos(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String ratio(double value) {
        return value < LARGE_RATIO ? decimals(value) : String.format(Locale.ROOT, "%.0f", value);
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}

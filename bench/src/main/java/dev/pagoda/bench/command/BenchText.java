package dev.pagoda.bench.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what was measured: a table for people, or JSON. */
final class BenchText {
    private static final String ROW = "%-32s %8s  %-22s %10s  %-26s %-12s %s%n";

    private BenchText() {}

    /** A table for each number of threads: our benchmarks beside their peers, then the yardsticks. */
    static void printTable(PrintWriter out, int threads, List<Comparison> rows, List<Measured> yardsticks) {
        out.printf(
                Locale.ROOT,
                ROW,
                threads + (threads == 1 ? " thread" : " threads"),
                "ours ns",
                "peer",
                "peer ns",
                "times faster, 10..90 %",
                "goal",
                "");
        String last = "";
        for (Comparison row : rows) {
            if (row.ours().threads() == threads) {
                boolean repeated = row.ours().label().equals(last);
                last = row.ours().label();
                printRow(out, row, repeated);
            }
        }
        for (Measured yardstick : yardsticks) {
            if (yardstick.threads() == threads) {
                String nanos = nanos(yardstick.median());
                out.printf(Locale.ROOT, "%-32s %8s%n", "yardstick " + yardstick.label(), nanos);
            }
        }
    }

    private static void printRow(PrintWriter out, Comparison row, boolean repeated) {
        Measured peer = row.peer();
        out.printf(
                Locale.ROOT,
                ROW,
                repeated ? "" : row.ours().label(),
                repeated ? "" : nanos(row.ours().median()),
                peer == null ? "-" : peer.name(),
                peer == null ? "" : nanos(peer.median()),
                peer == null
                        ? ""
                        : ratio(row.ratio()) + " (" + ratio(row.ratioLow()) + ".." + ratio(row.ratioHigh()) + ")",
                row.goal().isEmpty() ? "-" : row.goal(),
                row.goal().isEmpty() ? "" : row.met() ? "met" : "missed");
    }

    private static String nanos(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    /** Everything that was measured, with each value, and the comparisons, as one JSON object. */
    static void printJson(
            PrintWriter out, String group, boolean quick, List<Measured> measured, List<Comparison> rows) {
        out.printf("{%n  \"group\": %s,%n  \"quick\": %b,%n  \"unit\": \"ns\",%n", quote(group), quick);
        out.printf("  \"measured\": [%n");
        for (int i = 0; i < measured.size(); i++) {
            Measured one = measured.get(i);
            out.printf(
                    Locale.ROOT,
                    "    {%s, \"median\": %.3f, \"values\": %s}%s%n",
                    identity(one),
                    one.median(),
                    one.nanos(),
                    comma(i, measured.size()));
        }
        out.printf("  ],%n  \"comparisons\": [%n");
        for (int i = 0; i < rows.size(); i++) {
            Comparison row = rows.get(i);
            out.printf(Locale.ROOT, "    {\"ours\": {%s}", identity(row.ours()));
            if (row.peer() != null) {
                out.printf(
                        Locale.ROOT,
                        ", \"peer\": {%s}, \"timesFaster\": %.4f, \"low\": %.4f, \"high\": %.4f",
                        identity(row.peer()),
                        row.ratio(),
                        row.ratioLow(),
                        row.ratioHigh());
            }
            if (!row.goal().isEmpty()) {
                out.printf(Locale.ROOT, ", \"goal\": %s, \"met\": %b", quote(row.goal()), row.met());
            }
            out.printf("}%s%n", comma(i, rows.size()));
        }
        out.printf("  ]%n}%n");
    }

    private static String identity(Measured measured) {
        StringBuilder text = new StringBuilder("\"name\": " + quote(measured.name()));
        text.append(", \"threads\": ").append(measured.threads()).append(", \"parameters\": {");
        String separator = "";
        for (var parameter : measured.parameters().entrySet()) {
            text.append(separator)
                    .append(quote(parameter.getKey()))
                    .append(": ")
                    .append(quote(parameter.getValue()));
            separator = ", ";
        }
        return text.append('}').toString();
    }

    private static String comma(int index, int size) {
        return index + 1 < size ? "," : "";
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

package dev.pagoda.runtime.trace;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints replays: for people with a table at the end, or as JSON. */
public final class ReplayText {
    private static final String ROW = "%-24s %9s %9s %9s %11s %9s %9s %11s %10s %11s%n";

    private ReplayText() {}

    /** What is worth knowing of one recording: each difference, what was left out and why, and the audit. */
    public static void printDetails(PrintWriter out, ReplayReport report) {
        for (Difference difference : report.differences()) {
            out.printf(
                    Locale.ROOT,
                    "%s:%d: %s: %s%n    recorded %s%n    actual   %s%n",
                    report.file(),
                    difference.line(),
                    difference.unsupported() ? "unsupported" : "differs",
                    difference.call(),
                    difference.recorded(),
                    difference.actual());
        }
        for (String refusal : report.refusals()) {
            out.printf(Locale.ROOT, "%s: %s%n", report.file(), refusal);
        }
        out.printf(
                Locale.ROOT,
                "%s: %d files stood in, %d opened as they are; %d ranges mapped in advance; %d pages touched, %d refused%n",
                report.file(),
                report.standIns(),
                report.realFiles(),
                report.imagePlacements(),
                report.touchedPages(),
                report.refusedTouches());
        for (Map.Entry<String, Long> skip : report.skipReasons().entrySet()) {
            out.printf(Locale.ROOT, "%s: skipped %d: %s%n", report.file(), skip.getValue(), skip.getKey());
        }
        out.printf(Locale.ROOT, "%s: audit: %s%n", report.file(), report.audit());
    }

    /** One row for each recording. */
    public static void printTable(PrintWriter out, List<ReplayReport> reports) {
        out.printf(
                Locale.ROOT,
                ROW,
                "recording",
                "calls",
                "agreed",
                "differed",
                "unsupported",
                "skipped",
                "faults",
                "peak memory",
                "time",
                "calls/s");
        for (ReplayReport report : reports) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    fileName(report.file()),
                    report.calls(),
                    report.agreed(),
                    report.differed(),
                    report.unsupported(),
                    report.skipped(),
                    report.faults(),
                    String.format(Locale.ROOT, "%.1f MiB", report.peakBytes() / 1048576.0),
                    String.format(Locale.ROOT, "%.1f ms", report.nanoseconds() / 1e6),
                    String.format(Locale.ROOT, "%.0f", report.callsPerSecond()));
        }
    }

    /** The same as {@link #printDetails} and {@link #printTable}, as one JSON array. */
    public static void printJson(PrintWriter out, List<ReplayReport> reports) {
        out.println("[");
        for (int i = 0; i < reports.size(); i++) {
            ReplayReport report = reports.get(i);
            out.printf(Locale.ROOT, "  {\"file\": %s,%n", quoted(report.file()));
            out.printf(
                    Locale.ROOT,
                    "   \"calls\": %d, \"agreed\": %d, \"differed\": %d, \"unsupported\": %d, \"skipped\": %d,%n",
                    report.calls(),
                    report.agreed(),
                    report.differed(),
                    report.unsupported(),
                    report.skipped());
            out.printf(
                    Locale.ROOT,
                    "   \"faults\": %d, \"touchedPages\": %d, \"refusedTouches\": %d, \"peakBytes\": %d,%n",
                    report.faults(),
                    report.touchedPages(),
                    report.refusedTouches(),
                    report.peakBytes());
            out.printf(
                    Locale.ROOT,
                    "   \"nanoseconds\": %d, \"callsPerSecond\": %.1f,%n",
                    report.nanoseconds(),
                    report.callsPerSecond());
            out.printf(
                    Locale.ROOT,
                    "   \"standIns\": %d, \"realFiles\": %d, \"imagePlacements\": %d,%n",
                    report.standIns(),
                    report.realFiles(),
                    report.imagePlacements());
            out.printf(
                    Locale.ROOT,
                    "   \"auditDifferences\": %d, \"audit\": %s,%n",
                    report.auditDifferences(),
                    quoted(report.audit()));
            out.printf(Locale.ROOT, "   \"skipReasons\": {%s},%n", reasons(report));
            out.printf(Locale.ROOT, "   \"refusals\": [%s],%n", quotedAll(report.refusals()));
            out.printf(
                    Locale.ROOT,
                    "   \"differences\": [%s]}%s%n",
                    differences(report),
                    i + 1 < reports.size() ? "," : "");
        }
        out.println("]");
    }

    private static String reasons(ReplayReport report) {
        return String.join(
                ", ",
                report.skipReasons().entrySet().stream()
                        .map(skip -> quoted(skip.getKey()) + ": " + skip.getValue())
                        .toList());
    }

    private static String quotedAll(List<String> texts) {
        return String.join(", ", texts.stream().map(ReplayText::quoted).toList());
    }

    private static String differences(ReplayReport report) {
        StringBuilder json = new StringBuilder();
        for (Difference difference : report.differences()) {
            json.append(json.isEmpty() ? "\n" : ",\n")
                    .append("     {\"line\": ")
                    .append(difference.line())
                    .append(", \"verdict\": ")
                    .append(difference.unsupported() ? "\"unsupported\"" : "\"differed\"")
                    .append(", \"call\": ")
                    .append(quoted(difference.call()))
                    .append(", \"recorded\": ")
                    .append(quoted(difference.recorded()))
                    .append(", \"actual\": ")
                    .append(quoted(difference.actual()))
                    .append('}');
        }
        return json.toString();
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private static String fileName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.length() <= 24 ? name : name.substring(0, 21) + "...";
    }
}

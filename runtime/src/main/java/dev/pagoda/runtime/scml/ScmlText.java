package dev.pagoda.runtime.scml;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints verdicts: for people with a table at the end, or as JSON. */
public final class ScmlText {
    private static final String ROW = "%-28s %9s %9s %9s %9s %9s%n";

    private ScmlText() {}

    /** What is not supported and why, the calls by name, and the totals. */
    public static void print(PrintWriter out, List<ScmlReport> reports) {
        for (ScmlReport report : reports) {
            printFindings(out, report);
        }
        row(out, "call");
        Map<String, Map<Verdict, Long>> names = new java.util.TreeMap<>();
        for (ScmlReport report : reports) {
            report.names()
                    .forEach((name, counts) -> names.merge(
                            name,
                            counts,
                            (one, other) -> one.entrySet().stream()
                                    .collect(Collectors.toMap(
                                            Map.Entry::getKey,
                                            entry -> entry.getValue() + other.get(entry.getKey())))));
        }
        names.forEach((name, counts) -> row(out, name, counts));
        out.println();
        row(out, "recording");
        for (ScmlReport report : reports) {
            row(out, report.file().substring(report.file().lastIndexOf('/') + 1), report.counts());
        }
        if (reports.size() > 1) {
            row(out, "total", total(reports));
        }
    }

    private static void printFindings(PrintWriter out, ScmlReport report) {
        for (ScmlReport.Finding finding : report.findings()) {
            if (finding.verdict() != Verdict.OTHER && !finding.reason().startsWith(RuleSet.NO_RULE)) {
                out.printf(
                        Locale.ROOT,
                        "%s:%d: %s: %s%n    %s%s%n",
                        report.file(),
                        finding.line(),
                        word(finding.verdict()),
                        finding.call(),
                        finding.reason(),
                        finding.count() > 1 ? "; " + finding.count() + " such calls" : "");
            }
        }
        printNames(out, report, Verdict.REFUSED, "no rule for ");
        printNames(out, report, Verdict.OTHER, "left out, for no rule is about them: ");
        if (!report.orphans().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "%s:%d: %d resumed without their beginning are not judged%n",
                    report.file(),
                    report.orphans().getFirst(),
                    report.orphans().size());
        }
    }

    /** Calls that no rule names, in one line. */
    private static void printNames(PrintWriter out, ScmlReport report, Verdict verdict, String what) {
        String names = report.findings().stream()
                .filter(finding ->
                        finding.verdict() == verdict && finding.reason().startsWith(RuleSet.NO_RULE))
                .map(finding -> finding.name() + " (" + finding.count() + ")")
                .sorted()
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            out.printf(Locale.ROOT, "%s: %s%s%n", report.file(), what, names);
        }
    }

    private static void row(PrintWriter out, String what) {
        out.printf(Locale.ROOT, ROW, what, "calls", "supported", "ignored", "refused", "other");
    }

    private static void row(PrintWriter out, String what, Map<Verdict, Long> counts) {
        out.printf(
                Locale.ROOT,
                ROW,
                what,
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.get(Verdict.SUPPORTED),
                counts.get(Verdict.IGNORED),
                counts.get(Verdict.REFUSED),
                counts.get(Verdict.OTHER));
    }

    private static Map<Verdict, Long> total(List<ScmlReport> reports) {
        return reports.stream()
                .flatMap(report -> report.counts().entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
    }

    /** The same as one JSON object: {@code files}, and {@code total}. */
    public static void printJson(PrintWriter out, List<ScmlReport> reports) {
        out.println("{\"files\": [");
        for (int i = 0; i < reports.size(); i++) {
            ScmlReport report = reports.get(i);
            out.printf(Locale.ROOT, "  {\"file\": %s, %s,%n", quoted(report.file()), counts(report.counts()));
            out.printf(
                    Locale.ROOT,
                    "   \"byCall\": {%s},%n",
                    report.names().entrySet().stream()
                            .map(entry -> quoted(entry.getKey()) + ": {" + counts(entry.getValue()) + "}")
                            .collect(Collectors.joining(", ")));
            out.printf(
                    Locale.ROOT,
                    "   \"findings\": [%s],%n",
                    report.findings().stream().map(ScmlText::json).collect(Collectors.joining(", ")));
            out.printf(
                    Locale.ROOT,
                    "   \"resumedWithoutBeginning\": %s}%s%n",
                    report.orphans(),
                    i + 1 < reports.size() ? "," : "");
        }
        out.printf(Locale.ROOT, "],%n\"total\": {%s}}%n", counts(total(reports)));
    }

    private static String json(ScmlReport.Finding finding) {
        return String.format(
                Locale.ROOT,
                "{\"verdict\": \"%s\", \"call\": %s, \"reason\": %s, \"line\": %d, \"text\": %s, \"count\": %d}",
                word(finding.verdict()),
                quoted(finding.name()),
                quoted(finding.reason()),
                finding.line(),
                quoted(finding.call()),
                finding.count());
    }

    private static String counts(Map<Verdict, Long> counts) {
        return String.format(
                Locale.ROOT,
                "\"calls\": %d, \"supported\": %d, \"ignored\": %d, \"refused\": %d, \"other\": %d",
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.get(Verdict.SUPPORTED),
                counts.get(Verdict.IGNORED),
                counts.get(Verdict.REFUSED),
                counts.get(Verdict.OTHER));
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

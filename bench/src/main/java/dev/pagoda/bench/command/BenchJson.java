package dev.pagoda.bench.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints everything that was measured, with each value, and the comparisons, as one JSON object. */
final class BenchJson {
    private BenchJson() {}

    static void print(
            PrintWriter out,
            String group,
            boolean quick,
            List<Measured> measured,
            List<Comparison> rows,
            List<BreakEven> breakEvens) {
        out.printf("{%n  \"group\": %s,%n  \"quick\": %b,%n  \"unit\": \"ns\",%n", quote(group), quick);
        out.printf("  \"llFree\": %s,%n", quote(LlFree.PROVENANCE));
        out.printf("  \"linux\": %s,%n", quote(LinuxTook.PROVENANCE));
        printList(out, "measured", measured.stream().map(BenchJson::measured).toList());
        out.println(",");
        printList(out, "comparisons", rows.stream().map(BenchJson::comparison).toList());
        out.println(",");
        printList(
                out, "breakEven", breakEvens.stream().map(BenchJson::breakEven).toList());
        out.printf("%n}%n");
    }

    private static void printList(PrintWriter out, String name, List<String> objects) {
        out.printf("  %s: [%n", quote(name));
        out.print(objects.stream().collect(Collectors.joining("," + System.lineSeparator() + "    ", "    ", "")));
        out.printf("%n  ]");
    }

    private static String measured(Measured one) {
        String events = one.events().entrySet().stream()
                .map(event -> quote(event.getKey()) + ": " + String.format(Locale.ROOT, "%.9f", event.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        return String.format(
                Locale.ROOT,
                "{%s, \"median\": %.3f, \"values\": %s, \"eventsPerOperation\": %s}",
                identity(one),
                one.median(),
                one.nanos(),
                events);
    }

    private static String comparison(Comparison row) {
        StringBuilder text = new StringBuilder("{\"ours\": {" + identity(row.ours()) + "}");
        if (row.llFreeNanos() > 0) {
            text.append(String.format(Locale.ROOT, ", \"llFreeRecorded\": %.1f", row.llFreeNanos()));
        }
        if (row.linuxNanos() > 0) {
            text.append(String.format(Locale.ROOT, ", \"linuxRecorded\": %.1f", row.linuxNanos()));
        }
        if (row.peer() != null) {
            text.append(String.format(
                    Locale.ROOT,
                    ", \"peer\": {%s}, \"timesFaster\": %.4f, \"low\": %.4f, \"high\": %.4f",
                    identity(row.peer()),
                    row.ratio(),
                    row.ratioLow(),
                    row.ratioHigh()));
        }
        String goals = row.verdicts().stream()
                .map(one -> String.format(
                        Locale.ROOT,
                        "{\"goal\": %s, \"reached\": %.3f, \"met\": %b}",
                        quote(one.goal()),
                        one.reached(),
                        one.met()))
                .collect(Collectors.joining(", ", "[", "]"));
        return text.append(", \"goals\": ").append(goals).append('}').toString();
    }

    private static String breakEven(BreakEven one) {
        double accesses = one.accesses();
        return String.format(
                Locale.ROOT,
                "{\"access\": %s, \"threads\": %d, \"faultNanosMore\": %.3f, \"accessNanosMore\": %.3f, \"accesses\": %s}",
                quote(one.access()),
                one.threads(),
                one.faultNanos(),
                one.accessNanos(),
                Double.isInfinite(accesses) ? "null" : String.format(Locale.ROOT, "%.1f", accesses));
    }

    private static String identity(Measured measured) {
        String parameters = measured.parameters().entrySet().stream()
                .map(BenchJson::parameter)
                .collect(Collectors.joining(", ", "{", "}"));
        return "\"name\": " + quote(measured.name()) + ", \"threads\": " + measured.threads() + ", \"parameters\": "
                + parameters;
    }

    private static String parameter(Map.Entry<String, String> parameter) {
        return quote(parameter.getKey()) + ": " + quote(parameter.getValue());
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

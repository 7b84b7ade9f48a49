package dev.pagoda.runtime.script;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Linux's texts to the letter: columns and blanks included. The same parser reads the host's and ours. */
final class ProcParser {
    private static final Pattern MAP = Pattern.compile(
            "([0-9a-f]{8,16})-([0-9a-f]{8,16}) [r-][w-][x-][ps] [0-9a-f]{8,} [0-9a-f]{2,}:[0-9a-f]{2,} [0-9]+ ( *)(\\S.*)?");
    private static final Pattern SMAPS_FIELD = Pattern.compile("(\\w+:) *([0-9]+) kB");
    private static final Pattern ELIGIBLE = Pattern.compile("(THPeligible:) {11}[01]");
    private static final Pattern FLAGS = Pattern.compile("(VmFlags:)( [a-z0-9]{2})+ ");
    private static final Pattern STATUS_FIELD = Pattern.compile("(\\w+):\t( *[0-9]+) kB");
    private static final Pattern MEMINFO_FIELD = Pattern.compile("([\\w()]+:) *([0-9]+)( kB)?");
    private static final Pattern VMSTAT_FIELD = Pattern.compile("(\\w+) [0-9]+");
    private static final Pattern BUDDYINFO = Pattern.compile("Node [0-9]+, zone ([ \\w]{8}) ((?: *[0-9]+ )+)");
    private static final int NAME_COLUMN = 73;

    private ProcParser() {}

    /** The names of a text of /proc/self/maps, empty ones for memory without a name. */
    static List<String> maps(List<String> lines) {
        List<String> names = new ArrayList<>();
        for (String line : lines) {
            Matcher map = match(MAP, line);
            String name = map.group(4) == null ? "" : map.group(4);
            require(name.isEmpty() ? map.group(3).isEmpty() : map.start(4) == NAME_COLUMN, line);
            names.add(name);
        }
        return names;
    }

    /** The fields of the first map of a text of /proc/self/smaps; all others have to have the same. */
    static List<String> smaps(List<String> lines) {
        List<String> first = null;
        List<String> fields = new ArrayList<>();
        for (String line : lines) {
            if (fields.isEmpty()) {
                maps(List.of(line));
                fields.add("");
            } else if (line.startsWith("VmFlags")) {
                fields.add(match(FLAGS, line).group(1));
                first = first == null ? fields : first;
                require(fields.equals(first), line);
                fields = new ArrayList<>();
            } else if (line.startsWith("THPeligible")) {
                fields.add(match(ELIGIBLE, line).group(1));
            } else if (!line.startsWith("ProtectionKey")) {
                // Of processors with protection keys only.
                Matcher field = match(SMAPS_FIELD, line);
                require(line.equals("%-16s%8d kB".formatted(field.group(1), Long.parseLong(field.group(2)))), line);
                fields.add(field.group(1));
            }
        }
        require(fields.isEmpty(), "the end");
        return first;
    }

    /** The fields of /proc/self/status that are about memory: Linux's first is one of ours, its last HugetlbPages. */
    static List<String> status(List<String> lines) {
        List<String> fields = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("Vm") || line.startsWith("Rss") || line.startsWith("HugetlbPages")) {
                Matcher field = match(STATUS_FIELD, line);
                require(
                        field.group(2)
                                .equals("%8d"
                                        .formatted(Long.parseLong(field.group(2).strip()))),
                        line);
                fields.add(field.group(1));
            }
        }
        return fields;
    }

    static List<String> meminfo(List<String> lines) {
        List<String> fields = new ArrayList<>();
        for (String line : lines) {
            Matcher field = match(MEMINFO_FIELD, line);
            // Numbers of huge pages are no sizes and stand in columns of their own.
            require(
                    field.group(3) == null
                            || line.equals("%-15s %8d kB".formatted(field.group(1), Long.parseLong(field.group(2)))),
                    line);
            fields.add(field.group(1));
        }
        return fields;
    }

    static List<String> vmstat(List<String> lines) {
        return lines.stream().map(line -> match(VMSTAT_FIELD, line).group(1)).toList();
    }

    /** The number of orders of each zone. */
    static List<Integer> buddyinfo(List<String> lines) {
        List<Integer> orders = new ArrayList<>();
        for (String line : lines) {
            Matcher zone = match(BUDDYINFO, line);
            require(zone.group(1).equals("%8s".formatted(zone.group(1).strip())), line);
            String[] counts = zone.group(2).strip().split(" +");
            StringBuilder again = new StringBuilder();
            for (String count : counts) {
                again.append("%6d ".formatted(Long.parseLong(count)));
            }
            require(again.toString().equals(zone.group(2)), line);
            orders.add(counts.length);
        }
        return orders;
    }

    private static Matcher match(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        require(matcher.matches(), line);
        return matcher;
    }

    private static void require(boolean holds, String line) {
        if (!holds) {
            throw new AssertionError("not as Linux writes it: '" + line + "'");
        }
    }
}

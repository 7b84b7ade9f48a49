package dev.pagoda.syscalls;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The pages about the calls, one for each group, as the table has them: rules in SCML, then each call with its values and errnos. In Markdown. */
public final class CallPages {
    private static final String INDEX = "README.md";

    private CallPages() {}

    /** All pages by file name. */
    public static Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(INDEX, index());
        for (CallGroup group : CallGroup.values()) {
            pages.put(group.page() + ".md", page(group));
        }
        return pages;
    }

    private static String index() {
        StringBuilder text = new StringBuilder("""
                # The calls

                What Pagoda makes of Linux's calls. These pages are written by `./pagoda calls --pages docs/calls` from the table in code that the calls' own checks
                use, and a test compares them. `./pagoda calls NAME` tells the same about one call. A call that is not listed is ENOSYS.

                - *supported*: it does what its manual page says;
                - *ignored*: it is taken and changes nothing;
                - *refused*: it is answered with an errno.

                | page | calls |
                |---|---|
                """);
        for (CallGroup group : CallGroup.values()) {
            text.append("| [")
                    .append(group.title())
                    .append("](")
                    .append(group.page())
                    .append(".md) | ")
                    .append(String.join(
                            ", ",
                            CallTable.of(group).stream().map(CallRow::name).toList()))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String page(CallGroup group) {
        StringBuilder text = new StringBuilder("# " + group.title() + "\n\n" + group.about() + "\n\n");
        text.append("```scml\n")
                .append(CallRules.of(CallTable.of(group)).stripTrailing())
                .append("\n```\n");
        if (CallTable.of(group).stream().allMatch(row -> row.verdict() == Verdict.REFUSED)) {
            text.append('\n');
        }
        Set<Flags> shown = new LinkedHashSet<>();
        CallTable.of(group).forEach(row -> call(text, row, shown));
        return text.toString();
    }

    private static void call(StringBuilder text, CallRow row, Set<Flags> shown) {
        if (row.verdict() == Verdict.REFUSED) {
            text.append("- `")
                    .append(row.name())
                    .append("` (")
                    .append(row.number())
                    .append("): ")
                    .append(Errno.name(row.errno()))
                    .append("; ")
                    .append(row.summary())
                    .append('\n');
            return;
        }
        text.append("\n## ").append(row.prototype()).append("\n\nNumber ").append(row.number());
        text.append(", ")
                .append(row.manual())
                .append(": ")
                .append(row.summary())
                .append(".\n");
        for (CallArgument argument : row.arguments()) {
            for (Flags set : argument.values()) {
                if (shown.add(set)) {
                    values(text, argument, set);
                } else {
                    text.append("\n`")
                            .append(argument.name())
                            .append("`: `")
                            .append(set.name())
                            .append("`, above.\n");
                }
            }
        }
        if (!row.errors().isEmpty()) {
            text.append("\n| errno | when |\n|---|---|\n");
            row.errors().forEach(error -> line(text, Errno.name(error.errno()), error.when()));
        }
    }

    private static void values(StringBuilder text, CallArgument argument, Flags set) {
        text.append("\n| `").append(argument.name()).append("` | | |\n|---|---|---|\n");
        set.rows().forEach(flag -> line(text, '`' + flag.name() + '`', verdict(flag), flag.why()));
        line(text, "others", verdict(set.others()), set.others().why());
    }

    private static String verdict(Flag flag) {
        if (flag.errno() == 0) {
            return flag.verdict().word();
        }
        return flag.verdict() == Verdict.REFUSED
                ? "refused: " + Errno.name(flag.errno())
                : flag.verdict().word() + "; MAP_SHARED_VALIDATE: " + Errno.name(flag.errno());
    }

    private static void line(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

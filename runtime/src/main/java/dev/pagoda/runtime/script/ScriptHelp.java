package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.CallArgument;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Flags;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.Verdict;
import java.util.List;

/** What an interactive user can be told about the notation. Read-only, for every thread. */
public final class ScriptHelp {
    private ScriptHelp() {}

    /** All calls by group, and how a line is written. */
    public static String overview() {
        StringBuilder text = new StringBuilder();
        text.append("One call a line, as strace prints it; NAME = call(...) keeps the result, a trailing\n")
                .append("= expected checks it (a number, a string, OK, ANY, -1 ERRNO, SIGSEGV SEGV_MAPERR).\n")
                .append("@ ID text starts a fresh process; [NAME] in front runs a line in a child; # is a comment.\n");
        for (Calls.Group group : Calls.Group.values()) {
            text.append('\n').append(group.heading).append('\n');
            for (Signature signature : group.signatures) {
                text.append("  %-46s %s%n".formatted(signature.form(), signature.summary()));
            }
        }
        return text.append(
                        "\nhelp CALL tells more of one; explain on shows the words of the radix tree that a line changes, until explain off;"
                                + " quit or Ctrl-D leaves.")
                .toString();
    }

    /**
     * What a word means.
     *
     * @param word a call or a constant
     * @return lines of text, or the empty string when nothing is known
     */
    public static String about(String word) {
        Signature signature = Calls.find(word);
        if (signature != null) {
            StringBuilder text = new StringBuilder(signature.form() + "\n  " + signature.summary());
            CallTable.find(word).ifPresent(row -> addRow(text, row));
            return text.toString();
        }
        if (Linux.valueOf(word).isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(
                word + " = 0x" + Long.toHexString(Linux.valueOf(word).getAsLong()));
        for (CallRow row : CallTable.rows()) {
            for (CallArgument argument : row.arguments()) {
                for (Flags set : argument.values()) {
                    set.rows().stream()
                            .filter(flag -> flag.name().equals(word))
                            .forEach(flag -> text.append("\n  ")
                                    .append(row.name())
                                    .append(", ")
                                    .append(argument.name())
                                    .append(": ")
                                    .append(described(flag)));
                }
            }
        }
        return text.toString();
    }

    /** The values that arguments take, and what the call may answer. */
    private static void addRow(StringBuilder text, CallRow row) {
        for (CallArgument argument : row.arguments()) {
            for (Flags set : argument.values()) {
                text.append("\n  ").append(argument.name()).append(set.isCombined() ? ", any of" : ", one of");
                set.rows().forEach(flag -> text.append("\n    %-24s %s".formatted(flag.name(), described(flag))));
            }
        }
        row.errors()
                .forEach(error -> text.append("\n  -1 %-11s %s".formatted(Errno.name(error.errno()), error.when())));
    }

    private static String described(Flag flag) {
        String verdict = flag.verdict() == Verdict.REFUSED
                ? Errno.name(flag.errno()) + ": "
                : flag.verdict() == Verdict.IGNORED ? "ignored: " : "";
        return verdict + flag.why();
    }

    /**
     * The words that may stand at a place of a line, but for names that the session set.
     *
     * @param before the line up to where the word begins
     */
    public static List<String> words(String before) {
        return Completion.words(before);
    }
}

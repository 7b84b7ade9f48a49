package dev.pagoda.runtime.scml;

import dev.pagoda.runtime.trace.RecordedList;
import dev.pagoda.syscalls.Linux;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** How strace writes one value. Whatever is written otherwise is merely none of what was asked for. */
final class RecordedValue {
    private static final Pattern ANNOTATED = Pattern.compile("(-?[0-9]+|AT_FDCWD)<.*>(\\(deleted\\))?");
    private static final Pattern INTEGER =
            Pattern.compile("[-~]?(0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+)([*][0-9]+|<<[A-Za-z_0-9]+)*");
    private static final Pattern ZERO = Pattern.compile("0+|0x0+");
    private static final Pattern NAMES = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*([|][A-Za-z_][A-Za-z0-9_]*)*");
    private static final String HUGE_SHIFT = "<<MAP_HUGE_SHIFT";

    private RecordedValue() {}

    /** The value without comments and annotations; where the comment names the flags of a number, these. */
    static String bare(String value) {
        String bare = value.strip();
        int comment = bare.startsWith("\"") ? -1 : bare.indexOf("/*");
        if (comment >= 0) {
            int end = bare.indexOf("*/", comment);
            String inside = end < 0 ? "" : bare.substring(comment + 2, end).strip();
            bare = bare.substring(0, comment).strip();
            if (isInteger(bare) && NAMES.matcher(inside).matches()) {
                return inside;
            }
        }
        var annotated = ANNOTATED.matcher(bare);
        return annotated.matches() ? annotated.group(1) : bare;
    }

    /** The flags of a value, as written. */
    static List<String> flags(String bare) {
        return List.of(bare.split("\\s*\\|\\s*", -1));
    }

    static boolean isInteger(String text) {
        return text.equals("NULL") || INTEGER.matcher(text).matches();
    }

    static boolean isZero(String text) {
        return ZERO.matcher(text).matches();
    }

    /** A C string, whole or cut by strace, or no path at all. */
    static boolean isPath(String value) {
        return value.equals("NULL") || value.length() > 1 && value.startsWith("\"") && value.indexOf('"', 1) > 0;
    }

    /** What a value was when the call began, where strace shows what it became: {@code {flags=0} => {tid=[7]}}. */
    static String before(String value) {
        int arrow = value.startsWith("{") || value.startsWith("[") ? value.indexOf(" => ") : -1;
        return (arrow < 0 ? value : value.substring(0, arrow)).strip();
    }

    /** What stands between brackets, taken apart; nothing if the value is not of that form. */
    static Optional<List<String>> inside(String value, char open, char close) {
        int last = value.length() - 1;
        if (last < 1 || value.charAt(0) != open || value.charAt(last) != close) {
            return Optional.empty();
        }
        return RecordedList.split(value.substring(1, last));
    }

    /** MAP_HUGE_2MB, say, of {@code 21<<MAP_HUGE_SHIFT}: the one set that strace writes in this way. */
    static Optional<String> nameOfShift(String flag) {
        if (!flag.endsWith(HUGE_SHIFT)) {
            return Optional.empty();
        }
        String exponent = flag.substring(0, flag.length() - HUGE_SHIFT.length());
        OptionalLong shift = Linux.valueOf("MAP_HUGE_SHIFT");
        for (String name : List.of("MAP_HUGE_2MB", "MAP_HUGE_1GB")) {
            OptionalLong value = Linux.valueOf(name);
            if (shift.isPresent()
                    && value.isPresent()
                    && exponent.equals(Long.toString(value.getAsLong() >>> shift.getAsLong()))) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** A value, short enough for a line. */
    static String shown(String value) {
        String text = value.isEmpty() ? "(nothing)" : value;
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}

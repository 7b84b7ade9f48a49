package dev.pagoda.runtime.trace;

import dev.pagoda.syscalls.Linux;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arguments of one recorded call as numbers, flags, paths and fields. Whatever cannot be one is a {@link TraceError}. */
final class Arguments {
    private static final String CUT_OFF = "the recording is damaged there: record again";

    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"");
    private static final Pattern RANGE_LENGTH = Pattern.compile("\\biov_len=(\\d+)");

    private final TraceCall call;

    Arguments(TraceCall call) {
        this.call = call;
    }

    int count() {
        return call.arguments().size();
    }

    boolean has(int index) {
        return index < count();
    }

    String text(int index) throws TraceError {
        if (index >= count()) {
            throw damage(call.name() + " has only " + count() + " arguments");
        }
        return call.arguments().get(index);
    }

    /** A number in any of strace's forms; NULL is 0. */
    long number(int index) throws TraceError {
        String text = bare(index);
        try {
            return parseNumber(text);
        } catch (NumberFormatException e) {
            throw damage(argument(index) + " is no number: \"" + TraceReader.shown(text) + '"');
        }
    }

    /** A number that has to fit into an int. */
    int small(int index) throws TraceError {
        long value = number(index);
        if (value != (int) value) {
            throw damage(argument(index) + " is too large: " + value);
        }
        return (int) value;
    }

    /** A descriptor; AT_FDCWD is its value. */
    int descriptor(int index) throws TraceError {
        return bare(index).equals("AT_FDCWD") ? Linux.AT_FDCWD : small(index);
    }

    /** Constants and numbers joined by bars; a constant shifted by another, such as 21&lt;&lt;MAP_HUGE_SHIFT, too. */
    long flags(int index) throws TraceError {
        return flagsOf(bare(index), index);
    }

    private long flagsOf(String text, int index) throws TraceError {
        long flags = 0;
        for (String part : text.split("\\|", -1)) {
            String[] shifted = part.split("<<", -1);
            long value = constant(shifted[0].trim(), index);
            for (int i = 1; i < shifted.length; i++) {
                value <<= constant(shifted[i].trim(), index);
            }
            flags |= value;
        }
        return flags;
    }

    private long constant(String name, int index) throws TraceError {
        OptionalLong known = Linux.valueOf(name);
        if (known.isPresent()) {
            return known.getAsLong();
        }
        try {
            return parseNumber(name);
        } catch (NumberFormatException e) {
            throw damage(argument(index) + " is no constant of this call: \"" + TraceReader.shown(name) + '"');
        }
    }

    /** A string, its escapes decoded. */
    String path(int index) throws TraceError {
        String text = text(index);
        int end = text.lastIndexOf('"');
        if (!text.startsWith("\"") || end == 0) {
            throw damage(argument(index) + " is no string: \"" + TraceReader.shown(text) + '"');
        }
        return unescape(text.substring(1, end));
    }

    boolean isString(int index) throws TraceError {
        return text(index).startsWith("\"");
    }

    /** The value of a field of a structure, or the empty string; {@code ...} may stand for what strace left out. */
    String field(int index, String field) throws TraceError {
        String text = text(index);
        String key = field + '=';
        int from = text.startsWith(key, 1) ? 1 : text.indexOf(", " + key) + 2;
        if (!text.startsWith("{") || from < 1 || !text.startsWith(key, from)) {
            return "";
        }
        int end = from + key.length();
        while (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != '}') {
            end++;
        }
        return text.substring(from + key.length(), end);
    }

    /** The lengths of an array of ranges together, or -1 where strace gave only the array's address or left some of them out. */
    long rangeBytes(int index) throws TraceError {
        String ranges = STRING.matcher(text(index)).replaceAll("");
        if (!ranges.startsWith("[") || ranges.endsWith("...]")) {
            return -1;
        }
        long bytes = 0;
        Matcher length = RANGE_LENGTH.matcher(ranges);
        while (length.find()) {
            try {
                bytes = Math.addExact(bytes, Long.parseLong(length.group(1)));
            } catch (NumberFormatException | ArithmeticException e) {
                throw damage(argument(index) + " has lengths that no call takes");
            }
        }
        return bytes;
    }

    /** The numeric value of a field, or -1 when there is no such field. */
    long numericField(int index, String field) throws TraceError {
        String value = field(index, field);
        if (value.isEmpty()) {
            return -1;
        }
        try {
            return parseNumber(value);
        } catch (NumberFormatException e) {
            throw damage(argument(index) + ": " + field + " is no number: \"" + TraceReader.shown(value) + '"');
        }
    }

    /** The flags in a field of a structure, 0 when there is no such field. */
    long flagsField(int index, String field) throws TraceError {
        String value = field(index, field);
        return value.isEmpty() ? 0 : flagsOf(value, index);
    }

    TraceError damage(String what) {
        return new TraceError(call.lastLine(), what, CUT_OFF);
    }

    private String argument(int index) {
        return "argument " + (index + 1) + " of " + call.name();
    }

    /** The text without comments and without the path annotation behind a descriptor. */
    private String bare(int index) throws TraceError {
        String text = text(index);
        int comment = text.indexOf("/*");
        if (comment >= 0) {
            text = text.substring(0, comment).trim();
        }
        int annotation = text.indexOf('<');
        if (annotation > 0 && !text.startsWith("<<", annotation)) {
            text = text.substring(0, annotation);
        }
        return text;
    }

    static long parseNumber(String text) {
        if (text.equals("NULL")) {
            return 0;
        }
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        if (digits.isEmpty() || digits.charAt(0) == '+' || digits.charAt(0) == '-') {
            throw new NumberFormatException(text);
        }
        long value;
        if (digits.startsWith("0x")) {
            if (digits.length() > 2 && (digits.charAt(2) == '+' || digits.charAt(2) == '-')) {
                throw new NumberFormatException(text);
            }
            value = Long.parseUnsignedLong(digits.substring(2), 16);
        } else if (digits.length() > 1 && digits.charAt(0) == '0') {
            value = Long.parseUnsignedLong(digits, 8);
        } else {
            value = Long.parseUnsignedLong(digits);
        }
        return negative ? -value : value;
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                if (escaped >= '0' && escaped <= '7') {
                    int value = escaped - '0';
                    for (int i = 0;
                            i < 2 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '7';
                            i++) {
                        value = value * 8 + text.charAt(at++) - '0';
                    }
                    bytes[length++] = (byte) value;
                } else {
                    bytes[length++] = (byte)
                            switch (escaped) {
                                case 'n' -> '\n';
                                case 't' -> '\t';
                                case 'r' -> '\r';
                                case 'v' -> 0x0b;
                                case 'f' -> '\f';
                                default -> escaped;
                            };
                }
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}

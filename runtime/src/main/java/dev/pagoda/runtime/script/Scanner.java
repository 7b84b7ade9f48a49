package dev.pagoda.runtime.script;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the words of one line on demand: names, numbers, characters, strings and signs.
 *
 * <p>The parser asks for what may stand next, so that the text behind an errno, which follows no rules, need not be
 * made of words. Blanks and a comment are skipped before each word. One thread.
 */
final class Scanner {
    private final SourceLine line;
    private final String text;
    private int position;

    Scanner(SourceLine line) {
        this.line = line;
        this.text = line.text();
    }

    SourceLine line() {
        return line;
    }

    /** Skips blanks and returns the column of the next word, counted from 1. */
    int column() {
        skipBlanks();
        return position + 1;
    }

    int mark() {
        return position;
    }

    void reset(int mark) {
        position = mark;
    }

    /** The text between a mark and the last word read, without blanks around it. */
    String textSince(int mark) {
        return text.substring(mark, position).strip();
    }

    boolean atEnd() {
        skipBlanks();
        return position == text.length();
    }

    /** The next character of a word, or NUL at the end of the line. */
    char peek() {
        return atEnd() ? 0 : text.charAt(position);
    }

    /** Whether the sign stands next; {@code =} and {@code <} do not match the first half of {@code ==} and {@code <<}. */
    boolean sees(String sign) {
        skipBlanks();
        if (!text.startsWith(sign, position)) {
            return false;
        }
        char last = sign.charAt(sign.length() - 1);
        int behind = position + sign.length();
        boolean mayDouble = sign.length() == 1 && "=<>".indexOf(last) >= 0;
        return !(mayDouble && behind < text.length() && text.charAt(behind) == last);
    }

    boolean accept(String sign) {
        if (!sees(sign)) {
            return false;
        }
        position += sign.length();
        return true;
    }

    /** Whether a name starts here. */
    boolean seesName() {
        return isNameStart(peek());
    }

    /** The name that starts here, or null where none does. */
    String name() {
        if (!seesName()) {
            return null;
        }
        int start = position;
        while (position < text.length() && isNamePart(text.charAt(position))) {
            position++;
        }
        return text.substring(start, position);
    }

    /** The text up to the end of the line or the comment, without blanks around it. */
    String rest() {
        int start = position;
        while (position < text.length() && text.charAt(position) != '#') {
            position++;
        }
        return text.substring(start, position).strip();
    }

    /** A word without blanks, such as the identifier of a case. */
    String word() {
        skipBlanks();
        int start = position;
        while (position < text.length() && !isBlank(text.charAt(position)) && text.charAt(position) != '#') {
            position++;
        }
        return text.substring(start, position);
    }

    /** Skips the text of an errno, {@code (Invalid argument)}, of which the opening parenthesis stands next. */
    void skipRemark() {
        int column = column();
        int end = text.indexOf(')', position);
        if (end < 0) {
            throw line.error(column, "expected ')' after the text of the errno");
        }
        position = end + 1;
    }

    /** An unsigned 64-bit number: decimal, 0x hexadecimal or 0 octal. */
    long number() {
        int column = column();
        int start = position;
        while (position < text.length() && isNamePart(text.charAt(position))) {
            position++;
        }
        String digits = text.substring(start, position);
        boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
        boolean octal = !hexadecimal && digits.length() > 1 && digits.charAt(0) == '0';
        String kind = hexadecimal ? "a hexadecimal number" : octal ? "an octal number" : "a decimal number";
        int radix = hexadecimal ? 16 : octal ? 8 : 10;
        String body = hexadecimal ? digits.substring(2) : digits;
        for (int i = 0; i < body.length(); i++) {
            // Character.digit also takes digits of other scripts, and C does not.
            if (body.charAt(i) > 'z' || Character.digit(body.charAt(i), radix) < 0) {
                throw line.error(column, "expected " + kind + ", found '" + digits + "'");
            }
        }
        if (body.isEmpty()) {
            throw line.error(column, "expected " + kind + ", found '" + digits + "'");
        }
        try {
            return Long.parseUnsignedLong(body, radix);
        } catch (NumberFormatException tooLarge) {
            throw line.error(column, "expected a number of at most 64 bits, found '" + digits + "'");
        }
    }

    /** A character in single quotes, as its byte. */
    long character() {
        int column = column();
        position++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4);
        while (position < text.length() && text.charAt(position) != '\'') {
            characterInto(bytes);
        }
        if (position == text.length()) {
            throw line.error(column, "expected a closing ' before the end of the line");
        }
        position++;
        if (bytes.size() != 1) {
            throw line.error(column, "expected one byte between single quotes, found " + bytes.size());
        }
        return bytes.toByteArray()[0] & 0xff;
    }

    /** A string in double quotes, as its bytes in UTF-8. */
    byte[] string() {
        int column = column();
        position++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (position < text.length() && text.charAt(position) != '"') {
            characterInto(bytes);
        }
        if (position == text.length()) {
            throw line.error(column, "expected a closing \" before the end of the line");
        }
        position++;
        return bytes.toByteArray();
    }

    /** The error that something else stood here. */
    ScriptError expected(String what) {
        return line.error(column(), "expected " + what + ", found " + found());
    }

    private String found() {
        if (atEnd()) {
            return "the end of the line";
        }
        int end = position;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        if (end == position) {
            end = text.offsetByCodePoints(position, 1);
        }
        String word = text.substring(position, end);
        int codePoint = word.codePointAt(0);
        return Character.isISOControl(codePoint) || codePoint == 0xfffd
                ? "a byte that is no text (U+%04X)".formatted(codePoint)
                : "'" + word + "'";
    }

    private void characterInto(ByteArrayOutputStream bytes) {
        char character = text.charAt(position);
        if (character == '\\') {
            bytes.write(escape());
        } else if (character == 0xfffd) {
            throw line.error(position + 1, "expected UTF-8; write other bytes as \\xNN");
        } else {
            int codePoint = text.codePointAt(position);
            int length = Character.charCount(codePoint);
            bytes.writeBytes(text.substring(position, position + length).getBytes(StandardCharsets.UTF_8));
            position += length;
        }
    }

    private int escape() {
        int column = position + 1;
        position++;
        if (position == text.length()) {
            throw line.error(column, "expected a C escape, found '\\' at the end of the line");
        }
        char letter = text.charAt(position);
        if (letter >= '0' && letter <= '7') {
            return digits(column, 8, 3);
        }
        position++;
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'e' -> 27;
            case 'f' -> '\f';
            case 'v' -> 11;
            case '\\', '\'', '"', '?' -> letter;
            case 'x' -> digits(column, 16, Integer.MAX_VALUE);
            default ->
                throw line.error(
                        column, "expected a C escape (\\n \\t \\r \\a \\b \\e \\f \\v \\\\ \\' \\\" \\? \\0 \\x41)");
        };
    }

    private int digits(int column, int radix, int atMost) {
        int value = 0;
        int count = 0;
        while (count < atMost && position < text.length() && text.charAt(position) < 128) {
            int digit = Character.digit(text.charAt(position), radix);
            if (digit < 0) {
                break;
            }
            value = Math.min(value * radix + digit, 256);
            count++;
            position++;
        }
        if (count == 0 || value > 255) {
            throw line.error(column, "expected an escape between \\0 and \\377 or \\x0 and \\xff");
        }
        return value;
    }

    private void skipBlanks() {
        while (position < text.length() && isBlank(text.charAt(position))) {
            position++;
        }
        if (position < text.length() && text.charAt(position) == '#') {
            position = text.length();
        }
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\f' || character == 11;
    }

    private static boolean isNameStart(char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z' || character == '_';
    }

    static boolean isNamePart(char character) {
        return isNameStart(character) || character >= '0' && character <= '9';
    }
}

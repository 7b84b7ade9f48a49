package dev.pagoda.runtime.script;

/** Bytes as strace prints a string: in double quotes, with C escapes, cut when long. */
final class Quoted {
    private static final int LONGEST_BYTES = 256;

    private Quoted() {}

    static String print(byte[] bytes) {
        int shown = Math.min(bytes.length, LONGEST_BYTES);
        StringBuilder text = new StringBuilder(shown + 2).append('"');
        for (int i = 0; i < shown; i++) {
            int next = i + 1 < shown ? bytes[i + 1] : 0;
            append(text, bytes[i] & 0xff, next >= '0' && next <= '7');
        }
        return text.append(shown < bytes.length ? "\"..." : "\"").toString();
    }

    private static void append(StringBuilder text, int value, boolean digitFollows) {
        switch (value) {
            case '"', '\\' -> text.append('\\').append((char) value);
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '\r' -> text.append("\\r");
            case '\f' -> text.append("\\f");
            case 11 -> text.append("\\v");
            default -> {
                if (value >= ' ' && value < 127) {
                    text.append((char) value);
                } else {
                    // A digit behind a short escape would be read as a part of it.
                    text.append(digitFollows ? "\\%03o".formatted(value) : "\\" + Integer.toOctalString(value));
                }
            }
        }
    }
}

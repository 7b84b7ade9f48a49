package dev.pagoda.runtime.trace;

/**
 * What a recorded call returned.
 *
 * @param kind a value, an error, or nothing because the call never returned
 * @param value the value; -1 for an error, 0 for nothing
 * @param errno the error's name, or the empty string
 */
public record TraceResult(Kind kind, long value, String errno) {
    /** The three things that can stand behind the equals sign. */
    public enum Kind {
        /** A number: {@code = 0x7f5b1c3d2000}. */
        VALUE,
        /** A failure: {@code = -1 ENOMEM (Cannot allocate memory)}. */
        ERROR,
        /** The call never returned: {@code = ?}. */
        NEVER
    }

    static final TraceResult NEVER_RETURNED = new TraceResult(Kind.NEVER, 0, "");

    static TraceResult value(long value) {
        return new TraceResult(Kind.VALUE, value, "");
    }

    static TraceResult error(String errno) {
        return new TraceResult(Kind.ERROR, -1, errno);
    }

    /** Whether the call returned without an error. */
    public boolean succeeded() {
        return kind == Kind.VALUE;
    }

    /** Whether the call returned an error. */
    public boolean failed() {
        return kind == Kind.ERROR;
    }

    /** As strace prints it, addresses and other large values in hexadecimal. */
    @Override
    public String toString() {
        return switch (kind) {
            case NEVER -> "?";
            case ERROR -> "-1 " + errno;
            case VALUE -> value >= 0 && value < 1L << 31 ? Long.toString(value) : "0x" + Long.toHexString(value);
        };
    }
}

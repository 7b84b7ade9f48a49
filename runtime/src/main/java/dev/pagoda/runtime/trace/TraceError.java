package dev.pagoda.runtime.trace;

/** A recording that cannot be read: what is wrong, in which line, and what to do about it. */
public final class TraceError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * Describes the damage.
     *
     * @param line the line, from 1, or 0 when it is the recording as a whole
     * @param damage what is wrong
     * @param remedy what to do
     */
    public TraceError(int line, String damage, String remedy) {
        super(damage + "; " + remedy, null, false, false);
        this.line = line;
    }

    /** The damaged line, from 1, or 0 when it is the recording as a whole. */
    public int line() {
        return line;
    }

    /** The one line for the user: {@code FILE:LINE: damage; remedy}. */
    public String describe(String file) {
        return file + (line > 0 ? ":" + line : "") + ": " + getMessage();
    }
}

package dev.pagoda.runtime.script;

/**
 * A script that cannot be read or cannot go on: the place and what was expected there.
 *
 * <p>Carries no stack trace: it is an answer to the author of the script. The message is one line,
 * {@code FILE:LINE:COLUMN: problem}.
 */
public final class ScriptError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /**
     * Describes one problem.
     *
     * @param place the line of the script
     * @param column column in characters, counted from 1
     * @param problem what was expected, what was found, and the limit where there is one
     */
    ScriptError(SourceLine place, int column, String problem) {
        super(place.file() + ":" + place.number() + ":" + column + ": " + problem, null, false, false);
        this.line = place.number();
        this.column = column;
    }

    /** Number of the line, counted from 1. */
    public int line() {
        return line;
    }

    /** Column in characters, counted from 1. */
    public int column() {
        return column;
    }
}

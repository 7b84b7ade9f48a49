package dev.pagoda.runtime.scml;

/** Rules that cannot be read: the place, what is wrong there and what to do, in one line. */
public final class RuleError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes one problem.
     *
     * @param file name of the file as the user wrote it
     * @param line counted from 1
     * @param column in characters, counted from 1
     * @param problem what was expected and what was found
     * @param remedy what to do
     */
    RuleError(String file, int line, int column, String problem, String remedy) {
        super(file + ":" + line + ":" + column + ": " + problem + "; " + remedy, null, false, false);
    }
}

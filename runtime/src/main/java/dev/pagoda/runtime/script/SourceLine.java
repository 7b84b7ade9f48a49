package dev.pagoda.runtime.script;

/**
 * One line of a script and where it stands.
 *
 * @param file name of the file as the user wrote it
 * @param number number of the line, counted from 1
 * @param text the line without its end
 */
record SourceLine(String file, int number, String text) {
    ScriptError error(int column, String problem) {
        return new ScriptError(this, column, problem);
    }

    /** The place in the way error messages write it. */
    String place() {
        return file + ":" + number;
    }
}

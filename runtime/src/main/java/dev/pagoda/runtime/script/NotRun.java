package dev.pagoda.runtime.script;

/** Thrown inside a session when a line cannot be run, with the reason; the run goes on with the next line. */
final class NotRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRun(String reason) {
        super(reason, null, false, false);
    }
}

package dev.pagoda.runtime.script;

/** Thrown inside a session when a line cannot be run, with the reason; the run goes on with the next line. */
public final class NotRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param reason what was in the way
     */
    public NotRun(String reason) {
        super(reason, null, false, false);
    }
}

package dev.pagoda.runtime.scheduler;

/** A guest thread ended with an exception that it did not catch; the cause is that exception. */
public final class GuestFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Reports the end of the named thread. */
    public GuestFailure(String threadName, Throwable cause) {
        super("guest thread " + threadName + " ended with " + cause, cause, true, false);
    }
}

package dev.pagoda.runtime.stress;

/** A difference, an exception or a stuck thread, with the seed and the last operations of each thread. */
public final class StressFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StressFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.pagoda.mm.swap;

/** A file cannot be swapped to; the message, one line, says which, why, and what to do. */
public final class SwapRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public SwapRefused(String message) {
        super(message, null, false, false);
    }
}

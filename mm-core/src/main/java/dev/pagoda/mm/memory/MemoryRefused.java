package dev.pagoda.mm.memory;

/** The host refused memory that a kernel was to be booted with; the message says how much and what to do. */
public final class MemoryRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes the refusal.
     *
     * @param message what was refused and the remedy
     */
    public MemoryRefused(String message) {
        super(message);
    }
}

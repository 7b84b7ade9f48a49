package dev.pagoda.runtime.fuzz;

/**
 * An argument: a number, or something added to what an earlier step returned, which each side takes from its own answer.
 *
 * @param base the number of the step whose result is meant, {@link #PLAIN}, or {@link #BREAK} for the end of the heap at the start
 * @param addend what is added
 */
record Value(int base, long addend) {
    /** Nothing is added to. */
    static final int PLAIN = -1;
    /** The end of the heap at the start is added to. */
    static final int BREAK = -2;

    static Value of(long number) {
        return new Value(PLAIN, number);
    }

    boolean isPlain() {
        return base == PLAIN;
    }

    Value plus(long bytes) {
        return new Value(base, addend + bytes);
    }
}

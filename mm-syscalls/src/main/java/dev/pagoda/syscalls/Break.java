package dev.pagoda.syscalls;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a process's heap ends, and whether a call is moving that end: one word, which changes by CAS only.
 *
 * <p>Thread-safe. Reading is wait-free; moves take turns, and wait for each other by yielding.
 */
final class Break {
    /** In the word while a call moves the break; addresses of programs are below it. */
    private static final long MOVING = 1L << 63;

    private final long start;
    private final AtomicLong word;

    Break(long start) {
        this.start = start;
        this.word = new AtomicLong(start);
    }

    /** Where the heap begins. */
    long start() {
        return start;
    }

    /** Where it ends; while a call moves the end, where it was before. */
    long end() {
        return word.get() & ~MOVING;
    }

    /** For a child of a fork, which no thread uses yet. */
    void copy(Break other) {
        word.set(other.end());
    }

    /** Begins a move when nobody else is moving the end; returns where it is. */
    long beginMove() {
        while (true) {
            long end = end();
            if (word.compareAndSet(end, end | MOVING)) {
                return end;
            }
            Thread.yield();
        }
    }

    /** Ends the caller's move. */
    void endMove(long end) {
        word.set(end);
    }
}

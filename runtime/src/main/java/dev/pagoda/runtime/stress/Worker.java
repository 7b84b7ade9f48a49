package dev.pagoda.runtime.stress;

import java.util.Random;

/** One thread of a {@link Crew}: its random numbers, and what it did last. Used by its own thread; the watchdog looks at the steps. */
public class Worker {
    private static final int REMEMBERED = 64;

    /** Number among the workers, from 0. */
    public final int index;
    /** Numbers that depend on the seed and the index only. */
    public final Random random;

    private final String[] names = new String[REMEMBERED];
    private final long[][] numbers = new long[REMEMBERED][];
    private volatile long steps;

    /** A worker that has done nothing yet. */
    public Worker(int index, long seed) {
        this.index = index;
        this.random = new Random(seed + index);
    }

    /** Notes an operation before it is done. */
    public final void does(String name, long... details) {
        long step = steps;
        int at = (int) (step % REMEMBERED);
        names[at] = name;
        numbers[at] = details;
        steps = step + 1;
    }

    /** Operations noted so far. */
    public final long steps() {
        return steps;
    }

    /** How far the thread is, for the watchdog; what it says may be old at once. */
    public String state() {
        return "worker " + index + ": " + steps + " operations";
    }

    /** The last operations, oldest first. Exact only at rest. */
    public final String lastOperations() {
        StringBuilder text = new StringBuilder("thread " + index + ", " + steps + " operations, the last:");
        long end = steps;
        for (long step = Math.max(0, end - REMEMBERED); step < end; step++) {
            int at = (int) (step % REMEMBERED);
            text.append("\n    ").append(names[at]);
            for (long number : numbers[at]) {
                text.append(' ').append(number < 1 << 20 ? Long.toString(number) : "0x" + Long.toHexString(number));
            }
        }
        return text.toString();
    }
}

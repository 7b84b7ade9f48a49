package dev.pagoda.tests.stress;

import dev.pagoda.mm.space.View;
import java.util.Random;

/** One thread of a {@link Crew}: its view, its random numbers, and what it did last. */
final class Worker {
    private static final int REMEMBERED = 64;

    final int index;
    final View view;
    final Random random;

    private final String[] names = new String[REMEMBERED];
    private final long[][] numbers = new long[REMEMBERED][];
    /** Raised by each operation; the watchdog looks at it. */
    volatile long steps;

    Worker(int index, View view, long seed) {
        this.index = index;
        this.view = view;
        this.random = new Random(seed + index);
    }

    /** Notes an operation before it is done. */
    void does(String name, long... details) {
        long step = steps;
        int at = (int) (step % REMEMBERED);
        names[at] = name;
        numbers[at] = details;
        steps = step + 1;
    }

    String lastOperations() {
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

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which windows of 2 MiB views place their small maps in, so that others place theirs elsewhere and CPUs do not meet in a table.
 *
 * <p>A hint: with more views than there is room for, or at a race, two views share a window, which is right and slower. Wait-free, looks at four entries.
 */
final class Windows {
    private static final int ENTRIES = 256;
    /** Entries that a window may stand in. */
    private static final int WAYS = 4;

    /** First page of a window + 1, or 0. */
    private final AtomicLongArray entries = new AtomicLongArray(ENTRIES);

    /** Takes a window; false if another view has it. */
    boolean take(long first) {
        if (isTaken(first)) {
            return false;
        }
        int set = set(first);
        for (int way = 0; way < WAYS; way++) {
            if (entries.compareAndSet(set + way, 0, first + 1)) {
                return true;
            }
            if (entries.getOpaque(set + way) == first + 1) {
                return false;
            }
        }
        return true;
    }

    /** Whether a view has the window. */
    boolean isTaken(long first) {
        int set = set(first);
        for (int way = 0; way < WAYS; way++) {
            if (entries.getOpaque(set + way) == first + 1) {
                return true;
            }
        }
        return false;
    }

    /** Gives a window up. */
    void leave(long first) {
        int set = set(first);
        for (int way = 0; way < WAYS; way++) {
            if (entries.compareAndSet(set + way, first + 1, 0)) {
                return;
            }
        }
    }

    private static int set(long first) {
        return (int) (first / Tables.SLOTS) * WAYS & ENTRIES - 1;
    }
}

package dev.pagoda.syscalls;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who uses an open file description: its descriptors, and the calls under way. Tells exactly one of them that it was the last.
 *
 * <p>Calls are counted in stripes, each on lines of its own, so that calls of different threads write nothing that the other reads. When the last descriptor
 * goes the end is announced. The invariants:
 *
 * <ol>
 *   <li>A call that was let in stands in its stripe until it leaves, and was there before the announcement: it counts itself first and looks for the announcement then.
 *   <li>So from the announcement on a stripe that was once seen to be zero holds no call that was let in, and never will: who finds all stripes zero, one after another, knows that no
 *       call is left.
 *   <li>After the announcement, whoever makes a stripe lower (who leaves, and who is turned away) or has announced looks at the stripes afterwards: the last of them finds all zero. So somebody is
 *       told.
 *   <li>The state goes from ending to ended once, by CAS: so only one is told, of several who find all zero.
 * </ol>
 *
 * <p>Who uses the file in an epoch, uncounted, is not known here: the one who is told waits for a grace period before he closes ({@link Description}). The model is descriptions.pml.
 * Thread-safe, lock-free; entering and leaving are two atomic changes of the stripe's line.
 */
final class DescriptionUsers {
    private static final int OPEN = 0;
    private static final int ENDING = 1;
    private static final int ENDED = 2;

    /** Longs from stripe to stripe: two lines, since processors fetch lines in pairs. */
    private static final int SPACING = 16;

    private static final int MOST_STRIPES = 64;
    /** A power of two; more than there are processors, since numbers of participants are spread by their low bits alone. */
    private static final int STRIPES = Math.min(
            MOST_STRIPES, 4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

    private static final int STATE = SPACING;
    private static final int FIRST_STRIPE = 2 * SPACING;

    private final AtomicInteger descriptors = new AtomicInteger(1);
    /** The state, which changes at the end only, and the stripes. */
    private final AtomicLongArray words = new AtomicLongArray(FIRST_STRIPE + (STRIPES + 1) * SPACING);

    /** Begins with one descriptor. */
    DescriptionUsers() {}

    /** Counts a descriptor more; false if the last one was closed. */
    boolean addDescriptor() {
        return descriptors.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    /** Counts a descriptor less; returns whether the caller has to close the file: it was the last user. */
    boolean removeDescriptor() {
        if (descriptors.decrementAndGet() != 0) {
            return false;
        }
        words.set(STATE, ENDING);
        return isLast();
    }

    /**
     * Lets a call in, unless the last descriptor was closed.
     *
     * @param stripe any number, the caller's participant's by preference; the same for {@link #leave}
     * @return {@link Entry#IN}; or that the caller may not use the file, and whether it has to close it
     */
    Entry enter(int stripe) {
        int place = place(stripe);
        words.getAndIncrement(place);
        if (words.get(STATE) == OPEN) {
            return Entry.IN;
        }
        return leave(stripe) ? Entry.LAST : Entry.GONE;
    }

    /** Whether a call was let in. */
    enum Entry {
        /** It was, and leaves later. */
        IN,
        /** It was not. */
        GONE,
        /** It was not, and has to close the file: others that were leaving saw it here. */
        LAST
    }

    /** Ends a call; returns whether the caller has to close the file: it was the last user. */
    boolean leave(int stripe) {
        words.getAndDecrement(place(stripe));
        return words.get(STATE) == ENDING && isLast();
    }

    /** After the announcement. */
    private boolean isLast() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (words.get(place(stripe)) != 0) {
                return false;
            }
        }
        return words.compareAndSet(STATE, ENDING, ENDED);
    }

    private static int place(int stripe) {
        return FIRST_STRIPE + (stripe & STRIPES - 1) * SPACING;
    }
}

package dev.pagoda.mm.space;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A number of pages against a limit, exact among any number of threads: together they never go beyond it, and nobody is refused what there is room for.
 *
 * <p>A call <em>asks</em> before it changes anything, which adds the most it may need and counts it among the callers under way, and
 * <em>settles</em> when its changes are made, which leaves what it really used. Both are one atomic change of one word:
 *
 * <pre>
 *  63 62 61             48 47                            0
 *  +-+--+-----------------+-------------------------------+
 *  |0|A |     callers     |         pages + 2^46          |      A: a caller asked to be alone
 *  +-+--+-----------------+-------------------------------+
 * </pre>
 *
 * <p>Whoever finds no room is refused only if nobody is under way, for one who is may give back; else it waits by yielding, holding nothing of this quota. A call that replaces
 * pages needs less than it maps, but how much is known only while nobody else asks, so it asks to be {@link #askAlone alone} if the plain form finds no room.
 * A call that asks several quotas asks them in one order, so nobody waits in a circle. Lock-free as long as there is room; settling always.
 *
 * <p>The pages are biased because views add up their parts one after the other when counting begins, and a part may be negative.
 */
final class Quota {
    /** A limit that nobody reaches. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final long CALLER = 1L << 48;
    private static final long CALLERS = (1L << 62) - CALLER;
    private static final long ALONE = 1L << 62;
    private static final long BIAS = 1L << 46;
    private static final long NOBODY = -1;

    private final AtomicLong word = new AtomicLong(BIAS);
    private volatile long limit = UNLIMITED;

    long limit() {
        return limit;
    }

    void setLimit(long pages) {
        limit = pages;
    }

    /** Pages counted, those asked for included. */
    long pages() {
        return pages(word.get());
    }

    /** Whether any call is under way. */
    boolean isInUse() {
        return (word.get() & (CALLERS | ALONE)) != 0;
    }

    /**
     * Asks for room. Outside of epochs.
     *
     * @param pages how many
     * @param reserve pages that have to stay free beside them
     * @return false if there is no room; else the caller is under way until it settles
     */
    boolean ask(long pages, long reserve) {
        while (true) {
            long seen = word.get();
            if ((seen & ALONE) == 0) {
                if (fits(seen, pages + reserve)) {
                    if (word.compareAndSet(seen, seen + pages + CALLER)) {
                        return true;
                    }
                    continue;
                }
                if ((seen & CALLERS) == 0) {
                    return false;
                }
            }
            View.pause();
        }
    }

    /** Is under way without asking for anything: a call that ends with as many pages as it began with. Waits for a caller who is alone. */
    void join() {
        while (true) {
            long seen = word.get();
            if ((seen & ALONE) == 0 && word.compareAndSet(seen, seen + CALLER)) {
                return;
            }
            if ((seen & ALONE) != 0) {
                View.pause();
            }
        }
    }

    /**
     * Asks for room that can be told only while nobody else asks. Outside of epochs.
     *
     * @param pages tells how many; may be smaller when it is asked later, but never larger as long as nobody else asks
     * @return how many they were, or -1 if there is no room; else the caller is alone under way until it settles
     */
    long askAlone(LongSupplier pages, long reserve) {
        while (true) {
            long seen = word.get();
            if ((seen & (ALONE | CALLERS)) == 0 && word.compareAndSet(seen, seen | ALONE)) {
                break;
            }
            View.pause();
        }
        long needed = pages.getAsLong();
        if (fits(word.get(), needed + reserve)) {
            word.getAndAdd(needed);
            return needed;
        }
        word.getAndAdd(-ALONE);
        return NOBODY;
    }

    /** Whether so many more would go beyond the limit now. */
    boolean wouldExceed(long pages) {
        return !fits(word.get(), pages);
    }

    private boolean fits(long seen, long pages) {
        return pages(seen) + pages <= limit;
    }

    /** Ends a call under way that asked for so many pages and used so many. */
    void settle(long asked, boolean alone, long used) {
        word.getAndAdd(used - asked - (alone ? ALONE : CALLER));
    }

    /** Counts pages that nobody asked for: given back, or used before counting began. */
    void add(long pages) {
        word.getAndAdd(pages);
    }

    private static long pages(long word) {
        return (word & CALLER - 1) - BIAS;
    }
}

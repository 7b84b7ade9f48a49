package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.Standstill;

/**
 * How long one miss at the bound waits for room: for pages that are being read or written, a second at most, less if the device refuses what is dirty, and not at all at a {@link Standstill}. Who has waited in vain while nothing
 * changed, and has looked at every page meanwhile, declares one: the wait is one for all.
 *
 * <p>Begun after the first look in vain. One thread, outside of epochs.
 */
final class RoomWait {
    /** Looks at least, unless there is a standstill. */
    private static final int LEAST_LOOKS = 64;
    /** Longest that one page waits for others to be read or written. */
    private static final long MOST_NANOS = 1_000_000_000L;
    /** Times that all pages must have been looked at: one that was used between two looks at it is told of at the second. */
    private static final int PASSES = 2;

    private final PageCache cache;
    private final Standstill standstill;
    private final Backoff backoff = new Backoff();
    private final long start = System.nanoTime();
    private final long failedBefore;
    private int looks;
    private Standstill.Watch watch;

    RoomWait(PageCache cache) {
        this.cache = cache;
        this.standstill = cache.standstill();
        this.failedBefore = cache.statistics().failedWrites();
    }

    /** Evicts: when little can leave from more pages at once, and everywhere, so that all have been looked at the sooner. Returns how many went. */
    long evict(Eviction eviction, long most) {
        return looks < LEAST_LOOKS
                ? eviction.run(Math.min(PageCache.EVICTED_AT_ONCE, most))
                : eviction.runEverywhere(Math.min(Eviction.MOST_AT_ONCE, most));
    }

    /** After a look at so many pages, none of which could leave: whether it was the last one; else pauses. */
    boolean endsAfter(long pages) {
        if (standstill.isDeclared()) {
            return true;
        }
        if (watch != null && standstill.isUnchangedSince(watch)) {
            watch.addLooked(pages);
        } else {
            watch = standstill.watch();
        }
        if (++looks >= LEAST_LOOKS) {
            if (cache.statistics().failedWrites() != failedBefore) {
                return true;
            }
            if (System.nanoTime() - start > MOST_NANOS) {
                giveUp();
                return true;
            }
        }
        backoff.pause();
        return false;
    }

    private void giveUp() {
        cache.statistics().waitsInVain.increment();
        if (watch.looked() >= PASSES * cache.pages()) {
            standstill.declare(watch);
        }
    }
}

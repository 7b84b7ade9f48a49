package dev.pagoda.pagecache.replacement;

/**
 * The order in which the pages of one shard leave: hot and cold pages as in LIRS (SIGMETRICS '02), told apart by accessed bits as in
 * CLOCK-Pro (USENIX ATC '05), with rings and stamped ghosts in place of linked lists.
 *
 * <p>A page enters cold and is on test. If it is used again before the coldest hot page has been used, it turns hot, and the coldest hot page
 * turns cold; a page that left cold is a ghost, whose test goes on. So what a scan or a loop too large for the cache brings in passes through
 * the few cold pages, and a hot set stays. How many pages may be cold adapts: a ghost that returns in time says more, a page that was
 * hot and is used again while it is cold says fewer.
 *
 * <p>Times are counted in changes of the queues. One thread at a time; each step is one move in a ring, and a call makes at most some two for each page of the shard.
 */
final class Shard {
    /** Cold pages at least: a hundredth, as LIRS has it. */
    private static final int LEAST_COLD_PART = 100;
    /**
     * And a tenth at most: with a fifth, a recorded loop of 2.5 times the cache had 32.6 % hits instead of 36.1 and a compiler's run 60.3 instead of 62.6,
     * and a file server up to 0.6 more; with a twentieth, the trace ps lost 2.8.
     */
    private static final int MOST_COLD_PART = 10;
    /** Times that an eviction may pass over all pages before it takes a used one: others set bits while it looks. */
    private static final int MOST_PASSES = 2;
    /** The stamp of a cold page that is not on test. */
    private static final int NO_TEST = 0;

    private final Residents residents;
    private final int capacity;
    private final Ring hot;
    private final Ring cold;
    private final Ghosts ghosts;
    private final int leastCold;
    private final int mostCold;
    private int coldTarget;
    private int now = 1;
    /** Until as many pages came as may be hot, for there is nothing to tell them apart by. */
    private boolean filling = true;

    Shard(Residents residents, int capacity) {
        this.residents = residents;
        this.capacity = capacity;
        hot = new Ring(capacity);
        cold = new Ring(capacity);
        ghosts = new Ghosts(capacity);
        leastCold = Math.max(1, capacity / LEAST_COLD_PART);
        mostCold = Math.max(leastCold, capacity / MOST_COLD_PART);
        coldTarget = leastCold;
    }

    int size() {
        return hot.size() + cold.size();
    }

    int capacity() {
        return capacity;
    }

    long bytes() {
        return hot.bytes() + cold.bytes() + ghosts.bytes();
    }

    /** Takes a page in; there must be room. */
    void admit(int page, long hash) {
        int age = ghosts.take(hash, now);
        if (age >= 0 && hot.size() > 0 && age <= now - hot.stamp()) {
            coldTarget = Math.min(mostCold, coldTarget + 1);
            hot.add(page, tick());
            cool();
        } else if (filling && hot.size() < capacity - coldTarget) {
            hot.add(page, tick());
        } else {
            filling = false;
            cold.add(page, tick());
        }
    }

    /** The page that leaves next, already out of the queues; the shard must not be empty. */
    int evict() {
        for (long passed = 0; ; passed++) {
            if (cold.size() == 0) {
                demote();
            }
            int page = cold.page();
            int stamp = cold.stamp();
            cold.remove();
            boolean onTest = stamp != NO_TEST && hot.size() > 0 && stamp - hot.stamp() >= 0;
            if (!residents.takeAccessed(page) || passed >= (long) MOST_PASSES * capacity) {
                if (onTest) {
                    ghosts.add(residents.hash(page), stamp, now);
                }
                return page;
            }
            if (stamp == NO_TEST) {
                coldTarget = Math.max(leastCold, coldTarget - 1);
            }
            if (onTest || hot.size() < capacity - coldTarget) {
                hot.add(page, tick());
                cool();
            } else {
                cold.add(page, tick());
            }
        }
    }

    private int tick() {
        now++;
        now = now == NO_TEST ? 1 : now;
        return now;
    }

    /** Lets hot pages turn cold until there are no more than may be, and has an unused one stand first. */
    private void cool() {
        while (hot.size() > capacity - coldTarget) {
            demote();
        }
        prune();
    }

    private void demote() {
        prune();
        int page = hot.page();
        hot.remove();
        cold.add(page, NO_TEST);
    }

    /** Hot pages that were used go to the end, so that the first one's stamp says since when all hot pages have been used. */
    private void prune() {
        for (int i = hot.size(); i > 0 && residents.takeAccessed(hot.page()); i--) {
            int page = hot.page();
            hot.remove();
            hot.add(page, tick());
        }
    }
}

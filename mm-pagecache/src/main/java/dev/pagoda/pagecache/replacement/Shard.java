package dev.pagoda.pagecache.replacement;

/**
 * The order in which the pages of one shard leave: hot and cold pages as in LIRS (SIGMETRICS '02), told apart by accessed bits as in
 * CLOCK-Pro (USENIX ATC '05), with rings and stamped ghosts in place of linked lists.
 *
 * <p>A page enters cold and is on test. If it is used again before the coldest hot page has been used, it turns hot, and the coldest hot page
 * turns cold; a page that left cold is a ghost, whose test goes on. So what a scan or a loop too large for the cache brings in passes through
 * the few cold pages, and a hot set stays.
 *
 * <p>How many pages may be cold adapts. A ghost that returns soon would have been found if more were cold, and says so; one that returns late, though in time for its test, is one of a loop or of a
 * large set, for which hot pages do more, and says fewer; and so does a page that was hot and is used again while it is cold.
 *
 * <p>Times are counted in changes of the queues. One thread at a time; each step is one move in a ring, and a call makes at most some two for each page of the shard.
 */
final class Shard {
    /** Cold pages at least: a hundredth, as LIRS has it. */
    private static final int LEAST_COLD_PART = 100;
    /** And three tenths at most: with half, a recorded compiler's run had up to 5.9 in a hundred fewer hits. */
    private static final double MOST_COLD_PART = 0.3;
    /**
     * A ghost returned soon if it had entered no longer ago than so many changes for each page of the shard. With half as much a file server had 1.2 in a hundred fewer hits, with any time
     * at all a recorded loop of 2.5 times the shard 3.5, and programs for text and code up to 1.
     */
    private static final double SOON = 0.7;
    /** Ghosts for each page: with as many as pages a recorded database had up to 6 in a hundred fewer hits. */
    private static final int GHOSTS_A_PAGE = 2;

    /** Times that an eviction may pass over all pages before it takes a used one: others set bits while it looks. */
    private static final int MOST_PASSES = 2;

    private static final int RINGS = 2;
    /** The stamp of a cold page that is not on test. */
    private static final int NO_TEST = 0;

    private final Residents residents;
    private final int capacity;
    private final int soon;
    private final Places places;
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
        places = new Places(capacity, RINGS);
        hot = new Ring(places);
        cold = new Ring(places);
        ghosts = new Ghosts(GHOSTS_A_PAGE * capacity);
        soon = Math.max(1, (int) (SOON * capacity));
        leastCold = Math.max(1, capacity / LEAST_COLD_PART);
        mostCold = Math.max(leastCold, (int) (MOST_COLD_PART * capacity));
        coldTarget = leastCold;
    }

    int size() {
        return hot.size() + cold.size();
    }

    int capacity() {
        return capacity;
    }

    long bytes() {
        return places.bytes() + ghosts.bytes();
    }

    /** Takes a page in; there must be room. */
    void admit(int page, long hash) {
        int age = ghosts.take(hash, now);
        if (age >= 0 && hot.size() > 0 && age <= now - hot.stamp()) {
            coldTarget = age <= soon ? Math.min(mostCold, coldTarget + 1) : Math.max(leastCold, coldTarget - 1);
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

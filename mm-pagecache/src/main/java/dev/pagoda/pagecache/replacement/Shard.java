package dev.pagoda.pagecache.replacement;

import java.util.concurrent.atomic.AtomicBoolean;

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
 * <p>Times are counted in changes of the queues. One thread at a time works on the queues: who wants to and finds another at it goes away. What he had to tell stands in the inbox, and whoever works
 * looks into that once more when he has ended, so that nothing is left there (inbox.pml). Each step is one move in a ring, and an eviction makes at most some two for each page of the shard.
 *
 * <p>Pages that went by themselves (truncation, the end of a file) keep their places until these are come to, or all are looked through because there is no room for more.
 */
final class Shard {
    /** Pages at most: their times must not go round. */
    static final int MOST_PAGES = 1 << 22;

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
    /** A hot page that was not used for so many changes is cold whatever else is: times go round. */
    private static final int MOST_HOT_AGE = 1 << 30;

    /** Pages that went by themselves are looked for when there are more by such a part than are to be here. */
    private static final int SPARE_PART = 64;
    /** By so small a part of the shard may times be wrong. */
    private static final int TOLERANCE_PART = 64;

    private static final int INBOX_PART = 32;
    private static final int LEAST_INBOX = 8;
    private static final int MOST_INBOX = 128;

    // Notes in the inbox: kind above, page below
    private static final int KIND_SHIFT = 32;
    private static final long ADMITTED = 1L << KIND_SHIFT;
    private static final long PUT_BACK = 2L << KIND_SHIFT;
    private static final long KEPT = 3L << KIND_SHIFT;
    private static final long SET_ASIDE = 4L << KIND_SHIFT;

    /** In a ring: the cold page is not on test. To the outside: the page was set aside, and has a place in another ring too. */
    private static final int MARK = Integer.MIN_VALUE;

    private final Residents residents;
    private final int capacity;
    private final int soon;
    private final Places places = new Places();
    private final Ring hot;
    private final Ring cold;
    /** Pages that leave before others, unless they are used; each has a place in another ring too. */
    private final Ring aside;

    private final Inbox inbox;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final int leastCold;
    private final int mostCold;
    /** Made when the first page leaves. */
    private Ghosts ghosts;

    private int coldTarget;
    private int now = 1;
    /** With so many pages, those are looked for that went by themselves. */
    private int forgetAt;
    /** Until as many pages came as may be hot, for there is nothing to tell them apart by. */
    private boolean filling = true;
    /** Pages above the capacity, and pages set aside, when somebody last ended his work. */
    private volatile int excess;

    private volatile int asideNow;

    Shard(Residents residents, int capacity) {
        this.residents = residents;
        this.capacity = capacity;
        inbox = new Inbox(Math.clamp(Integer.highestOneBit(capacity / INBOX_PART + 1), LEAST_INBOX, MOST_INBOX));
        int tolerance = capacity / TOLERANCE_PART;
        hot = new Ring(places, tolerance);
        cold = new Ring(places, tolerance);
        aside = new Ring(places, Integer.MAX_VALUE);
        soon = Math.max(1, (int) (SOON * capacity));
        leastCold = Math.max(1, capacity / LEAST_COLD_PART);
        mostCold = Math.max(leastCold, (int) (MOST_COLD_PART * capacity));
        coldTarget = leastCold;
        excess = -capacity;
        forgetAt = capacity + capacity / SPARE_PART + 1;
    }

    // Any thread

    void admit(int page, long hash) {
        tell(ADMITTED | page, hash);
    }

    void putBack(int victim, long hash) {
        if (victim >= 0) {
            tell(PUT_BACK | victim, hash);
        }
    }

    void keep(int victim, long hash) {
        if (victim >= 0) {
            tell(KEPT | victim, hash);
        }
    }

    void setAside(int page, long hash) {
        tell(SET_ASIDE | page, hash);
    }

    /** Adds to the inbox and has it looked into. Waits only while that is full and somebody is at work who has not come to it. */
    private void tell(long note, long hash) {
        while (!inbox.add(note, hash)) {
            lookIn();
            Thread.yield();
        }
        lookIn();
    }

    /** Whoever finds the shard free empties the inbox; if somebody is at work he does, for he looks again after he has ended. */
    private void lookIn() {
        while (!inbox.isEmpty() && tryBegin()) {
            release();
        }
    }

    /** Whether this thread is the one that works on the shard now; then it must {@link #end}. */
    boolean tryBegin() {
        return busy.compareAndSet(false, true);
    }

    void end() {
        release();
        lookIn();
    }

    private void release() {
        try {
            drain();
        } finally {
            asideNow = aside.size();
            excess = size() - capacity;
            busy.set(false);
        }
    }

    /** Pages above the capacity, about; those that went by themselves may count. */
    int excess() {
        return excess;
    }

    /** Pages that were set aside, about. */
    int setAside() {
        return asideNow;
    }

    // Whoever works on the shard

    int size() {
        return hot.size() + cold.size();
    }

    long bytes() {
        return places.bytes() + inbox.bytes() + (ghosts == null ? 0 : ghosts.bytes());
    }

    private void drain() {
        for (long note = inbox.first(); note != 0; note = inbox.first()) {
            long hash = inbox.firstHash();
            inbox.remove();
            makeRoom();
            apply(note, (int) note, hash);
        }
    }

    private void apply(long note, int page, long hash) {
        switch ((int) (note >>> KIND_SHIFT)) {
            case (int) (ADMITTED >>> KIND_SHIFT) -> enter(page, hash);
            case (int) (PUT_BACK >>> KIND_SHIFT) -> {
                takeGhost(hash);
                cold.add(page, tick());
            }
            case (int) (KEPT >>> KIND_SHIFT) -> {
                takeGhost(hash);
                hot.add(page, tick());
                cool();
            }
            case (int) (SET_ASIDE >>> KIND_SHIFT) -> {
                if (aside.size() < capacity) {
                    aside.add(page, now);
                }
            }
            default -> throw new IllegalStateException("the inbox of a shard holds " + Long.toHexString(note));
        }
    }

    private int takeGhost(long hash) {
        return ghosts == null ? -1 : ghosts.take(hash, now);
    }

    private void enter(int page, long hash) {
        int age = takeGhost(hash);
        if (age >= 0 && hot.size() > 0 && age <= now - hot.stamp()) {
            coldTarget = age <= soon ? Math.min(mostCold, coldTarget + 1) : Math.max(leastCold, coldTarget - 1);
            hot.add(page, tick());
            cool();
        } else if (filling && hot.size() < capacity - coldTarget) {
            hot.add(page, tick());
        } else {
            filling = false;
            cold.add(page, tick());
            if (hot.size() > 0 && now - hot.stamp() > MOST_HOT_AGE) {
                demote();
            }
        }
    }

    /**
     * Takes pages out that leave next, into a list from a place on; returns how many.
     *
     * @param asideOnly only those that were set aside
     */
    int evict(int[] victims, int from, int wanted, boolean asideOnly) {
        drain();
        int count = 0;
        while (count < wanted) {
            makeRoom();
            int page = nextAside();
            page = page == Replacement.NONE && !asideOnly ? next() : page;
            if (page == Replacement.NONE) {
                break;
            }
            victims[from + count++] = page;
        }
        return count;
    }

    private int nextAside() {
        while (aside.size() > 0) {
            int page = aside.page();
            aside.remove();
            int use = residents.takeUse(page);
            if (use == Residents.IDLE || use == Residents.UNUSED) {
                return page | MARK;
            }
        }
        return Replacement.NONE;
    }

    private int next() {
        for (long passed = 0; cold.size() > 0 || demote(); passed++) {
            int page = cold.page() & ~MARK;
            boolean onTest = cold.page() >= 0 && hot.size() > 0 && cold.stamp() - hot.stamp() >= 0;
            boolean wasHot = cold.page() < 0;
            int stamp = cold.stamp();
            cold.remove();
            int use = residents.takeUse(page);
            boolean idle = use == Residents.IDLE || use == Residents.UNUSED;
            if (idle || use == Residents.USED && passed >= (long) MOST_PASSES * capacity) {
                if (onTest && use != Residents.UNUSED) {
                    remember(page, stamp);
                }
                return page;
            }
            if (use == Residents.GONE) {
                continue;
            }
            if (wasHot) {
                coldTarget = Math.max(leastCold, coldTarget - 1);
            }
            if (onTest || hot.size() < capacity - coldTarget) {
                hot.add(page, tick());
                cool();
            } else {
                cold.add(page, tick());
            }
        }
        return Replacement.NONE;
    }

    private void remember(int page, int stamp) {
        if (ghosts == null) {
            ghosts = new Ghosts(GHOSTS_A_PAGE * capacity);
        }
        ghosts.add(residents.hash(page), stamp, now);
    }

    private int tick() {
        return ++now;
    }

    /** Lets hot pages turn cold until there are no more than may be, and has an unused one stand first. */
    private void cool() {
        while (hot.size() > capacity - coldTarget && demote()) {}
        prune();
    }

    /** Has the coldest hot page turn cold; false if there is none. */
    private boolean demote() {
        prune();
        if (hot.size() == 0) {
            return false;
        }
        int page = hot.page();
        hot.remove();
        cold.add(page | MARK, now);
        return true;
    }

    /** Hot pages that were used go to the end, so that the first one's stamp says since when all hot pages have been used. */
    private void prune() {
        for (int i = hot.size(); i > 0; i--) {
            int page = hot.page();
            int use = residents.takeUse(page);
            if (use == Residents.IDLE || use == Residents.UNUSED) {
                return;
            }
            hot.remove();
            if (use == Residents.USED) {
                hot.add(page, tick());
            }
        }
    }

    // Room

    /** Before the queues become longer: looks all pages through when there are more than are to be here. */
    private void makeRoom() {
        if (size() < forgetAt) {
            return;
        }
        forgetGone(hot);
        forgetGone(cold);
        forgetGone(aside);
        filling |= size() < capacity / 2;
        forgetAt = Math.max(capacity, size()) + capacity / SPARE_PART + 1;
    }

    private void forgetGone(Ring ring) {
        for (int i = ring.size(); i > 0; i--) {
            int page = ring.page();
            int stamp = ring.stamp();
            ring.remove();
            if (residents.isHere(page & ~MARK)) {
                ring.add(page, stamp);
            }
        }
    }
}

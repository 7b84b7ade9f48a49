package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Gives up content or changes attributes of a range: the operations below madvise and mlock.
 *
 * <p>Pages that are not mapped are passed over and reported at the end, as Linux does. Lock-free, but that {@link #free} waits for a grace period
 * where other views use the memory, and {@link #willNeed} may wait for a read to begin.
 */
public final class Advise {
    /** What makes a map droppable beside the bit itself; it cannot be taken away. */
    private static final int KEPT_BY_DROPPABLE = Attributes.WIPEONFORK | Attributes.DONTDUMP;

    private Advise() {}

    /**
     * Drops the pages of a range: private ones are zero or the file's again, shared ones are found again in their object.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param lockedToo whether locked pages are dropped as well
     * @return 0, {@link Refusal#NO_MEMORY} if part is not mapped (both sides are done), or {@link Refusal#INVALID} at a locked page
     */
    public static int discard(View view, long page, long pages, boolean lockedToo) {
        Discard walk = Discard.begin(view, lockedToo);
        int refused = walk.outcome(page, page + pages);
        view.emptied().noteRange(page, page + pages);
        view.discardWalk = walk;
        return refused;
    }

    /** Content given up once; see {@link View#discardWalk}. */
    static final class Discard extends Walk {
        private boolean lockedToo;

        private Discard(View view) {
            super(view);
        }

        private static Discard begin(View view, boolean lockedToo) {
            Discard walk = view.discardWalk == null ? new Discard(view) : view.discardWalk;
            view.discardWalk = null;
            walk.begin();
            walk.metHole = false;
            walk.lockedToo = lockedToo;
            return walk;
        }

        @Override
        boolean keeps(long word) {
            return SpaceWord.isReserved(word) && (lockedToo || !SpaceWord.isLocked(word));
        }

        @Override
        long change(long word, long at, int level) {
            if (SpaceWord.isLocked(word) && !lockedToo) {
                return STOP;
            }
            return SpaceWord.isPresent(word) || SpaceWord.isSwapped(word) ? SpaceWord.reservedLike(word) : word;
        }

        @Override
        void changed(long before, long after, long at, int level) {
            super.changed(before, after, at, level);
            giveUpReference(before, level);
        }
    }

    /**
     * Declares private anonymous content free (MADV_FREE): it holds the old data or zeroes until it is written again, never a mixture. What is shared with a child or
     * parent since a fork stays.
     *
     * <p>One CAS a page takes DIRTY and ACCESSED off, so that the next store faults and sets them again, on the old frame; or {@link FreedPages} has taken the
     * page away before. Waits, if the space has other views, until no store relies any more on what it found before: such a store would leave no trace.
     *
     * @return 0, {@link Refusal#NO_MEMORY} if part is not mapped, or {@link Refusal#INVALID} at other memory or a locked page
     */
    public static int free(View view, long page, long pages) {
        Free walk = new Free(view);
        int refused = walk.outcome(page, page + pages);
        if (walk.freed) {
            view.core().freedPages().note(view.space());
            walk.awaitOthers();
        }
        return refused;
    }

    private static final class Free extends Walk {
        private boolean freed;

        Free(View view) {
            super(view);
        }

        @Override
        boolean keeps(long word) {
            return SpaceWord.isReserved(word) && !isRefused(word);
        }

        private static boolean isRefused(long word) {
            return !Attributes.isAnonymous(SpaceWord.region(word)) || SpaceWord.isLocked(word);
        }

        @Override
        long change(long word, long at, int level) {
            if (isRefused(word)) {
                return STOP;
            }
            if (SpaceWord.isSwapped(word)) {
                // Nobody would read it from there to find it declared free.
                return SpaceWord.reservedLike(word);
            }
            boolean own = SpaceWord.isPresent(word) && SpaceWord.isOwn(word);
            boolean shared =
                    own && SpaceWord.isCopyOnWrite(word) && view.core().frames().count(SpaceWord.frame(word)) > 1;
            return own && !shared ? SpaceWord.withoutDirtyAndAccessed(word) : word;
        }

        @Override
        void changed(long before, long after, long at, int level) {
            if (SpaceWord.isSwapped(before)) {
                super.changed(before, after, at, level);
                giveUpReference(before, level);
                return;
            }
            // Neither a page nor a frame more or less: nothing to bill.
            freed = true;
            tookRight = true;
        }
    }

    /**
     * Changes attributes of every map of a range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param clear {@link Attributes} to take away
     * @param set {@link Attributes} to give
     * @param anonymousOnly whether other memory is refused
     * @return 0, {@link Refusal#NO_MEMORY} if part is not mapped, {@link Refusal#INVALID} at other memory and where a droppable map would be kept over a fork or
     *     dumped, or {@link Refusal#AGAIN} without memory to split a map or an id for a region
     */
    public static int attribute(View view, long page, long pages, int clear, int set, boolean anonymousOnly) {
        if (!Edges.prepare(view, page, page + pages, false)) {
            return Refusal.AGAIN;
        }
        return new Walk(view) {
            @Override
            long change(long word, long at, int level) {
                int id = SpaceWord.region(word);
                if (Attributes.isAnonymous(id)) {
                    boolean droppable = (id & Attributes.DROPPABLE) != 0;
                    return droppable && (clear & KEPT_BY_DROPPABLE) != 0
                            ? STOP
                            : SpaceWord.withRegion(word, id & ~clear | set);
                }
                if (anonymousOnly) {
                    return STOP;
                }
                Region region = view.core().regions().get(id);
                int attributes = region.attributes() & ~clear | set;
                if (attributes == region.attributes()) {
                    return word;
                }
                Region other = view.core()
                        .regions()
                        .acquire(view.space(), region.keyWith(attributes), at, Tables.pagesAt(level));
                if (other == null) {
                    refusal = Refusal.AGAIN;
                    return STOP;
                }
                return SpaceWord.withRegion(word, other.id());
            }

            @Override
            void changed(long before, long after, long at, int level) {
                super.changed(before, after, at, level);
                lower(before, level);
            }

            @Override
            void lost(long before, long after, int level) {
                lower(after, level);
            }

            private void lower(long word, int level) {
                int id = SpaceWord.region(word);
                if (!Attributes.isAnonymous(id)) {
                    Regions regions = view.core().regions();
                    regions.lower(regions.get(id), Tables.pagesAt(level), view.participant());
                }
            }
        }.outcome(page, page + pages);
    }

    /**
     * Locks or unlocks every map of a range, without populating it.
     *
     * @return 0, or {@link Refusal#NO_MEMORY} at a page that is not mapped; what came before keeps the change
     */
    public static int lock(View view, long page, long pages, boolean locked) {
        return locked ? Mlock.lock(view, page, pages, true) : Mlock.unlock(view, page, pages);
    }

    /**
     * Has the objects behind a range begin to read it.
     *
     * @return 0, or {@link Refusal#NO_MEMORY} if part is not mapped
     */
    public static int willNeed(View view, long page, long pages) {
        return Runs.forEachObject(view, page, page + pages, (region, first, end) -> {
            region.pager().willNeed(region.indexOf(first), region.indexOf(end));
            return 0;
        });
    }

    private abstract static class Walk extends Rewrite {
        /** Why a walk stops before a mapped page. */
        int refusal = Refusal.INVALID;

        boolean metHole;

        Walk(View view) {
            super(view);
        }

        @Override
        boolean passesHole(long page) {
            metHole = true;
            return true;
        }

        int outcome(long first, long end) {
            long stopped = run(first, end);
            if (stopped < end) {
                return isMapped(view, stopped) ? refusal : Refusal.NO_MEMORY;
            }
            return metHole ? Refusal.NO_MEMORY : 0;
        }
    }

    static boolean isMapped(View view, long page) {
        Participant self = view.participant();
        self.enter();
        try {
            return SpaceWord.isMapped(Runs.wordAt(view, page));
        } finally {
            self.leave();
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Locks maps into memory: the operations below mlock, munlock and mlockall.
 *
 * <p>A locked word is never given up under pressure. Locking sets the words, ascending, and fills the pages afterwards, unless they are to be locked when they are
 * touched, which is an attribute of the map. Lock-free but for the filling.
 */
public final class Mlock {
    /** What maps made from now on are to be. */
    public enum Future {
        /** Not locked. */
        UNLOCKED,
        /** Locked and filled. */
        LOCKED,
        /** Locked when touched. */
        LOCKED_ON_FAULT
    }

    private Mlock() {}

    /**
     * Locks a range and fills it.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length; what reaches beyond user space is a hole
     * @param onFault whether pages are locked when they are touched, and nothing is filled
     * @return 0; {@link Refusal#NO_MEMORY} over the limit (nothing is locked), at a page that is not mapped (those before it are locked, and not filled), or at one that cannot
     *     be filled (all are locked); {@link Refusal#AGAIN} without a frame
     */
    public static int lock(View view, long page, long pages, boolean onFault) {
        if (!view.budget().askToLock(page, pages)) {
            return Refusal.NO_MEMORY;
        }
        int refused = rewrite(view, page, pages, true, onFault);
        view.budget().settle();
        return refused == 0 ? Populate.locked(view, page, pages) : refused;
    }

    /**
     * Whether the limit lets a range be locked, which may be empty or reach beyond user space. A look, which another thread may have made old when it
     * returns; {@link #lock} asks for certain. Costs a walk of the range where it does not fit at once.
     */
    public static boolean isAllowed(View view, long page, long pages) {
        return view.budget().wouldAllowLocking(page, pages);
    }

    /**
     * Unlocks a range.
     *
     * @return 0, or {@link Refusal#NO_MEMORY} at a page that is not mapped; those before it are unlocked
     */
    public static int unlock(View view, long page, long pages) {
        int refused = rewrite(view, page, pages, false, false);
        view.core().frames().standstill().changed();
        view.budget().settle();
        return refused;
    }

    /** Locks every map that there is, and fills what can be. Nothing is asked of the limits: the caller has compared the whole space with them. */
    public static void lockAll(View view, boolean onFault) {
        rewriteAll(view, true, onFault);
        Populate.everything(view);
    }

    /** Unlocks every map. */
    public static void unlockAll(View view) {
        rewriteAll(view, false, false);
        view.core().frames().standstill().changed();
    }

    private static void rewriteAll(View view, boolean locked, boolean onFault) {
        new Walk(view, locked, onFault, true).run(0, AddressSpace.PAGES);
        view.budget().settle();
    }

    private static int rewrite(View view, long page, long pages, boolean locked, boolean onFault) {
        long end = Math.min(page + pages, AddressSpace.PAGES);
        // Promised huge pages stay as they are, so there is nothing to cut.
        boolean atHugePage = HugeTlb.isInside(view, page) || HugeTlb.isInside(view, end);
        if (!atHugePage && !Edges.prepare(view, page, end, false)) {
            return Refusal.NO_MEMORY;
        }
        return new Walk(view, locked, onFault, false).run(page, end) == page + pages ? 0 : Refusal.NO_MEMORY;
    }

    private static final class Walk extends Rewrite {
        private final boolean locked;
        private final boolean onFault;
        private final boolean passesHoles;

        Walk(View view, boolean locked, boolean onFault, boolean passesHoles) {
            super(view);
            this.locked = locked;
            this.onFault = onFault;
            this.passesHoles = passesHoles;
        }

        /** Linux locks no map of huge pages (mlock_fixup), for they never leave memory. */
        @Override
        boolean keeps(long word) {
            return HugeTlb.levelOf(view.core(), SpaceWord.region(word)) > 0;
        }

        @Override
        long change(long word, long page, int level) {
            int id = SpaceWord.region(word);
            if (keeps(word)) {
                return word;
            }
            if (Attributes.isAnonymous(id)) {
                if (locked && (id & (Attributes.DROPPABLE | Attributes.HUGETLB_MASK)) != 0) {
                    // Linux passes over what may be dropped, and over huge pages that never leave; it counts neither.
                    return word;
                }
                return SpaceWord.withRegion(SpaceWord.withLocked(word, locked), withOnFault(id));
            }
            Region region = view.core().regions().get(id);
            int attributes = withOnFault(region.attributes());
            long after = SpaceWord.withLocked(word, locked);
            if (attributes == region.attributes()) {
                return after;
            }
            Region other = view.core()
                    .regions()
                    .acquire(view.space(), region.keyWith(attributes), page, Tables.pagesAt(level));
            return other == null ? STOP : SpaceWord.withRegion(after, other.id());
        }

        private int withOnFault(int attributes) {
            return onFault ? attributes | Attributes.LOCK_ON_FAULT : attributes & ~Attributes.LOCK_ON_FAULT;
        }

        @Override
        void changed(long before, long after, long page, int level) {
            super.changed(before, after, page, level);
            giveBack(before, after, before, level);
        }

        @Override
        void lost(long before, long after, int level) {
            giveBack(before, after, after, level);
        }

        /** Lowers the count of the region that lost, if the change was one of regions. */
        private void giveBack(long before, long after, long loser, int level) {
            int id = SpaceWord.region(loser);
            if (SpaceWord.region(before) != SpaceWord.region(after) && !Attributes.isAnonymous(id)) {
                Regions regions = view.core().regions();
                regions.lower(regions.get(id), Tables.pagesAt(level), view.participant());
            }
        }

        @Override
        boolean passesHole(long page) {
            return passesHoles;
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.Arrays;

/**
 * Changes the protection of a range: the operation below mprotect.
 *
 * <p>Ascending: up to a page that is not mapped, or that its object does not allow to be so; what came before keeps the change. Returns only when
 * no access relies any more on a right that was taken away, so that a program may use it as a barrier. Lock-free but for that wait.
 */
public final class Protect {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private Protect() {}

    /**
     * Protects a range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param protection in Linux's bits
     * @return 0, {@link Refusal#NO_MEMORY} at a page that is not mapped or without a table to split the range, or {@link Refusal#DENIED}
     */
    public static int range(View view, long page, long pages, int protection) {
        long end = page + pages;
        if (!Edges.prepare(view, page, end, false)) {
            return Refusal.NO_MEMORY;
        }
        Walk walk = Walk.begin(view, protection);
        boolean byMaps = (protection & PROT_WRITE) != 0 && view.budget().decidesByMaps(pages);
        long stopped = byMaps ? walk.runByMaps(page, end) : walk.run(page, end);
        view.budget().settle();
        walk.awaitOthers();
        walk.fillLocked();
        view.emptied().noteRange(page, stopped);
        view.protectWalk = walk;
        return stopped == end ? 0 : walk.refusal;
    }

    /**
     * Where the map that grows down begins, whose first page in a range is the first page of the range that is mapped at all: what PROT_GROWSDOWN protects from.
     *
     * @return its first page; {@link Refusal#NO_MEMORY} if nothing is mapped in the range, or {@link Refusal#INVALID} if that map does not grow down
     */
    public static long growingFrom(View view, long page, long pages) {
        Runs.Found found = Runs.firstMapped(view, page, page + pages);
        if (found == null) {
            return Refusal.NO_MEMORY;
        }
        if (!GrowDown.isGrowingDown(found.identity())) {
            return Refusal.INVALID;
        }
        long start = Runs.startOf(view.core(), view.space(), view::participant, found.page());
        return start < 0 ? Refusal.NO_MEMORY : start;
    }

    /** One change of protection; see {@link View#protectWalk}. */
    static final class Walk extends Rewrite {
        private static final int SOME_RANGES = 8;

        private int protection;
        /** First page and end of each range that is locked and became writable, ascending; null if there is none. */
        private long[] filled;

        private int filledCount;
        private int refusal;

        private Walk(View view) {
            super(view);
        }

        private static Walk begin(View view, int protection) {
            Walk walk = view.protectWalk == null ? new Walk(view) : view.protectWalk;
            view.protectWalk = null;
            walk.begin();
            walk.protection = protection;
            walk.filledCount = 0;
            walk.refusal = Refusal.NO_MEMORY;
            return walk;
        }

        /** Limits are decided for one map at a time, all of it or nothing; what came before keeps the change. */
        long runByMaps(long first, long end) {
            long[] stopped = {end};
            Runs.forEachLine(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
                stopped[0] = askForMap(identity, from, to) ? run(from, to) : from;
                view.budget().settle();
                return stopped[0] == to;
            });
            return stopped[0];
        }

        private boolean askForMap(long identity, long first, long end) {
            // What is not mapped, or may not be so, is found and told by the walk.
            return identity == 0
                    || isDenied(SpaceWord.region(identity))
                    || view.budget().askToProtect(identity, protectedWord(identity), end - first, promised(first, end));
        }

        /** How many pages of a line are not promised yet and will be. */
        private long promised(long first, long end) {
            long[] pages = new long[1];
            Runs.forEach(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
                boolean starts = identity != 0
                        && !Counters.isCommitted(identity)
                        && Counters.isCommitted(protectedWord(identity));
                pages[0] += starts ? to - from : 0;
                return true;
            });
            return pages[0];
        }

        /** Locked memory takes no fault when it is stored to first; what cannot be filled is not told, as on Linux. What was writable before is left as it is. */
        void fillLocked() {
            for (int i = 0; i < filledCount; i += 2) {
                Populate.locked(view, filled[i], filled[i + 1] - filled[i]);
            }
        }

        private void noteFilled(long page, long end) {
            if (filledCount > 0 && filled[filledCount - 1] == page) {
                filled[filledCount - 1] = end;
                return;
            }
            if (filled == null) {
                filled = new long[2 * SOME_RANGES];
            } else if (filledCount == filled.length) {
                filled = Arrays.copyOf(filled, 2 * filledCount);
            }
            filled[filledCount++] = page;
            filled[filledCount++] = end;
        }

        @Override
        long change(long word, long page, int level) {
            if (isDenied(SpaceWord.region(word))) {
                refusal = Refusal.DENIED;
                return STOP;
            }
            return protectedWord(word);
        }

        private boolean isDenied(int id) {
            if (Attributes.isAnonymous(id)) {
                return false;
            }
            Region region = view.core().regions().get(id);
            // Null only if the map is gone by now, which the walk will find.
            return region != null
                    && (protection & ~region.mostProtection() & (PROT_READ | PROT_WRITE | PROT_EXEC)) != 0;
        }

        private long protectedWord(long word) {
            int region = SpaceWord.region(word);
            long after = SpaceWord.withProtection(word, protection);
            boolean startsToCount = Attributes.isAnonymous(region)
                    && (protection & PROT_WRITE) != 0
                    && (region & Attributes.CHARGE_MASK) == Attributes.NOT_ACCOUNTED_YET;
            return startsToCount ? SpaceWord.withRegion(after, region & ~Attributes.NOT_ACCOUNTED_YET) : after;
        }

        @Override
        void changed(long before, long after, long page, int level) {
            super.changed(before, after, page, level);
            if (SpaceWord.isLocked(before)
                    && SpaceWord.isWritable(after)
                    && !SpaceWord.isWritable(before)
                    && Attributes.isPrivate(SpaceWord.region(after))) {
                noteFilled(page, page + Tables.pagesAt(level));
            }
            tookRight |= SpaceWord.isPresent(before)
                    && (SpaceWord.isReadable(before) && !SpaceWord.isReadable(after)
                            || SpaceWord.isWritable(before) && !SpaceWord.isWritable(after));
        }

        @Override
        boolean passesHole(long page) {
            return false;
        }
    }
}

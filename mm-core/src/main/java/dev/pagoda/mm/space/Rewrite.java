package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Changes every mapped word of a range, ascending, one CAS for each: what mprotect and madvise have in common.
 *
 * <p>Folded words that the range covers whole are changed as one; the caller has split those at the edges. Lock-free.
 */
abstract class Rewrite {
    /** Answer of {@link #change}: stop before this page. */
    static final long STOP = -1L;

    private static final long AGAIN = -1;
    private static final long NO_TABLE = -2;
    private static final int ROOM = 2 * Tables.SLOTS + 8;

    final View view;
    private final Tables tables;
    private long stoppedAt = -1;
    /** Told by {@link #changed}: the change took a right away that an access may still rely on. */
    boolean tookRight;
    /** Whether another view may rely on a right that was taken away. */
    private boolean othersHadRight;
    /** The slot that {@link #changed} is told of. */
    private long changedSlot;

    Rewrite(View view) {
        this.view = view;
        this.tables = view.core().tables();
    }

    /** Forgets the last range: an instance may be used again. */
    final void begin() {
        stoppedAt = -1;
        tookRight = false;
        othersHadRight = false;
    }

    /**
     * Says what a word becomes. Called again if another thread changed it meanwhile.
     *
     * @param word a mapped word
     * @param page the first page of its slot
     * @param level its slot's level
     * @return the new word, the same word for no change, or {@link #STOP}
     */
    abstract long change(long word, long page, int level);

    /** Told that the change was made. Inside the epoch of the change. */
    void changed(long before, long after, long page, int level) {
        view.bill(before, level, -1);
        view.bill(after, level, 1);
    }

    /** Told that the change was not made, another thread having changed the word first; undoes what {@link #change} prepared. */
    void lost(long before, long after, int level) {}

    /**
     * Whether to go on behind pages that nothing maps.
     *
     * @param page the first of them
     */
    abstract boolean passesHole(long page);

    /**
     * Whether {@link #change} leaves a word as it is, so that no table is made to split a folded one that the range covers in part.
     */
    boolean keeps(long word) {
        return false;
    }

    /** Gives up the reference of the word that was changed, for {@link #changed}. */
    final void giveUpReference(long before, int level) {
        if (level == 0) {
            view.giveUpReference(before, changedSlot);
        } else {
            view.retireReference(before);
        }
    }

    /** Waits until no access relies any more on a right that this rewrite took away, if others use the tables it changed. */
    final void awaitOthers() {
        if (othersHadRight) {
            view.awaitGraceOfOthers();
        }
    }

    /** After the slots of one table were changed. */
    private void lookForOthers(long slot) {
        othersHadRight |= tookRight && view.isUsedByOthers(slot);
        tookRight = false;
    }

    /** Changes the range; returns the page it stopped at, or end. */
    final long run(long first, long end) {
        long page = first;
        while (page < end && stoppedAt < 0) {
            view.makeRoom(ROOM);
            Participant self = view.participant();
            long next;
            self.enter();
            try {
                next = rewriteFrom(page, end);
            } finally {
                self.leave();
            }
            if (next == AGAIN) {
                Shrink.help(view, page);
            } else if (next == NO_TABLE && !view.core().reclaim(view.stripe())) {
                View.pause();
            }
            page = next >= 0 ? next : page;
        }
        view.participant().tidy();
        return stoppedAt >= 0 ? stoppedAt : end;
    }

    private long rewriteFrom(long page, long end) {
        long leafSlot = view.leafSlot(page << PhysicalMemory.FRAME_SHIFT);
        if (leafSlot != 0) {
            return rewriteLeaves(leafSlot, page, end);
        }
        long sequence = view.space().retireSequence();
        long table = view.space().root();
        int level = Tables.ROOT_LEVEL;
        while (level > 0) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                continue;
            }
            long slotEnd = Tables.slotEnd(page, level);
            if (!SpaceWord.isMapped(word)) {
                return hole(page, Math.min(slotEnd, end));
            }
            if (keeps(word)) {
                return Math.min(slotEnd, end);
            }
            if (page == Tables.slotStart(page, level) && slotEnd <= end) {
                boolean done = rewrite(slot, page, level);
                lookForOthers(slot);
                return done ? slotEnd : AGAIN;
            }
            if (!Edges.expand(view, slot, word, level, true)) {
                return NO_TABLE;
            }
        }
        return view.use(table, sequence) ? rewriteLeaves(tables.slot(table, page, 0), page, end) : AGAIN;
    }

    private long rewriteLeaves(long firstSlot, long first, long end) {
        long next = rewriteSlots(firstSlot, first, Math.min(end, Tables.slotEnd(first, 1)));
        lookForOthers(firstSlot);
        return next;
    }

    private long rewriteSlots(long firstSlot, long first, long stop) {
        for (long page = first; page < stop; page++) {
            if (!rewrite(firstSlot + (page - first << 3), page, 0)) {
                return page == first ? AGAIN : page;
            }
            if (stoppedAt >= 0) {
                return page;
            }
        }
        return stop;
    }

    private long hole(long page, long next) {
        if (!passesHole(page)) {
            stoppedAt = page;
        }
        return next;
    }

    /** Changes one slot; false if its table is leaving. */
    private boolean rewrite(long slot, long page, int level) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word) || SpaceWord.isTable(word)) {
                return false;
            }
            if (!SpaceWord.isMapped(word)) {
                hole(page, page);
                return true;
            }
            long after = change(word, page, level);
            if (after == STOP) {
                stoppedAt = page;
                return true;
            }
            if (after == word) {
                return true;
            }
            if (RawMemory.compareAndSet(slot, word, after)) {
                changedSlot = slot;
                changed(word, after, page, level);
                return true;
            }
            lost(word, after, level);
        }
    }
}

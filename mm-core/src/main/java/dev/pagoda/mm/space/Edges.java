package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Splits folded words and huge pages so that a range begins and ends on the border of a slot: no page changes its meaning.
 *
 * <p>Done before an operation changes anything, so that the operation itself needs no memory: a range has two edges and each
 * needs three tables at most. Lock-free.
 */
final class Edges {
    private static final int DONE = 0;
    private static final int AGAIN = 1;
    private static final int NO_TABLE = 2;
    private static final int WAIT = 3;

    private Edges() {}

    /**
     * Prepares both edges of a range. Called outside of epochs; may reclaim.
     *
     * @param create whether tables are made where nothing is mapped, for an operation that will map there
     * @return false if there is no memory for a table; nothing has changed then
     */
    static boolean prepare(View view, long first, long end, boolean create) {
        return lieInLeaf(view, first, end)
                || prepareEdge(view, first, create, false) && prepareEdge(view, end, create, false);
    }

    /** Whether the range lies in one leaf table that is there: nothing to split, which is the usual case. */
    private static boolean lieInLeaf(View view, long first, long end) {
        if (first >= end || end > Tables.slotEnd(first, 1)) {
            return false;
        }
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            return view.leafSlot(first << PhysicalMemory.FRAME_SHIFT) != 0;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /** As {@link #prepare}, for an operation that has begun and must end: the emergency reserve serves it, and if even that is empty it waits. */
    static void prepareForCertain(View view, long first, long end) {
        while (!prepareEdge(view, first, false, true) || !prepareEdge(view, end, false, true)) {
            View.pause();
        }
    }

    private static boolean prepareEdge(View view, long page, boolean create, boolean mayUseReserve) {
        while (true) {
            Participant self = view.participant();
            int outcome;
            self.enter();
            try {
                outcome = split(view, page, create, mayUseReserve);
            } finally {
                self.leave();
            }
            switch (outcome) {
                case DONE -> {
                    return true;
                }
                case WAIT -> View.pause();
                case NO_TABLE -> {
                    if (!view.core().reclaim(view.stripe())) {
                        return false;
                    }
                }
                default -> Shrink.help(view, page);
            }
        }
    }

    private static int split(View view, long page, boolean create, boolean mayUseReserve) {
        Tables tables = view.core().tables();
        long table = view.space().root();
        for (int level = Tables.ROOT_LEVEL; level > 0 && page != Tables.slotStart(page, level); level--) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            while (!SpaceWord.isTable(word)) {
                if (SpaceWord.isFrozen(word)) {
                    return AGAIN;
                }
                if (!create && !SpaceWord.isMapped(word)) {
                    return DONE;
                }
                if (SpaceWord.isTentative(word)) {
                    return WAIT;
                }
                if (!expand(view, slot, word, level, mayUseReserve)) {
                    return NO_TABLE;
                }
                word = RawMemory.getAcquire(slot);
            }
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            table = SpaceWord.frame(word);
        }
        return DONE;
    }

    /**
     * Puts a table of 512 copies where a word stands, or of the parts of a huge page. Inside the epoch in which the word was read.
     *
     * @param level the slot's level, 1 or more
     * @return false if there is no frame for the table; true if the word is not what it was any more, whoever changed it
     */
    static boolean expand(View view, long slot, long word, int level, boolean mayUseReserve) {
        if (SpaceWord.isPresent(word)) {
            return Split.intoParts(view, slot, word, level);
        }
        Tables tables = view.core().tables();
        long table = tables.allocate(view.stripe(), word, mayUseReserve);
        if (table == Frames.REFUSED) {
            return false;
        }
        // The CAS publishes the copies; walkers acquire them through the slot.
        if (RawMemory.compareAndSet(slot, word, SpaceWord.table(table))) {
            view.counters().add(Counters.TABLES, 1);
        } else {
            tables.discard(view.stripe(), table);
        }
        return true;
    }
}

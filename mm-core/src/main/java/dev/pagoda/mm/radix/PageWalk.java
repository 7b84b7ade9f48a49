package dev.pagoda.mm.radix;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.VarHandle;

/**
 * A walk over the pages of an object, in ascending order, that skips what has no table. Each leaf table is looked for from the root, in an epoch of its own, and its pages are told inside of that: so nobody
 * waits there, and who has to stops the walk, waits, and has it go on.
 *
 * <p>By one thread. Lock-free. Costs a walk down for each leaf table, and a look at each of its words.
 */
public final class PageWalk {
    private static final long NONE = -1;

    /** Told the slots of pages. */
    @FunctionalInterface
    public interface Slots {
        /**
         * Takes one slot. Inside an epoch: does not wait.
         *
         * @param slot the slot's address
         * @param index the page's index
         * @param word what the slot held a moment ago
         * @return whether to go on; if not, the walk is told this page again when it does
         */
        boolean take(long slot, long index, long word);
    }

    private final ObjectTree tree;
    private final Tables tables;
    private final long end;
    private final boolean onlyDirty;
    private final boolean byBits;
    /** For each level, where the slot ends that this walk is below: its bit was looked at, and may be taken away, once. */
    private final long[] openUntil = new long[Tables.LEVELS];

    private long at;

    PageWalk(ObjectTree tree, long first, long end, boolean onlyDirty, boolean byBits) {
        this.tree = tree;
        this.tables = tree.tables();
        this.at = Math.max(first, 0);
        this.end = end;
        this.onlyDirty = onlyDirty;
        this.byBits = byBits;
    }

    /** The page to be told next, or {@code end}. */
    public long at() {
        return Math.min(at, end);
    }

    /**
     * Goes on from where it stopped, or from its beginning.
     *
     * @param self the caller's, outside of epochs or inside of one that is to last for the whole walk
     * @return whether it came to the end; false if it was stopped
     */
    public boolean run(Participant self, Slots slots) {
        while (at < end) {
            self.enter();
            try {
                long table = leaf();
                if (table != NONE && !tell(table, slots)) {
                    return false;
                }
            } finally {
                self.leave();
            }
        }
        return true;
    }

    /** Ends a walk over dirty pages that is not gone on with: what it took away is put back. Inside an epoch. */
    public void abandon() {
        if (at < end) {
            tree.noteDirty(at);
        }
    }

    private boolean tell(long table, Slots slots) {
        long stop = Math.min(end, Tables.slotEnd(at, 1));
        for (; at < stop; at++) {
            long slot = tables.slot(table, at, 0);
            long word = RawMemory.getAcquire(slot);
            boolean told = onlyDirty ? ObjectWord.isDirtyOrWriteback(word) : !ObjectWord.isVacant(word);
            if (told && !slots.take(slot, at, word)) {
                return false;
            }
        }
        return true;
    }

    /** Goes to the next leaf table, and to the first page of the walk in it; {@link #NONE} at the end. */
    private long leaf() {
        while (at < end) {
            long top = tree.root();
            int level = ObjectTree.level(top);
            if (top == 0 || at >= Tables.pagesAt(level + 1)) {
                at = end;
                return NONE;
            }
            long table = ObjectTree.table(top);
            while (level > 0 && table != NONE) {
                table = below(tables.slot(table, at, level), level);
                level--;
            }
            if (table != NONE) {
                return table;
            }
            at = Tables.slotEnd(at, level + 1);
        }
        return NONE;
    }

    /** The table that a slot leads to, if there is something for this walk in it. */
    private long below(long slot, int level) {
        long word = RawMemory.getAcquire(slot);
        if (byBits && at >= openUntil[level]) {
            boolean whole = at == Tables.slotStart(at, level) && Tables.slotEnd(at, level) <= end;
            word = whole ? takeBit(slot, word) : word;
            if ((word & ObjectWord.dirtyBelow()) == 0) {
                return NONE;
            }
            openUntil[level] = Tables.slotEnd(at, level);
        }
        return ObjectWord.isTable(word) ? ObjectWord.frame(word) : NONE;
    }

    /** Takes the bit away from the table's word, and from no other; returns the word that had it, or one that does not. */
    private static long takeBit(long slot, long word) {
        long seen = word;
        while (ObjectWord.isTable(seen) && (seen & ObjectWord.dirtyBelow()) != 0) {
            long found = RawMemory.compareAndExchange(slot, seen, seen & ~ObjectWord.dirtyBelow());
            if (found == seen) {
                VarHandle.fullFence();
                return seen;
            }
            seen = found;
        }
        return seen;
    }
}

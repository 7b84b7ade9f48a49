package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Gives tables back that became empty, or <em>uniform</em>: all 512 words are the same reserved one, which can stand in the parent instead. So a program that maps and unmaps at ever new
 * addresses, or gives up and takes again parts of a reservation, holds no more tables than it needs.
 *
 * <p>A table is frozen, all 512 slots, and its parent's word then swings by CAS: to nothing if all are empty, to the one word if it is uniform, else to a fresh copy, because
 * somebody changed it before the freeze came to the slot. It is never thawed. Whoever meets a frozen word in a table that its parent
 * still names finishes the same work ({@link #help}): all mean the same, any may win, and nobody waits. The winner retires the table
 * alone; what its words led to lives on in the copy. Freeze and CAS share one epoch. Memory for the copy is taken before the first slot is frozen.
 *
 * <p>While memory is short no uniform table is given back: an operation that needs it again may not fail for it.
 *
 * <p>Lock-free. The protocol of tree.pml, for a table of any level but the root.
 */
final class Shrink {
    private static final int NOTHING = 0;
    private static final int REMOVED = 1;
    private static final int OVERTAKEN = 2;
    private static final int NO_TABLE = 3;
    /** Not the word of a slot: no word has all bits set. */
    private static final long DIFFERENT = -1;

    private Shrink() {}

    /** Gives back the tables of slots that a range covers whole, if they are empty or uniform. Outside of epochs. */
    static void giveBackWithin(View view, long first, long end) {
        long stop = Tables.slotStart(end, 1);
        for (long page = Tables.slotEnd(first - 1, 1); page < stop; ) {
            giveBack(view, page);
            page = Tables.slotEnd(page, Math.max(1, lowestLevel(view, page)));
        }
    }

    /** Level of the slot that covers a page. */
    private static int lowestLevel(View view, long page) {
        Tables tables = view.core().tables();
        Participant self = view.participant();
        self.enter();
        try {
            int level = Tables.ROOT_LEVEL;
            long word = RawMemory.getAcquire(tables.slot(view.space().root(), page, level));
            while (SpaceWord.isTable(word)) {
                level--;
                word = RawMemory.getAcquire(tables.slot(SpaceWord.frame(word), page, level));
            }
            return level;
        } finally {
            self.leave();
        }
    }

    /** Gives back the tables that cover a page, from the lowest up, as long as they are empty or uniform. Outside of epochs. */
    static void giveBack(View view, long page) {
        Core core = view.core();
        while (true) {
            view.makeRoom(1);
            Participant self = view.participant();
            int outcome;
            self.enter();
            try {
                outcome = shrink(view, self, page);
            } finally {
                self.leave();
            }
            if (outcome == OVERTAKEN) {
                // What this thread froze must not be left behind: the table may be named by a copy of its parent now.
                help(view, page);
            } else if (outcome != REMOVED) {
                return;
            }
        }
    }

    /**
     * Finishes the work of whoever froze a table on the way to a page, if a live table is frozen there. Outside of epochs.
     */
    static void help(View view, long page) {
        // A wait may move the view's thread to another CPU; the participant is asked for after it.
        view.makeRoom(1);
        helpWithRoom(view.core(), view.space(), view.participant(), page);
    }

    /** As {@link #help(View, long)}, with a participant that stays the calling thread's. */
    static void help(Core core, AddressSpace space, Participant participant, long page) {
        participant.makeRoom(1);
        helpWithRoom(core, space, participant, page);
    }

    /** As {@link #help(View, long)}, for callers that may be inside an epoch and have made room for one more record. */
    static void helpWithRoom(Core core, AddressSpace space, Participant self, long page) {
        int outcome;
        self.enter();
        try {
            outcome = finishFrozen(core, space, self, page);
        } finally {
            self.leave();
        }
        if (outcome == NO_TABLE && !self.isInside()) {
            core.reclaim(self.index());
        }
    }

    private static int shrink(View view, Participant self, long page) {
        Core core = view.core();
        AddressSpace space = view.space();
        Tables tables = core.tables();
        long sequence = space.retireSequence();
        long parentSlot = 0;
        long parentWord = 0;
        long table = space.root();
        int level = Tables.ROOT_LEVEL;
        long word = RawMemory.getAcquire(tables.slot(table, page, level));
        while (SpaceWord.isTable(word) && !SpaceWord.isFrozen(word)) {
            parentSlot = tables.slot(table, page, level);
            parentWord = word;
            table = SpaceWord.frame(word);
            level--;
            word = RawMemory.getAcquire(tables.slot(table, page, level));
        }
        if (level == Tables.ROOT_LEVEL || !isWorthIt(core, word) || !isUniform(tables.tableAddress(table), word)) {
            return NOTHING;
        }
        if (!view.use(table, sequence)) {
            // A move may be carrying it elsewhere, and would not know of the freeze.
            return OVERTAKEN;
        }
        // Nearly always given back at once: an empty table must not stay because memory is short.
        long copy = tables.allocate(self.index(), SpaceWord.UNMAPPED, word == SpaceWord.UNMAPPED);
        return copy == Frames.REFUSED ? NOTHING : finish(core, space, self, page, parentSlot, parentWord, copy);
    }

    private static boolean isWorthIt(Core core, long word) {
        return word == SpaceWord.UNMAPPED
                || mayStandAbove(word) && !core.frames().isBelowLow();
    }

    /** Whether a word may stand in the parent's slot for a table that is full of it. */
    private static boolean mayStandAbove(long word) {
        return word == SpaceWord.UNMAPPED || SpaceWord.isReserved(word) && !SpaceWord.isFrozen(word);
    }

    private static int finishFrozen(Core core, AddressSpace space, Participant self, long page) {
        Tables tables = core.tables();
        long parentSlot = 0;
        long parentWord = 0;
        long table = space.root();
        for (int level = Tables.ROOT_LEVEL; level >= 0; level--) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                // The parent's word was read in this epoch and was not frozen itself, so the table was live a moment
                // ago.
                long copy = tables.allocate(self.index(), SpaceWord.UNMAPPED, true);
                return copy == Frames.REFUSED
                        ? NO_TABLE
                        : finish(core, space, self, page, parentSlot, parentWord, copy);
            }
            if (!SpaceWord.isTable(word)) {
                return NOTHING;
            }
            parentSlot = slot;
            parentWord = word;
            table = SpaceWord.frame(word);
        }
        return NOTHING;
    }

    /** Freezes what is left to freeze and swings the parent's word; the copy is used or given back. */
    private static int finish(
            Core core, AddressSpace space, Participant self, long page, long parentSlot, long parentWord, long copy) {
        Tables tables = core.tables();
        long table = SpaceWord.frame(parentWord);
        // Who found a page in the table may still store to it, when the copy shows it.
        tables.users().share(copy);
        long content = freezeInto(tables.tableAddress(table), tables.tableAddress(copy));
        boolean uniform = content != DIFFERENT && mayStandAbove(content);
        // The CAS publishes the copy; walkers acquire it through the parent's slot.
        boolean won = RawMemory.compareAndSet(parentSlot, parentWord, uniform ? content : SpaceWord.table(copy));
        if (!won || uniform) {
            tables.discard(self.index(), copy);
        }
        if (!won) {
            return OVERTAKEN;
        }
        core.frames().raiseGeneration(table);
        space.raiseRetireSequence();
        self.retire(Retirement.frame(table));
        if (!uniform) {
            return NOTHING;
        }
        space.settle(Counters.TABLES, -1);
        if (content == SpaceWord.UNMAPPED) {
            // The pages were free before; now they are an empty slot of a higher level.
            HoleHints.raise(space, page);
        }
        return REMOVED;
    }

    /** Freezes every slot and copies its content; returns the word that all hold, or DIFFERENT. */
    private static long freezeInto(long table, long copy) {
        long all = 0;
        for (int i = 0; i < Tables.SLOTS; i++) {
            long slot = Tables.slotAt(table, i);
            long word = RawMemory.getAcquire(slot);
            while (!SpaceWord.isFrozen(word)) {
                long found = RawMemory.compareAndExchange(slot, word, SpaceWord.withFrozen(word));
                if (found == word) {
                    break;
                }
                word = found;
            }
            long content = SpaceWord.withoutFrozen(word);
            RawMemory.setPlain(Tables.slotAt(copy, i), content);
            all = i == 0 || content == all ? content : DIFFERENT;
        }
        return all;
    }

    private static boolean isUniform(long table, long word) {
        // From the end: what differs is rarely the first, which the caller has seen in most cases.
        for (int i = Tables.SLOTS - 1; i >= 0; i--) {
            if (RawMemory.getOpaque(Tables.slotAt(table, i)) != word) {
                return false;
            }
        }
        return true;
    }
}

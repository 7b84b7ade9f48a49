package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Gives tables back that became empty, so that a program that maps and unmaps at ever new addresses holds no more tables than it needs.
 *
 * <p>A table is frozen, all 512 slots, and its parent's word then swings by CAS: to nothing if all are empty, else to a fresh copy, because
 * somebody mapped there before the freeze came to the slot. It is never thawed. Whoever meets a frozen word in a table that its parent
 * still names finishes the same work ({@link #help}): all mean the same, any may win, and nobody waits. The winner retires the table
 * alone; what its words led to lives on in the copy. Freeze and CAS share one epoch. Memory for the copy is taken before the first slot is frozen.
 *
 * <p>Lock-free. The protocol of tree.pml, for a table of any level but the root.
 */
final class Shrink {
    private static final int NOTHING = 0;
    private static final int REMOVED = 1;
    private static final int OVERTAKEN = 2;
    private static final int NO_TABLE = 3;

    private Shrink() {}

    /** Gives back the tables that cover a page, from the lowest up, as long as they are empty. Outside of epochs. */
    static void giveBackEmpty(View view, long page) {
        Core core = view.core();
        while (true) {
            view.makeRoom(1);
            Participant self = view.participant();
            int outcome;
            self.enter();
            try {
                outcome = shrink(core, view.space(), self, page);
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

    private static int shrink(Core core, AddressSpace space, Participant self, long page) {
        Tables tables = core.tables();
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
        if (level == Tables.ROOT_LEVEL || word != SpaceWord.UNMAPPED || !isEmpty(tables.tableAddress(table))) {
            return NOTHING;
        }
        long copy = tables.allocate(self.index(), SpaceWord.UNMAPPED, false);
        return copy == Frames.REFUSED ? NOTHING : finish(core, space, self, page, parentSlot, parentWord, copy);
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
        boolean empty = freezeInto(tables.tableAddress(table), tables.tableAddress(copy));
        // The CAS publishes the copy; walkers acquire it through the parent's slot.
        long next = empty ? SpaceWord.UNMAPPED : SpaceWord.table(copy);
        boolean won = RawMemory.compareAndSet(parentSlot, parentWord, next);
        if (!won || empty) {
            tables.discard(self.index(), copy);
        }
        if (!won) {
            return OVERTAKEN;
        }
        core.frames().raiseGeneration(table);
        space.raiseRetireSequence();
        self.retire(Retirement.frame(table));
        if (!empty) {
            return NOTHING;
        }
        space.settle(Counters.TABLES, -1);
        // The pages were free before; now they are an empty slot of a higher level.
        HoleHints.raise(space, page);
        return REMOVED;
    }

    /** Freezes every slot and copies its content; whether all are empty. */
    private static boolean freezeInto(long table, long copy) {
        boolean empty = true;
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
            empty &= content == SpaceWord.UNMAPPED;
        }
        return empty;
    }

    private static boolean isEmpty(long table) {
        for (int i = 0; i < Tables.SLOTS; i++) {
            if (RawMemory.getOpaque(Tables.slotAt(table, i)) != SpaceWord.UNMAPPED) {
                return false;
            }
        }
        return true;
    }
}

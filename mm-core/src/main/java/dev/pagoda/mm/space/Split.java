package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameRequest;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Splits the word of a huge page into a table of words for its parts: no page changes its meaning, and no byte is copied.
 *
 * <p>A block has one count, which says how many words name a frame of it. It goes up by the 511 words more <em>before</em> the CAS that
 * publishes them: as soon as the table is there, others may take the parts out and drop them. Who loses the CAS takes the 511 back at once, for nobody
 * has seen them; the word that was read in this epoch keeps its own reference until a grace period after it, so the count never comes to zero here. The block is given back
 * whole, when the last part is dropped.
 *
 * <p>The table was laid aside when the huge page was installed, so a split needs no memory; if another split used it up, the emergency reserve serves. Lock-free.
 */
final class Split {
    private static final int DONE = 0;
    private static final int OVERTAKEN = 1;
    private static final int NO_FRAME = 2;

    private Split() {}

    /**
     * Puts a table of parts where the word of a huge page stands. Inside the epoch in which the word was read.
     *
     * @param level the slot's level, 1 or 2
     * @return false if there is no frame for the table; true if the word is not what it was any more, whoever changed it
     */
    static boolean intoParts(View view, long slot, long word, int level) {
        int outcome = intoParts(view.core(), view.stripe(), slot, word, level);
        if (outcome == DONE) {
            view.counters().add(Counters.TABLES, 1);
            view.counters().add(Counters.HUGE_FRAMES, level == 1 ? -Tables.SLOTS : 0);
        }
        return outcome != NO_FRAME;
    }

    /** As {@link #intoParts(View, long, long, int)}, by somebody who has no view of the space. */
    static boolean intoParts(AddressSpace space, int stripe, long slot, long word, int level) {
        int outcome = intoParts(space.core(), stripe, slot, word, level);
        if (outcome == DONE) {
            space.settle(Counters.TABLES, 1);
            space.settle(Counters.HUGE_FRAMES, level == 1 ? -Tables.SLOTS : 0);
        }
        return outcome != NO_FRAME;
    }

    private static int intoParts(Core core, int stripe, long slot, long word, int level) {
        Frames frames = core.frames();
        Tables tables = core.tables();
        long frame = SpaceWord.frame(word);
        long table = takeTable(frames, stripe, frame);
        if (table < 0) {
            return NO_FRAME;
        }
        tables.fillWithParts(table, word, level - 1);
        frames.raise(frame, Tables.SLOTS - 1);
        // The CAS publishes the parts; walkers acquire them through the slot.
        if (RawMemory.compareAndSet(slot, word, SpaceWord.table(table))) {
            return DONE;
        }
        frames.lowerBy(frame, Tables.SLOTS - 1);
        giveTableBack(frames, stripe, frame, table);
        return OVERTAKEN;
    }

    /** Lays a table aside with a block that is about to be mapped; false if there is no frame for it. */
    static boolean prepare(View view, long block) {
        Frames frames = view.core().frames();
        long table = frames.allocate(view.stripe(), FrameKind.TABLE);
        if (table < 0) {
            return false;
        }
        giveTableBack(frames, view.stripe(), block, table);
        return true;
    }

    private static long takeTable(Frames frames, int stripe, long frame) {
        long table = frames.takeDeposit(frame);
        return table >= 0 ? table : frames.allocate(stripe, 0, FrameKind.TABLE | FrameRequest.USE_RESERVE);
    }

    private static void giveTableBack(Frames frames, int stripe, long frame, long table) {
        if (!frames.deposit(frame, table)) {
            frames.drop(stripe, table);
        }
    }
}

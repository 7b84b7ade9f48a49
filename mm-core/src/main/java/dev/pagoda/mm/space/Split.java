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
    private Split() {}

    /**
     * Puts a table of parts where the word of a huge page stands. Inside the epoch in which the word was read.
     *
     * @param level the slot's level, 1 or 2
     * @return false if there is no frame for the table; true if the word is not what it was any more, whoever changed it
     */
    static boolean intoParts(View view, long slot, long word, int level) {
        Frames frames = view.core().frames();
        Tables tables = view.core().tables();
        long frame = SpaceWord.frame(word);
        long table = takeTable(view, frame);
        if (table < 0) {
            return false;
        }
        tables.fillWithParts(table, word, level - 1);
        frames.raise(frame, Tables.SLOTS - 1);
        // The CAS publishes the parts; walkers acquire them through the slot.
        if (RawMemory.compareAndSet(slot, word, SpaceWord.table(table))) {
            view.counters().add(Counters.TABLES, 1);
            if (level == 1) {
                view.counters().add(Counters.HUGE_FRAMES, -Tables.SLOTS);
            }
        } else {
            frames.lowerBy(frame, Tables.SLOTS - 1);
            giveTableBack(view, frame, table);
        }
        return true;
    }

    /** Lays a table aside with a block that is about to be mapped; false if there is no frame for it. */
    static boolean prepare(View view, long block) {
        Frames frames = view.core().frames();
        long table = frames.allocate(view.stripe(), FrameKind.TABLE);
        if (table < 0) {
            return false;
        }
        giveTableBack(view, block, table);
        return true;
    }

    private static long takeTable(View view, long frame) {
        Frames frames = view.core().frames();
        long table = frames.takeDeposit(frame);
        return table >= 0 ? table : frames.allocate(view.stripe(), 0, FrameKind.TABLE | FrameRequest.USE_RESERVE);
    }

    private static void giveTableBack(View view, long frame, long table) {
        Frames frames = view.core().frames();
        if (!frames.deposit(frame, table)) {
            frames.drop(view.stripe(), table);
        }
    }
}

package dev.pagoda.mm.radix;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameRequest;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Tables of 512 slots, each filling one frame: the nodes of the radix trees of spaces and objects.
 *
 * <p>A tree has four levels: a slot of level 0 covers one page, of level 1 512 pages (2 MiB), of level 2 1 GiB, of level 3 512 GiB. This
 * class makes tables, finds slots in them and takes subtrees apart; what the words mean is {@link SpaceWord}'s and
 * {@link ObjectWord}'s business. Thread-safe and lock-free.
 */
public final class Tables {
    /** Levels of a tree. */
    public static final int LEVELS = 4;
    /** Level of the slots in the root table. */
    public static final int ROOT_LEVEL = LEVELS - 1;
    /** Slots of a table. */
    public static final int SLOTS = 512;

    private static final int LEVEL_BITS = 9;
    private static final int SLOT_SHIFT = 3;
    private static final long INDEX_MASK = SLOTS - 1;

    private final Frames frames;
    private final TableUsers users;
    private final long base;

    /**
     * Makes tables out of a kernel's frames.
     *
     * @param frames where the tables come from and go to
     */
    public Tables(Frames frames) {
        this.frames = frames;
        this.users = new TableUsers(frames);
        this.base = frames.base();
    }

    /** Pages that a slot of a level covers. */
    public static long pagesAt(int level) {
        return 1L << LEVEL_BITS * level;
    }

    /** First page of the slot of a level that covers the page. */
    public static long slotStart(long page, int level) {
        return page & -pagesAt(level);
    }

    /** One above the last page of the slot of a level that covers the page. */
    public static long slotEnd(long page, int level) {
        return slotStart(page, level) + pagesAt(level);
    }

    /** Address of the slot that covers a page, in a table whose slots have the given level. */
    public long slot(long table, long page, int level) {
        return tableAddress(table) + ((page >>> LEVEL_BITS * level & INDEX_MASK) << SLOT_SHIFT);
    }

    /** The table that a slot lies in. */
    public long tableOf(long slot) {
        return slot - base >>> PhysicalMemory.FRAME_SHIFT;
    }

    /** Who has reached the slots of the tables. */
    public TableUsers users() {
        return users;
    }

    /** Address of a table's first slot. */
    public long tableAddress(long table) {
        return base + (table << PhysicalMemory.FRAME_SHIFT);
    }

    /** Address of a table's slot by its index. */
    public static long slotAt(long tableAddress, int index) {
        return tableAddress + ((long) index << SLOT_SHIFT);
    }

    /**
     * Whether slots that lie side by side are all mapped with one identity and at rest: {@link SpaceWord#unlike} of all of them, or-ed. The loop is one that the compiler makes
     * vectors of: a tenth of the time of a look at each.
     *
     * @param slot address of the first
     * @return 0 if so
     */
    public static long unlike(long slot, int slots, long identity) {
        MemorySegment words = RawMemory.words(slot, slots);
        long unlike = 0;
        for (int i = 0; i < slots; i++) {
            unlike |= SpaceWord.unlike(words.getAtIndex(ValueLayout.JAVA_LONG, i), identity);
        }
        return unlike;
    }

    /**
     * Makes a table that nobody can see yet.
     *
     * @param stripe the caller's stripe
     * @param word what every slot holds
     * @param mayUseReserve whether the emergency reserve may serve it
     * @return the table's frame, or {@link Frames#REFUSED}
     */
    public long allocate(int stripe, long word, boolean mayUseReserve) {
        int request = mayUseReserve ? FrameKind.TABLE | FrameRequest.USE_RESERVE : FrameKind.TABLE;
        long table = frames.allocate(stripe, 0, request);
        if (table == Frames.REFUSED) {
            return Frames.REFUSED;
        }
        long address = tableAddress(table);
        if (word == 0) {
            RawMemory.clear(address, PhysicalMemory.FRAME_BYTES);
        } else {
            for (int i = 0; i < SLOTS; i++) {
                RawMemory.setPlain(slotAt(address, i), word);
            }
        }
        return table;
    }

    /**
     * Makes a frame of the caller's the table that a huge page is split into: every slot names its part of the page.
     *
     * @param table a frame that nobody sees yet
     * @param word the word of the huge page
     * @param level the level of the table's slots
     */
    public void fillWithParts(long table, long word, int level) {
        // Who found the huge page in its own slot may still store to the parts.
        users.share(table);
        long address = tableAddress(table);
        for (int i = 0; i < SLOTS; i++) {
            RawMemory.setPlain(slotAt(address, i), SpaceWord.part(word, i * pagesAt(level)));
        }
    }

    /** Gives back a table that was never published. */
    public void discard(int stripe, long table) {
        frames.drop(stripe, table);
    }

    /** Told the final word of each slot of a frozen subtree that is neither empty nor a table. */
    @FunctionalInterface
    public interface FrozenWords {
        /**
         * Takes one word.
         *
         * @param word the word, without its FROZEN bit
         * @param page the first page that its slot covers
         * @param level the slot's level
         */
        void take(long word, long page, int level);
    }

    /**
     * Freezes a subtree of a space that the caller has detached, top-down, keeping its content.
     *
     * <p>When this returns no word below changes any more: a concurrent change either came before the freeze of its word and is in the content, or failed and
     * started again from the root.
     *
     * @param table the detached table
     * @param level the level of its slots
     * @param page the first page that it covers
     * @param words told every final word
     * @return number of tables in the subtree
     */
    public long freeze(long table, int level, long page, FrozenWords words) {
        frames.raiseGeneration(table);
        long address = tableAddress(table);
        long step = pagesAt(level);
        for (int i = 0; i < SLOTS; i++) {
            long slot = slotAt(address, i);
            long word = RawMemory.getAcquire(slot);
            while (!SpaceWord.isFrozen(word)) {
                long found = RawMemory.compareAndExchange(slot, word, SpaceWord.withFrozen(word));
                if (found == word) {
                    break;
                }
                word = found;
            }
            long content = SpaceWord.withoutFrozen(word);
            if (content != SpaceWord.UNMAPPED && !SpaceWord.isTable(content)) {
                words.take(content, page + i * step, level);
            }
        }
        long count = 1;
        if (level > 0) {
            for (int i = 0; i < SLOTS; i++) {
                long word = RawMemory.getAcquire(slotAt(address, i));
                if (SpaceWord.isTable(word)) {
                    count += freeze(SpaceWord.frame(word), level - 1, page + i * step, words);
                }
            }
        }
        return count;
    }

    /** Told the words of a subtree that nobody else can reach. */
    @FunctionalInterface
    public interface DrainedWords {
        /**
         * Takes one word that is neither empty nor a table.
         *
         * @param word the word, without its FROZEN bit
         */
        void take(long word);
    }

    /** Gives back the tables of a subtree that nobody can reach any more, telling every word in it; returns how many tables. */
    public long drain(int stripe, long table, int level, DrainedWords words) {
        long address = tableAddress(table);
        long count = 1;
        for (int i = 0; i < SLOTS; i++) {
            long word = SpaceWord.withoutFrozen(RawMemory.getPlain(slotAt(address, i)));
            if (SpaceWord.isTable(word)) {
                count += drain(stripe, SpaceWord.frame(word), level - 1, words);
            } else if (word != 0) {
                words.take(word);
            }
        }
        frames.drop(stripe, table);
        return count;
    }
}

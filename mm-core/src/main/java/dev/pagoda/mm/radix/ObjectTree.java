package dev.pagoda.mm.radix;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;

/**
 * The pages of one object: a radix tree of {@link ObjectWord}s by page index, as high as its highest page needs.
 *
 * <p>Slots are found and made without a lock; tables are never taken out while the object lives, so a slot's address stays
 * valid until {@link #drain}. Who changes a slot's word does so by compare-and-set, inside an epoch.
 *
 * <pre>
 *  root word  63      32 31  28 27                          0
 *             +---------+------+-----------------------------+
 *             | 1       | level| table's frame               |     0: the object has no page yet
 *             +---------+------+-----------------------------+
 * </pre>
 */
public final class ObjectTree {
    /** Pages that a tree can hold: 256 TiB. */
    public static final long MAX_PAGES = Tables.pagesAt(Tables.LEVELS);

    private static final long EXISTS = 1L << 32;
    private static final int LEVEL_SHIFT = 28;
    private static final long TABLE_MASK = (1L << LEVEL_SHIFT) - 1;
    private static final VarHandle ROOT;

    static {
        try {
            ROOT = MethodHandles.lookup().findVarHandle(ObjectTree.class, "root", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Tables tables;
    private volatile long root;

    /**
     * Starts without a page.
     *
     * @param tables where tables come from
     */
    public ObjectTree(Tables tables) {
        this.tables = tables;
    }

    /**
     * Finds a page's slot. Wait-free.
     *
     * @param index the page's index, not negative
     * @return the slot's address, or 0 if the page and its neighbours never were in memory
     */
    public long slot(long index) {
        long top = root;
        int level = level(top);
        if (top == 0 || index >= Tables.pagesAt(level + 1)) {
            return 0;
        }
        long table = table(top);
        for (; level > 0; level--) {
            long word = RawMemory.getAcquire(tables.slot(table, index, level));
            if (!ObjectWord.isTable(word)) {
                return 0;
            }
            table = ObjectWord.frame(word);
        }
        return tables.slot(table, index, 0);
    }

    /**
     * Finds or makes a page's slot. Lock-free.
     *
     * @param index the page's index, below {@link #MAX_PAGES}
     * @param stripe the caller's stripe
     * @return the slot's address, or 0 if there is no frame for a table
     */
    public long ensureSlot(long index, int stripe) {
        if (index < 0 || index >= MAX_PAGES) {
            throw new IllegalArgumentException(
                    "page " + index + " is beyond the largest object of " + MAX_PAGES + " pages");
        }
        long top = root;
        while (top == 0 || index >= Tables.pagesAt(level(top) + 1)) {
            if (!grow(top, stripe)) {
                return 0;
            }
            top = root;
        }
        long table = table(top);
        for (int level = level(top); level > 0; level--) {
            long slot = tables.slot(table, index, level);
            long word = RawMemory.getAcquire(slot);
            if (word == ObjectWord.ABSENT) {
                long fresh = tables.allocate(stripe, ObjectWord.ABSENT, false);
                if (fresh == Frames.REFUSED) {
                    return 0;
                }
                word = RawMemory.compareAndExchange(slot, ObjectWord.ABSENT, SpaceWord.table(fresh));
                if (word == ObjectWord.ABSENT) {
                    word = SpaceWord.table(fresh);
                } else {
                    tables.discard(stripe, fresh);
                }
            }
            table = ObjectWord.frame(word);
        }
        return tables.slot(table, index, 0);
    }

    /** Adds a level on top; true if this or another caller did, false if there is no frame for it. */
    private boolean grow(long top, int stripe) {
        long fresh = tables.allocate(stripe, ObjectWord.ABSENT, false);
        if (fresh == Frames.REFUSED) {
            return false;
        }
        int level = 0;
        if (top != 0) {
            level = level(top) + 1;
            RawMemory.setPlain(tables.tableAddress(fresh), SpaceWord.table(table(top)));
        }
        if (!ROOT.compareAndSet(this, top, EXISTS | (long) level << LEVEL_SHIFT | fresh)) {
            tables.discard(stripe, fresh);
        }
        return true;
    }

    /** Told the slots of pages that are not absent. */
    @FunctionalInterface
    public interface Slots {
        /**
         * Takes one slot.
         *
         * @param slot the slot's address
         * @param index the page's index
         * @param word what the slot held a moment ago
         */
        void take(long slot, long index, long word);
    }

    /** Tells every slot of the range whose page is not absent, in ascending order, skipping what has no table. */
    public void forEach(long first, long end, Slots slots) {
        long top = root;
        if (top != 0) {
            int level = level(top);
            forEach(table(top), level, 0, Math.max(first, 0), Math.min(end, Tables.pagesAt(level + 1)), slots);
        }
    }

    private void forEach(long table, int level, long start, long first, long end, Slots slots) {
        long step = Tables.pagesAt(level);
        int from = (int) Math.max(0, (first - start) / step);
        for (int i = from; i < Tables.SLOTS; i++) {
            long page = start + i * step;
            if (page >= end) {
                return;
            }
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (level > 0) {
                if (ObjectWord.isTable(word)) {
                    forEach(ObjectWord.frame(word), level - 1, page, first, end, slots);
                }
            } else if (word != ObjectWord.ABSENT) {
                slots.take(slot, page, word);
            }
        }
    }

    /** Gives back all tables and the object's reference to every page. Only when no thread can reach the object any more. */
    public void drain(Tables.DrainedWords words) {
        long top = (long) ROOT.getAndSet(this, 0L);
        if (top != 0) {
            tables.drain(FrameAllocator.stripeOfThread(), table(top), level(top), words);
        }
    }

    /** Tells the frame of every table, for an audit at rest. */
    public void forEachTable(LongConsumer tableFrames) {
        long top = root;
        if (top != 0) {
            forEachTable(table(top), level(top), tableFrames);
        }
    }

    private void forEachTable(long table, int level, LongConsumer tableFrames) {
        tableFrames.accept(table);
        if (level > 0) {
            for (int i = 0; i < Tables.SLOTS; i++) {
                long word = RawMemory.getAcquire(Tables.slotAt(tables.tableAddress(table), i));
                if (ObjectWord.isTable(word)) {
                    forEachTable(ObjectWord.frame(word), level - 1, tableFrames);
                }
            }
        }
    }

    private static long table(long top) {
        return top & TABLE_MASK;
    }

    private static int level(long top) {
        return (int) (top >>> LEVEL_SHIFT) & 0xf;
    }
}

package dev.pagoda.mm.radix;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

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

    private static final long NONE = -1;

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
            // Somebody may just be making a page dirty who saw the lower tree, and has no bit to set for it.
            RawMemory.setPlain(tables.tableAddress(fresh), SpaceWord.table(table(top)) | ObjectWord.dirtyBelow());
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
            long stop = Math.min(end, Tables.pagesAt(level + 1));
            if (first < stop) {
                forEach(table(top), level, 0, Math.max(first, 0), stop, slots);
            }
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

    /**
     * The first page of a range whose word is one of those looked for, or {@code end} if there is none. Lock-free; skips what has no table.
     */
    public long first(long first, long end, LongPredicate words) {
        long top = root;
        if (top == 0) {
            return end;
        }
        int level = level(top);
        long stop = Math.min(end, Tables.pagesAt(level + 1));
        long found = first < stop ? first(table(top), level, 0, Math.max(first, 0), stop, words) : NONE;
        return found == NONE ? end : found;
    }

    private long first(long table, int level, long start, long first, long end, LongPredicate words) {
        long step = Tables.pagesAt(level);
        int from = (int) Math.max(0, (first - start) / step);
        for (int i = from; i < Tables.SLOTS && start + i * step < end; i++) {
            long page = start + i * step;
            long word = RawMemory.getAcquire(tables.slot(table, page, level));
            if (level == 0) {
                if (word != ObjectWord.ABSENT && words.test(word)) {
                    return page;
                }
            } else if (ObjectWord.isTable(word)) {
                long found = first(ObjectWord.frame(word), level - 1, page, first, end, words);
                if (found != NONE) {
                    return found;
                }
            }
        }
        return NONE;
    }

    /**
     * Notes that a page was made dirty, so that {@link #forEachDirty} finds it. After the compare-and-set that made it so. Lock-free.
     *
     * <p>A bit in each table's word on the way down says that a page below may be dirty. It is set here from the lowest up, after the page's own; a walk takes it away before it looks
     * below, from the highest down. So of the two at least one sees the other: the walk sees the page, or this sees that the bit is gone.
     */
    public void noteDirty(long index) {
        VarHandle.fullFence();
        long top = root;
        if (level(top) > 0 && index < Tables.pagesAt(level(top) + 1)) {
            noteDirty(table(top), level(top), index);
        }
    }

    private void noteDirty(long table, int level, long index) {
        long slot = tables.slot(table, index, level);
        long word = RawMemory.getAcquire(slot);
        if (!ObjectWord.isTable(word)) {
            return;
        }
        if (level > 1) {
            noteDirty(ObjectWord.frame(word), level - 1, index);
        }
        if ((RawMemory.getVolatile(slot) & ObjectWord.dirtyBelow()) == 0) {
            RawMemory.getAndBitwiseOr(slot, ObjectWord.dirtyBelow());
        }
    }

    /** Told the slots of pages that may be dirty. */
    @FunctionalInterface
    public interface DirtySlots {
        /**
         * Takes one slot. Whoever leaves the page dirty calls {@link #noteDirty} for it.
         *
         * @param slot the slot's address
         * @param index the page's index
         * @param word what the slot held a moment ago
         * @return whether to go on
         */
        boolean take(long slot, long index, long word);
    }

    /**
     * Tells the slots of the range whose pages are dirty or under write-back, in ascending order: every page that {@link #noteDirty} was called for before this call, and that nobody has written
     * since, is among them.
     *
     * <p>A walk that takes bits away hides from others what it has not come to yet. So only one that was alone when it began may rely on the bits, and takes them away from tables that it
     * goes through as a whole; it counts as under way until the pages that it was told are written, or noted again. A walk that begins meanwhile looks at every table.
     *
     * @param alone whether no other walk was under way when this one began; it costs a look at 512 words for each table that has a dirty page, else for each table
     * @return whether it went on to the end
     */
    public boolean forEachDirty(long first, long end, boolean alone, DirtySlots slots) {
        long top = root;
        if (top == 0) {
            return true;
        }
        int level = level(top);
        long stop = Math.min(end, Tables.pagesAt(level + 1));
        // A start behind the tree is no slot of its tables.
        return first >= stop || forEachDirty(table(top), level, 0, Math.max(first, 0), stop, alone, slots);
    }

    private boolean forEachDirty(
            long table, int level, long start, long first, long end, boolean alone, DirtySlots slots) {
        long step = Tables.pagesAt(level);
        for (int i = (int) Math.max(0, (first - start) / step); i < Tables.SLOTS; i++) {
            long page = start + i * step;
            if (page >= end) {
                return true;
            }
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            boolean goOn = level > 0
                    ? forEachDirtyBelow(slot, word, level, page, first, end, alone, slots)
                    : !ObjectWord.isDirtyOrWriteback(word) || slots.take(slot, page, word);
            if (!goOn) {
                return false;
            }
        }
        return true;
    }

    private boolean forEachDirtyBelow(
            long slot, long word, int level, long page, long first, long end, boolean alone, DirtySlots slots) {
        if (!ObjectWord.isTable(word) || alone && (word & ObjectWord.dirtyBelow()) == 0) {
            return true;
        }
        boolean clears = alone && first <= page && page + Tables.pagesAt(level) <= end;
        if (clears) {
            RawMemory.getAndBitwiseAnd(slot, ~ObjectWord.dirtyBelow());
            VarHandle.fullFence();
        }
        boolean goOn = forEachDirty(ObjectWord.frame(word), level - 1, page, first, end, alone, slots);
        if (clears && !goOn) {
            RawMemory.getAndBitwiseOr(slot, ObjectWord.dirtyBelow());
        }
        return goOn;
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

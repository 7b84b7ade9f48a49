package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;

/**
 * Where to look for free frames: a line for each <em>tree</em> of 64 areas (128 MiB).
 *
 * <pre>
 *  +0   some    a bit for each area: it has a free unit
 *  +8   whole   a bit for each area: all of it is free
 *  +16  kept    lane + 1 of who has it reserved, or 0
 *
 *  behind all lines, a word for each tree
 *       last    lane + 1 of who took frames from it last, or 0: nobody yet
 * </pre>
 *
 * <p>A lane looks for the trees it used before among all of them. So who used a tree last stands apart: these words seldom change, while a tree's line does whenever an
 * area of it is freed, and two threads that looked at each other's lines took half as long again.
 *
 * <p>The bits are hints that err on one side only: an area that has a free unit, or is all free, has its bit set as soon as whoever gave the frame back has
 * returned. A bit that is set for nothing is cleared by whoever looks in vain: cleared first, then the area looked at again, so that a return in
 * between is not lost. The word that decides is the area's. So taking and giving back touch this line only when an area changes between full, partly free and free,
 * and not even then when the same frames go back and forth: a counter of free frames for each tree would be one more atomic addition each way.
 *
 * <p>Lock-free.
 */
final class Trees {
    /** Areas of a tree. */
    static final int AREAS = 64;

    /** Bytes of a tree's line, and of its word behind all lines. */
    static final int BYTES = 64 + Long.BYTES;

    private static final int LINE_BYTES = 64;

    private static final int AREA_SHIFT = 6;
    private static final int WHOLE_OFFSET = 8;
    private static final int KEPT_OFFSET = 16;

    private final long base;
    private final long lastLanes;
    private final long areas;
    private final int trees;
    private final long areaWords;

    /** Lines that lie at an address, all zero; the areas' words, already set, at another. */
    Trees(long base, long areas, long areaWords) {
        this.base = base;
        this.areas = areas;
        this.trees = count(areas);
        this.lastLanes = base + (long) trees * LINE_BYTES;
        this.areaWords = areaWords;
        for (long area = 0; area < areas; area++) {
            hint(area);
        }
    }

    /** Trees that so many areas need. */
    static int count(long areas) {
        return (int) ((areas + AREAS - 1) >>> AREA_SHIFT);
    }

    int count() {
        return trees;
    }

    /** Areas of the tree that have, or may have, a free unit. */
    long some(int tree) {
        return RawMemory.getOpaque(line(tree));
    }

    /** Areas of the tree that are, or may be, all free. */
    long whole(int tree) {
        return RawMemory.getOpaque(line(tree) + WHOLE_OFFSET);
    }

    /** Whether all of the tree is, or may be, free. */
    boolean isWhole(int tree) {
        return whole(tree) == all(tree);
    }

    private long all(int tree) {
        long rest = areas - ((long) tree << AREA_SHIFT);
        return rest >= AREAS ? -1L : (1L << rest) - 1;
    }

    /** Frames came back to an area that had none free: makes it findable. */
    void nowSome(long area) {
        set(line((int) (area >>> AREA_SHIFT)), 1L << area);
    }

    /** All of an area is free. */
    void nowWhole(long area) {
        set(line((int) (area >>> AREA_SHIFT)) + WHOLE_OFFSET, 1L << area);
    }

    /** Volatile: the load must not come before the change of the area's word, or it might see a bit that is just being cleared. */
    private static void set(long address, long bit) {
        if ((RawMemory.getVolatile(address) & bit) == 0) {
            RawMemory.getAndBitwiseOr(address, bit);
        }
    }

    /** Somebody found the area less free than its bits say: clears what is wrong. */
    void correct(long area) {
        long address = line((int) (area >>> AREA_SHIFT));
        long bit = 1L << area;
        if (AreaWord.free(word(area)) == 0 && (RawMemory.getOpaque(address) & bit) != 0) {
            RawMemory.getAndBitwiseAnd(address, ~bit);
            hint(area);
        }
        correctWhole(area);
    }

    /** Somebody found the area not all free, though its bit says so: clears that bit. */
    void correctWhole(long area) {
        long address = line((int) (area >>> AREA_SHIFT)) + WHOLE_OFFSET;
        long bit = 1L << area;
        if (!AreaWord.isWholeFree(word(area)) && (RawMemory.getOpaque(address) & bit) != 0) {
            RawMemory.getAndBitwiseAnd(address, ~bit);
            hint(area);
        }
    }

    private long word(long area) {
        return RawMemory.getVolatile(areaWords + area * Long.BYTES);
    }

    /** Sets what the area's word says now. */
    private void hint(long area) {
        long word = word(area);
        if (AreaWord.free(word) != 0) {
            nowSome(area);
        }
        if (AreaWord.isWholeFree(word)) {
            nowWhole(area);
        }
    }

    /** Whether an area that has free units can be found; for audits, at rest. */
    boolean isFindable(long area, boolean whole) {
        long address = line((int) (area >>> AREA_SHIFT)) + (whole ? WHOLE_OFFSET : 0);
        return (RawMemory.getVolatile(address) & 1L << area) != 0;
    }

    /** Whether nobody has reserved the tree. */
    boolean isUnowned(int tree) {
        return RawMemory.getOpaque(line(tree) + KEPT_OFFSET) == 0;
    }

    /** Whether the lane has reserved the tree. */
    boolean isOwnedBy(int tree, int lane) {
        return RawMemory.getOpaque(line(tree) + KEPT_OFFSET) == lane + 1;
    }

    /** Whether the lane was the last to take frames from the tree. */
    boolean isLastUsedBy(int tree, int lane) {
        return lastLane(tree) == lane;
    }

    /** The lane that took frames from the tree last; negative if none did yet. */
    int lastLane(int tree) {
        return (int) RawMemory.getOpaque(lastLanes + (long) tree * Long.BYTES) - 1;
    }

    /** Reserves a tree that nobody has; if somebody was faster, nothing is changed. */
    void reserve(int tree, int lane) {
        if (isUnowned(tree)
                && RawMemory.compareAndSet(line(tree) + KEPT_OFFSET, 0, lane + 1)
                && !isLastUsedBy(tree, lane)) {
            // A hint: of two that had the tree one after the other, either may stand here.
            RawMemory.setOpaque(lastLanes + (long) tree * Long.BYTES, lane + 1);
        }
    }

    /** Gives a reservation up, if the lane has it; who was the last to use the tree stays known. */
    void release(int tree, int lane) {
        RawMemory.compareAndSet(line(tree) + KEPT_OFFSET, lane + 1, 0);
    }

    private long line(int tree) {
        return base + (long) tree * LINE_BYTES;
    }
}

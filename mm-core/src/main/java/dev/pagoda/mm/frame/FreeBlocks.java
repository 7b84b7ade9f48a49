package dev.pagoda.mm.frame;

import java.util.Locale;

/**
 * How free memory lies: the free blocks of each order, every free frame counted once, in the largest aligned block it is part of; what Linux shows as
 * /proc/buddyinfo.
 *
 * <p>Frames in magazines are free. Exact at rest; taken while others allocate it is a blurred picture. Immutable.
 */
public final class FreeBlocks {
    private final long frames;
    private final long[] blocks;

    private FreeBlocks(long frames, long[] blocks) {
        this.frames = frames;
        this.blocks = blocks;
    }

    /** Costs a look at every bit. */
    static FreeBlocks count(Areas areas) {
        long[] blocks = new long[FrameAllocator.MAX_ORDER + 1];
        long run = 0;
        for (long area = 0; area < areas.count(); area++) {
            boolean free = !AreaWord.isHandedOut(areas.word(area)) && areas.bits.countClear(area) == AreaWord.FRAMES;
            if (free) {
                run++;
            } else {
                countAreas(area - run, area, blocks);
                run = 0;
                if (!AreaWord.isHandedOut(areas.word(area))) {
                    countInArea(areas.bits, area, blocks);
                }
            }
        }
        countAreas(areas.count() - run, areas.count(), blocks);
        return new FreeBlocks(areas.frames(), blocks);
    }

    /** Free areas from first to end, in the largest aligned blocks. */
    private static void countAreas(long first, long end, long[] blocks) {
        for (long area = first; area < end; ) {
            int order =
                    Math.min(FrameAllocator.MAX_ORDER - FrameAllocator.HUGE_ORDER, Long.numberOfTrailingZeros(area));
            while (area + (1L << order) > end) {
                order--;
            }
            blocks[FrameAllocator.HUGE_ORDER + order]++;
            area += 1L << order;
        }
    }

    private static void countInArea(AreaBits bits, long area, long[] blocks) {
        for (int at = 0; at < AreaWord.FRAMES; ) {
            int order = Math.min(FrameAllocator.HUGE_ORDER - 1, Integer.numberOfTrailingZeros(at));
            while (order >= 0 && !isClear(bits, area, at, 1 << order)) {
                order--;
            }
            if (order >= 0) {
                blocks[order]++;
            }
            at += order < 0 ? 1 : 1 << order;
        }
    }

    private static boolean isClear(AreaBits bits, long area, int first, int count) {
        for (int at = first; at < first + count; ) {
            long taken = bits.taken(area, at >>> 6) >>> at;
            int inWord = Math.min(Long.SIZE - (at & 63), first + count - at);
            if ((inWord == Long.SIZE ? taken : taken & (1L << inWord) - 1) != 0) {
                return false;
            }
            at += inWord;
        }
        return true;
    }

    /** Number of free blocks of an order that are not part of a larger free block. */
    public long blocks(int order) {
        return blocks[order];
    }

    /** Free frames in all. */
    public long freeFrames() {
        return servableFrames(0);
    }

    /** Free frames that lie in free blocks of at least this order: what could be handed out in blocks of it. */
    public long servableFrames(int order) {
        long sum = 0;
        for (int i = order; i < blocks.length; i++) {
            sum += blocks[i] << i;
        }
        return sum;
    }

    /** The part of all memory, 0 to 1, that could be handed out in blocks of an order at this moment. */
    public double shareOfMemory(int order) {
        return (double) servableFrames(order) / frames;
    }

    /** The part of free memory, 0 to 1, that could be handed out in blocks of an order; 1 when nothing is free, for then nothing is in pieces. */
    public double shareOfFree(int order) {
        long free = freeFrames();
        return free == 0 ? 1 : (double) servableFrames(order) / free;
    }

    /** The line of {@link #toString}, and how much of memory could be handed out in blocks of 2 MiB and 1 GiB. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%s%n%,d frames free; in blocks of 2 MiB %.1f %% of memory and %.1f %% of what is free, of 1 GiB %.1f %% and %.1f %%",
                this,
                freeFrames(),
                100 * shareOfMemory(FrameAllocator.HUGE_ORDER),
                100 * shareOfFree(FrameAllocator.HUGE_ORDER),
                100 * shareOfMemory(FrameAllocator.MAX_ORDER),
                100 * shareOfFree(FrameAllocator.MAX_ORDER));
    }

    /** A line like Linux's: the number of free blocks of order 0, 1, 2 and so on. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Node 0, zone   Normal ");
        for (long count : blocks) {
            text.append(String.format("%6d ", count));
        }
        return text.toString();
    }
}

package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;

/**
 * Two bits for each frame, 128 bytes for each area: which frames are handed out in blocks below order 9, and where those blocks begin.
 *
 * <pre>
 *  area      +0                        +64                       +128
 *            +-------------------------+-------------------------+
 *            | 512 bits: taken         | 512 bits: inner         |
 *            +-------------------------+-------------------------+
 *
 *  frame     is free       alone      first of a block     in a block, not its first
 *  taken     0             1          1                    1
 *  inner     0             0          0                    1
 * </pre>
 *
 * <p>Whoever takes a frame has a unit of its area before (see {@link Areas}), so a clear bit can always be found. A frame changes hands by the compare-and-set of its
 * <em>taken</em> bit, which also carries its content: the release of the clearing pairs with the acquire of the setting. For a block of order 1 to 8
 * the right to give it back is decided by the compare-and-set that clears its <em>inner</em> bits, so that of two frees one is told. Lock-free.
 */
final class AreaBits {
    /** Bytes of an area's bits. */
    static final int BYTES = 128;
    /** No run, or no frame. */
    static final int NONE = -1;

    /** Words of an area's taken bits. */
    static final int WORDS = AreaWord.FRAMES / Long.SIZE;

    private static final int WORD_MASK = WORDS - 1;
    private static final int INNER_OFFSET = WORDS * Long.BYTES;
    private static final int WORD_ORDER = 6;
    private static final int AREA_SHIFT = 9;
    private static final int BYTES_SHIFT = 7;
    /** For each order up to 6: the bits at which a block of that order may begin. */
    private static final long[] BEGINNINGS = {
        -1L, 0x5555555555555555L, 0x1111111111111111L, 0x0101010101010101L, 0x0001000100010001L, 0x0000000100000001L, 1L
    };

    private final long base;

    /** Bits that lie at an address, all zero, aligned to 128 bytes. */
    AreaBits(long base) {
        this.base = base;
    }

    /** Takes a frame that does not exist out of the game. For the beginning only. */
    void exclude(long frame) {
        RawMemory.getAndBitwiseOr(takenWord(frame), bit(frame));
    }

    /** Whether the frame's bit says that it is handed out. */
    boolean isTaken(long frame) {
        return (RawMemory.getAcquire(takenWord(frame)) & bit(frame)) != 0;
    }

    /** Whether the frame belongs to a block that begins before it. */
    boolean isInner(long frame) {
        return (RawMemory.getAcquire(takenWord(frame) + INNER_OFFSET) & bit(frame)) != 0;
    }

    /** Number of an area's clear bits; exact only if nothing changes. */
    int countClear(long area) {
        int clear = 0;
        for (int index = 0; index < WORDS; index++) {
            clear += Long.bitCount(~RawMemory.getVolatile(word(area, index)));
        }
        return clear;
    }

    /** One of the eight words of an area's taken bits. */
    long taken(long area, int index) {
        return RawMemory.getVolatile(word(area, index));
    }

    /** Takes a frame, for which the caller has a unit of its area; this one if it is free, else another of the area. */
    long takeFrame(long frame) {
        long address = takenWord(frame);
        long bit = bit(frame);
        long seen = RawMemory.getOpaque(address);
        if ((seen & bit) == 0 && RawMemory.compareAndSet(address, seen, seen | bit)) {
            return frame;
        }
        return takeAnyFrame(frame);
    }

    /** The caller's unit promises a clear bit; other callers may take the first ones seen. */
    private long takeAnyFrame(long hint) {
        long area = hint >>> AREA_SHIFT;
        for (int index = (int) (hint >>> WORD_ORDER) & WORD_MASK; ; index = index + 1 & WORD_MASK) {
            long address = word(area, index);
            long seen = RawMemory.getOpaque(address);
            while (seen != -1L) {
                long lowest = Long.lowestOneBit(~seen);
                long found = RawMemory.compareAndExchange(address, seen, seen | lowest);
                if (found == seen) {
                    return (area << AREA_SHIFT) + ((long) index << WORD_ORDER) + Long.numberOfTrailingZeros(lowest);
                }
                seen = found;
            }
        }
    }

    /**
     * Gives a single frame back; its unit is the caller's then.
     *
     * @return whether it was handed out, as a block of order 0; if not, nothing was changed
     */
    boolean giveBackFrame(long frame) {
        long address = takenWord(frame);
        long bit = bit(frame);
        // A frame after this one that is inner belongs to a block that begins here.
        if ((RawMemory.getOpaque(address + INNER_OFFSET) & (bit | bit << 1)) != 0) {
            return false;
        }
        long seen = RawMemory.getOpaque(address);
        while ((seen & bit) != 0) {
            long found = RawMemory.compareAndExchange(address, seen, seen & ~bit);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    /** Index of the first word from which a run for a block of order 1 to 8 may be taken, or {@link #NONE}. Changes nothing. */
    int findRun(long area, int order) {
        if (order > WORD_ORDER) {
            int words = 1 << order - WORD_ORDER;
            for (int index = 0; index < WORDS; index += words) {
                if (areClear(area, index, words)) {
                    return index;
                }
            }
            return NONE;
        }
        for (int index = 0; index < WORDS; index++) {
            if (beginnings(~RawMemory.getOpaque(word(area, index)), order) != 0) {
                return index;
            }
        }
        return NONE;
    }

    /**
     * Takes a block of order 1 to 8 in an area of which the caller has as many units.
     *
     * @param from the word where {@link #findRun} found a place
     * @return its first frame, or {@link #NONE}: units promise bits, not that they lie side by side; the caller gives its units back before it tries again
     */
    long takeRun(long area, int order, int from) {
        return order > WORD_ORDER ? takeWords(area, order, from) : takeInWord(area, order, from);
    }

    private long takeInWord(long area, int order, int from) {
        for (int i = 0; i < WORDS; i++) {
            int index = from + i & WORD_MASK;
            long address = word(area, index);
            long seen = RawMemory.getOpaque(address);
            for (long begins; (begins = beginnings(~seen, order)) != 0; ) {
                int at = Long.numberOfTrailingZeros(begins);
                long block = blockMask(order) << at;
                long found = RawMemory.compareAndExchange(address, seen, seen | block);
                if (found == seen) {
                    RawMemory.getAndBitwiseOr(address + INNER_OFFSET, block & ~(1L << at));
                    return (area << AREA_SHIFT) + ((long) index << WORD_ORDER) + at;
                }
                seen = found;
            }
        }
        return NONE;
    }

    /**
     * Blocks of two or four whole words: taken from the last word to the first, so that of two that meet the one that has the lower word can only be
     * stopped by somebody who keeps what he has.
     *
     * <p>One place only: the bits of a claim that fails were set for a moment though their frames were free all the time. So the caller gives its units back before it tries
     * again, which counts as a return: whoever saw those bits and would refuse a frame looks again.
     */
    private long takeWords(long area, int order, int first) {
        int words = 1 << order - WORD_ORDER;
        if (!claimWords(area, first, words)) {
            return NONE;
        }
        for (int index = first; index < first + words; index++) {
            RawMemory.setRelease(word(area, index) + INNER_OFFSET, index == first ? ~1L : -1L);
        }
        return (area << AREA_SHIFT) + ((long) first << WORD_ORDER);
    }

    private boolean claimWords(long area, int first, int words) {
        for (int index = first + words - 1; index >= first; index--) {
            if (!RawMemory.compareAndSet(word(area, index), 0, -1L)) {
                for (int undo = index + 1; undo < first + words; undo++) {
                    // All 64 frames are ours; nobody else may change the word. Pairs with the next taker's CAS.
                    RawMemory.setRelease(word(area, undo), 0);
                }
                return false;
            }
        }
        return true;
    }

    /**
     * Gives a block of order 1 to 8 back; its units are the caller's then.
     *
     * @return how many frames came back: all of them; 0 if the block was not handed out with that order, and nothing was changed; fewer if somebody else
     *     wrongly gave some of them back at the same time
     */
    int giveBackRun(long frame, int order) {
        if (!disown(frame, order)) {
            return 0;
        }
        long address = takenWord(frame);
        long block = order >= WORD_ORDER ? -1L : blockMask(order) << frame;
        int words = order > WORD_ORDER ? 1 << order - WORD_ORDER : 1;
        int cameBack = 0;
        for (int i = 0; i < words; i++) {
            cameBack += Long.bitCount(RawMemory.getAndBitwiseAnd(address + (long) i * Long.BYTES, ~block) & block);
        }
        return cameBack;
    }

    /**
     * Makes a block of order 1 to 8 single frames, each to be given back alone.
     *
     * @return whether it was handed out with that order; if not, nothing was changed
     */
    boolean disown(long frame, int order) {
        long address = takenWord(frame) + INNER_OFFSET;
        int words = order > WORD_ORDER ? 1 << order - WORD_ORDER : 1;
        long block = order >= WORD_ORDER ? -1L : blockMask(order) << frame;
        long expected = block & ~bit(frame);
        for (int i = 1; i < words; i++) {
            if (RawMemory.getAcquire(address + (long) i * Long.BYTES) != -1L) {
                return false;
            }
        }
        if (order >= WORD_ORDER && continuesAt(frame + (1L << order))) {
            return false;
        }
        long after = order < WORD_ORDER ? bit(frame + (1L << order)) & -(bit(frame) << 1) : 0;
        long seen = RawMemory.getAcquire(address);
        while ((seen & (block | after)) == expected) {
            long found = RawMemory.compareAndExchange(address, seen, seen & ~block);
            if (found == seen) {
                for (int i = 1; i < words; i++) {
                    RawMemory.setRelease(address + (long) i * Long.BYTES, 0);
                }
                return true;
            }
            seen = found;
        }
        return false;
    }

    /** Whether the block before this frame goes on here. */
    private boolean continuesAt(long frame) {
        return (frame & AreaWord.FRAMES - 1) != 0 && isInner(frame);
    }

    /** Marks all frames of an area as taken one by one, in an area that is handed out whole to the caller. */
    void takeAll(long area) {
        for (int index = 0; index < WORDS; index++) {
            RawMemory.setRelease(word(area, index), -1L);
        }
    }

    private boolean areClear(long area, int first, int words) {
        for (int index = first; index < first + words; index++) {
            if (RawMemory.getOpaque(word(area, index)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The bits at which a block of an order up to 6 may begin, all of it in bits that are set in clear. */
    private static long beginnings(long clear, int order) {
        long runs = clear;
        for (int i = 0; i < order; i++) {
            runs &= runs >>> (1 << i);
        }
        return runs & BEGINNINGS[order];
    }

    private static long blockMask(int order) {
        return order == WORD_ORDER ? -1L : (1L << (1 << order)) - 1;
    }

    private long word(long area, int index) {
        return base + (area << BYTES_SHIFT) + (long) index * Long.BYTES;
    }

    private long takenWord(long frame) {
        return word(frame >>> AREA_SHIFT, (int) (frame >>> WORD_ORDER) & WORD_MASK);
    }

    private static long bit(long frame) {
        return 1L << frame;
    }
}

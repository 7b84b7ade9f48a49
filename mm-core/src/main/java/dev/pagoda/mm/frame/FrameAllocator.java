package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.PhysicalMemory;
import java.util.List;

/**
 * Which frames are free: blocks of 2^order frames, order 0 (4 KiB) to {@link #MAX_ORDER} (1 GiB), naturally aligned.
 *
 * <p>Each caller brings a <em>stripe</em>, usually its CPU: stripes take from different areas of memory and have a magazine of free frames each, so that they do not
 * meet. A block may be given back by any stripe. The state is in {@link Areas}; it lies off-heap and is touched only where memory is used.
 *
 * <p>Freeing is coalescing: after any history, when all is free, every block of every order can be had again. A frame is refused only if at some moment of the call none was
 * free (see {@link LastSearch}). What is given back wrongly (twice, never taken, another order, between two blocks, out of range) is always named and changes nothing.
 *
 * <p>Usually two compare-and-sets each way: of a slot of the caller's magazine and of the frame's bit, for order 0; one of an area's word, for
 * order 9. Lock-free, but for the very last memory. Allocates no objects.
 */
public final class FrameAllocator implements AutoCloseable {
    /** Returned instead of a frame when no block of the order is free. Any negative number is a refusal. */
    public static final long REFUSED = Search.NONE;
    /** Largest order: 1 GiB. */
    public static final int MAX_ORDER = 18;
    /** Order of a block that fills an area: 2 MiB. */
    public static final int HUGE_ORDER = 9;
    /** Stripes that have areas and a magazine of their own; further ones share. */
    public static final int STRIPES = Lanes.STRIPES;

    private final Areas areas;
    private final Lanes lanes;
    /** Of the areas and lanes: at hand, for after a compare-and-set every field has to be loaded again. */
    private final AreaBits bits;

    private final Magazines magazines;
    private final Search search;
    private final LargeBlocks large;
    private final LastSearch lastSearch;
    private final Pressure pressure;

    /**
     * Starts with all frames free.
     *
     * @param frames number of frames, 1 to {@link PhysicalMemory#MAX_FRAMES}
     * @throws dev.pagoda.mm.memory.MemoryRefused if the host has no room for the state: 0.007 % of the memory it is of
     */
    public FrameAllocator(long frames) {
        this(frames, Lanes.SLOTS);
    }

    /**
     * Starts with all frames free, with magazines of another size than the usual 64.
     *
     * @param frames number of frames, 1 to {@link PhysicalMemory#MAX_FRAMES}
     * @param magazineSlots most frames that a stripe keeps at hand for each kind; 0 for none
     */
    public FrameAllocator(long frames, int magazineSlots) {
        if (frames <= 0 || frames > PhysicalMemory.MAX_FRAMES) {
            throw new IllegalArgumentException(
                    "frames must be between 1 and " + PhysicalMemory.MAX_FRAMES + ", not " + frames);
        }
        this.areas = new Areas(frames);
        this.lanes = new Lanes(magazineSlots);
        this.bits = areas.bits;
        this.magazines = lanes.magazines;
        this.search = new Search(areas, lanes);
        this.large = new LargeBlocks(areas);
        this.lastSearch = new LastSearch(areas, lanes, search, large);
        this.pressure = new Pressure(this);
    }

    /** Number of frames, free or not. */
    public long frames() {
        return areas.frames();
    }

    /** A stripe for a thread that is not run by a CPU: a few threads seldom have the same. Wait-free; looks nothing up. */
    public static int stripeOfThread() {
        return (int) Thread.currentThread().threadId() & STRIPES - 1;
    }

    /** What is done to find a block. */
    public static final class Effort {
        /** Only hints are followed, and magazines of others left alone: for callers that do well without, such as a fault that would like 2 MiB. */
        public static final int GLANCE = 0;
        /** Every area and magazine is looked at; nobody is waited for, so that it may be used inside an epoch. What is just in the hands of another may be missed. */
        public static final int SEARCH = 1;
        /** Whoever has a frame in hands is waited for, by yielding: a refusal is exact. */
        public static final int EXACT = 2;

        private Effort() {}
    }

    /**
     * Hands out a block, with {@link Effort#EXACT} effort.
     *
     * @param stripe the caller's stripe; any number
     * @param order 0 to {@link #MAX_ORDER}
     * @return its first frame, or {@link #REFUSED}
     */
    public long allocate(int stripe, int order) {
        return allocate(stripe, order, true, Effort.EXACT);
    }

    /**
     * Hands out a block.
     *
     * @param stripe the caller's stripe; any number
     * @param order 0 to {@link #MAX_ORDER}
     * @param movable whether the content can be moved or dropped one day; what cannot is kept apart
     * @param effort one of {@link Effort}
     * @return its first frame, or {@link #REFUSED}
     */
    public long allocate(int stripe, int order, boolean movable, int effort) {
        if (order == 0) {
            AreaBits at = bits;
            int lane = Lanes.lane(stripe, movable ? Lanes.MOVABLE : Lanes.UNMOVABLE);
            long hint = magazines.pop(lane);
            return hint != Magazines.NONE ? at.takeFrame(hint) : take(lane, 0, effort);
        }
        return take(Lanes.lane(stripe, order < HUGE_ORDER ? Lanes.RUNS : Lanes.LARGE), order, effort);
    }

    private long take(int lane, int order, int effort) {
        requireOrder(order);
        // For a single frame this is the way to half a magazine of them.
        pressure.charge(Lanes.stripe(lane), order == 0 ? Lanes.SLOTS / 2 : 1L << order);
        long frame = order > HUGE_ORDER ? large.take(order) : search.take(lane, order);
        return frame >= 0 || effort == Effort.GLANCE ? frame : lastSearch.take(lane, order, effort == Effort.EXACT);
    }

    /**
     * Takes a block back.
     *
     * @param stripe the caller's stripe; any number, also another than the one that allocated it
     * @param frame its first frame
     * @param order the order it was handed out with
     * @throws IllegalStateException if it is not handed out with that order; nothing is changed then
     */
    public void free(int stripe, long frame, int order) {
        free(stripe, frame, order, true);
    }

    /**
     * As {@link #free(int, long, int)}, into the magazine of the kind that the frame was allocated for.
     *
     * @param movable as it was allocated
     */
    public void free(int stripe, long frame, int order, boolean movable) {
        if (order == 0 && frame >= 0 && frame < areas.frames()) {
            Magazines to = magazines;
            if (!bits.giveBackFrame(frame)) {
                throw refusedFree(frame, order);
            }
            if (!to.push(Lanes.lane(stripe, movable ? Lanes.MOVABLE : Lanes.UNMOVABLE), frame)) {
                areas.returnUnits(Areas.areaOf(frame), 1);
                pressure.discharge(stripe, 1);
            }
        } else {
            freeBlock(stripe, frame, order);
        }
    }

    private void freeBlock(int stripe, long frame, int order) {
        requireOrder(order);
        requireBlock(frame, order, "freed");
        pressure.discharge(stripe, 1L << order);
        if (order < HUGE_ORDER) {
            int cameBack = areas.bits.giveBackRun(frame, order);
            if (cameBack != 0) {
                areas.returnUnits(Areas.areaOf(frame), cameBack);
            }
            if (cameBack != 1 << order) {
                throw refusedFree(frame, order);
            }
        } else if (order == HUGE_ORDER ? !areas.returnWhole(Areas.areaOf(frame), order) : !large.free(frame, order)) {
            throw refusedFree(frame, order);
        }
    }

    /**
     * Makes a block single frames, each to be given back alone, with order 0. The block stays handed out. For the caller who has it.
     *
     * @param frame its first frame
     * @param order the order it was handed out with
     * @throws IllegalStateException if it is not handed out with that order; nothing is changed then
     */
    public void split(long frame, int order) {
        requireOrder(order);
        requireBlock(frame, order, "split");
        boolean done = order == 0
                ? isAllocated(frame)
                : order < HUGE_ORDER ? areas.bits.disown(frame, order) : large.split(frame, order);
        if (!done) {
            throw refused(frame, order, "split");
        }
    }

    /** Gives the frames in all magazines back to where every stripe finds them. Lock-free. */
    public void drainMagazines() {
        lastSearch.drain();
    }

    /** Whether a frame is handed out, alone or as part of a block. For audits: the answer may be old at once. */
    public boolean isAllocated(long frame) {
        return AreaWord.isHandedOut(areas.word(Areas.areaOf(frame))) || areas.bits.isTaken(frame);
    }

    /**
     * First frame of the block that a frame is handed out in: the frame itself if it is handed out alone. For a caller whose block stays handed out meanwhile. Wait-free: one
     * load in a block of order 9, ten at most in a larger one, a look at each frame before it in a smaller one.
     */
    long headOf(long frame) {
        long area = Areas.areaOf(frame);
        long word = areas.word(area);
        if (!AreaWord.isHandedOut(word)) {
            long head = frame;
            while (areas.bits.isInner(head)) {
                head--;
            }
            return head;
        }
        if (!AreaWord.isInner(word)) {
            return Areas.firstFrame(area);
        }
        // Blocks are aligned to their size, so only one beginning of each order is possible.
        for (int order = HUGE_ORDER + 1; order <= MAX_ORDER; order++) {
            long first = area & -LargeBlocks.areasOf(order);
            long firstWord = areas.word(first);
            if (AreaWord.isHandedOut(firstWord) && AreaWord.order(firstWord) == order) {
                return Areas.firstFrame(first);
            }
        }
        return frame;
    }

    /** Number of free frames, those in magazines included. Exact only at rest. Costs a look at a word for each 2 MiB and at all magazines. */
    public long countFree() {
        long free = lanes.magazines.countFrames();
        for (long area = 0; area < areas.count(); area++) {
            free += areas.free(area);
        }
        return free;
    }

    /** Bytes of host memory that the allocator's own state takes when all of it has been touched: 0.007 % of the frames, and 170 KiB. */
    public long stateBytes() {
        return areas.bytes() + lanes.magazines.bytes() + pressure.bytes();
    }

    /** How short memory is. */
    Pressure pressure() {
        return pressure;
    }

    /** How free memory lies. Costs a look at every bit. */
    public FreeBlocks freeBlocks() {
        return FreeBlocks.count(areas);
    }

    /** What does not fit in the allocator's own books, in words; empty if they balance. At rest only: nobody may allocate or free meanwhile. */
    public List<String> audit() {
        return AllocatorAudit.run(areas, lanes);
    }

    @Override
    public void close() {
        pressure.close();
        lanes.close();
        areas.close();
    }

    private static void requireOrder(int order) {
        if (order < 0 || order > MAX_ORDER) {
            throw new IllegalArgumentException("order must be between 0 and " + MAX_ORDER + ", not " + order);
        }
    }

    private void requireBlock(long frame, int order, String what) {
        if (frame < 0 || frame > areas.frames() - (1L << order)) {
            throw new IllegalStateException("frame " + frame + " of order " + order + " cannot be " + what
                    + ": there are " + areas.frames() + " frames");
        }
        if ((frame & (1L << order) - 1) != 0) {
            throw new IllegalStateException("frame " + frame + " of order " + order + " cannot be " + what
                    + ": a block of that order starts at a multiple of " + (1L << order));
        }
    }

    private IllegalStateException refusedFree(long frame, int order) {
        return refused(frame, order, "freed");
    }

    /** Says why a block is not what its owner takes it for; the answer may be old where others use it wrongly at the same time. */
    private IllegalStateException refused(long frame, int order, String what) {
        long word = areas.word(Areas.areaOf(frame));
        String why;
        if (AreaWord.isInner(word)) {
            why = "it lies inside a larger block";
        } else if (AreaWord.isHandedOut(word)) {
            why = "it is handed out as part of a block of order " + AreaWord.order(word);
        } else if (!areas.bits.isTaken(frame)) {
            why = "it is not handed out (double free?)";
        } else {
            why = areas.bits.isInner(frame)
                    ? "it lies inside a larger block"
                    : "it is handed out as a block of another order";
        }
        return new IllegalStateException("frame " + frame + " of order " + order + " cannot be " + what + ": " + why);
    }
}

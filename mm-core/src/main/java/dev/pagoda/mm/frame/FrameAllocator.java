package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.lang.invoke.VarHandle;

/**
 * Which frames are free: a bit for each frame and a counter for each <em>area</em> of 512 frames.
 *
 * <pre>
 *  area word   63                31        10  9         0
 *              +-----------------+-+--------+-----------+
 *              | 0               |H| 0      | free      |      H: handed out whole, as one block of order 9
 *              +-----------------+-+--------+-----------+
 *  bit field   512 bits an area, one cache line; a set bit is a frame that is handed out (order 0)
 * </pre>
 *
 * <p>Invariant: an area never has fewer clear bits than its counter says. So a caller lowers the counter first
 * and then finds a clear bit for certain, and a free clears the bit first and raises the counter afterwards; a block of order 9 is
 * one CAS of the counter from 512 to H. Freeing is coalescing: a block is free when its bits are. A bit
 * that is already clear on free is a double free and always detected.
 *
 * <p>Each caller brings a <em>stripe</em>, usually its CPU: stripes allocate from different areas and so do not meet.
 * After the allocator in "LLFree: Scalable and Optionally-Persistent Page-Frame Allocation" (USENIX ATC '23).
 * Lock-free; two CAS each way in the usual case.
 */
public final class FrameAllocator implements AutoCloseable {
    /** Returned instead of a frame when no frame is free. */
    public static final long REFUSED = -1;
    /** Largest order: 1 GiB. */
    public static final int MAX_ORDER = 18;
    /** Order of a block that fills an area: 2 MiB. */
    public static final int HUGE_ORDER = 9;
    /** Stripes that have an area of their own; further ones share. */
    public static final int STRIPES = 64;

    private static final int AREA_FRAMES = 1 << HUGE_ORDER;
    private static final int AREA_WORDS = AREA_FRAMES / Long.SIZE;
    private static final long FREE_MASK = 0x3ff;
    private static final long HANDED_OUT_WHOLE = 1L << 31;
    /** Two cache lines: the adjacent-line prefetcher makes neighbours share. */
    private static final int STRIPE_BYTES = 128;

    private final long frames;
    private final long areas;
    private final Reservation reservation;
    private final long bits;
    private final long areaWords;
    private final long stripes;

    /**
     * Starts with all frames free.
     *
     * @param frames number of frames
     */
    public FrameAllocator(long frames) {
        this.frames = frames;
        this.areas = (frames + AREA_FRAMES - 1) / AREA_FRAMES;
        long bitBytes = areas * AREA_WORDS * Long.BYTES;
        long areaBytes = (areas * Long.BYTES + STRIPE_BYTES - 1) & -STRIPE_BYTES;
        this.reservation = new Reservation(bitBytes + areaBytes + (long) STRIPES * STRIPE_BYTES);
        this.bits = reservation.address();
        this.areaWords = bits + bitBytes;
        this.stripes = areaWords + areaBytes;
        for (long area = 0; area < areas; area++) {
            RawMemory.setPlain(areaWord(area), Math.min(AREA_FRAMES, frames - area * AREA_FRAMES));
        }
        for (long missing = frames; missing < areas * AREA_FRAMES; missing++) {
            long word = bitWord(missing);
            RawMemory.setPlain(word, RawMemory.getPlain(word) | bit(missing));
        }
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            RawMemory.setPlain(stripeWord(stripe), firstArea(stripe));
        }
        VarHandle.releaseFence();
    }

    /** Number of frames, free or not. */
    public long frames() {
        return frames;
    }

    /**
     * Hands out a block.
     *
     * @param stripe the caller's stripe; any number
     * @param order 0 (one frame) or {@link #HUGE_ORDER}
     * @return its first frame, or {@link #REFUSED}
     */
    public long allocate(int stripe, int order) {
        return switch (order) {
            case 0 -> allocateFrame(stripe & STRIPES - 1);
            case HUGE_ORDER -> allocateArea(stripe & STRIPES - 1);
            default -> throw new IllegalArgumentException("order must be 0 or " + HUGE_ORDER + ", not " + order);
        };
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
        if (frame < 0 || frame >= frames) {
            throw new IllegalStateException(refusedFree(frame, order, "there are " + frames + " frames"));
        }
        switch (order) {
            case 0 -> freeFrame(frame);
            case HUGE_ORDER -> freeArea(frame);
            default -> throw new IllegalArgumentException("order must be 0 or " + HUGE_ORDER + ", not " + order);
        }
    }

    /** Whether a frame is handed out, alone or as part of a block. For audits: the answer may be old at once. */
    public boolean isAllocated(long frame) {
        return (RawMemory.getAcquire(areaWord(frame >>> HUGE_ORDER)) & HANDED_OUT_WHOLE) != 0
                || (RawMemory.getAcquire(bitWord(frame)) & bit(frame)) != 0;
    }

    /** Number of free frames, summed over all areas. Exact only at rest. */
    public long countFree() {
        long free = 0;
        for (long area = 0; area < areas; area++) {
            free += RawMemory.getOpaque(areaWord(area)) & FREE_MASK;
        }
        return free;
    }

    @Override
    public void close() {
        reservation.close();
    }

    /**
     * From the stripe's area, else from the first area that has a frame, searched from where the stripe began: frames that were touched
     * before are used again before fresh ones, whose first touch costs the host a fault.
     */
    private long allocateFrame(int stripe) {
        long frame = allocateFrameIn(RawMemory.getOpaque(stripeWord(stripe)));
        long first = firstArea(stripe);
        for (long step = 0; frame == REFUSED && step < areas; step++) {
            long area = first + step;
            area = area < areas ? area : area - areas;
            frame = allocateFrameIn(area);
            if (frame != REFUSED) {
                RawMemory.setOpaque(stripeWord(stripe), area);
            }
        }
        return frame;
    }

    private long firstArea(int stripe) {
        return areas * stripe / STRIPES;
    }

    private long allocateFrameIn(long area) {
        long word = areaWord(area);
        long seen = RawMemory.getOpaque(word);
        while ((seen & FREE_MASK) != 0) {
            long found = RawMemory.compareAndExchange(word, seen, seen - 1);
            if (found == seen) {
                return takeClearBit(area);
            }
            seen = found;
        }
        return REFUSED;
    }

    /** The counter promised this caller a clear bit; other callers may take the first ones seen. */
    private long takeClearBit(long area) {
        long first = bits + area * AREA_WORDS * Long.BYTES;
        for (int index = 0; ; index = (index + 1) % AREA_WORDS) {
            long word = first + (long) index * Long.BYTES;
            long seen = RawMemory.getOpaque(word);
            while (seen != -1L) {
                long lowestClear = Long.lowestOneBit(~seen);
                long found = RawMemory.compareAndExchange(word, seen, seen | lowestClear);
                if (found == seen) {
                    return (area << HUGE_ORDER) + (long) index * Long.SIZE + Long.numberOfTrailingZeros(lowestClear);
                }
                seen = found;
            }
        }
    }

    private void freeFrame(long frame) {
        long word = bitWord(frame);
        long bit = bit(frame);
        long seen = RawMemory.getOpaque(word);
        while (true) {
            if ((seen & bit) == 0) {
                throw new IllegalStateException(refusedFree(frame, 0, "it is not handed out (double free?)"));
            }
            long found = RawMemory.compareAndExchange(word, seen, seen & ~bit);
            if (found == seen) {
                break;
            }
            seen = found;
        }
        RawMemory.getAndAdd(areaWord(frame >>> HUGE_ORDER), 1);
    }

    private long allocateArea(int stripe) {
        long start = RawMemory.getOpaque(stripeWord(stripe));
        for (long step = 1; step <= areas; step++) {
            long area = start + step;
            area = area < areas ? area : area - areas;
            long word = areaWord(area);
            if (RawMemory.getOpaque(word) == AREA_FRAMES
                    && RawMemory.compareAndSet(word, AREA_FRAMES, HANDED_OUT_WHOLE)) {
                return area << HUGE_ORDER;
            }
        }
        return REFUSED;
    }

    private void freeArea(long frame) {
        if ((frame & AREA_FRAMES - 1) != 0) {
            throw new IllegalStateException(refusedFree(frame, HUGE_ORDER, "a block starts at a multiple of 512"));
        }
        if (!RawMemory.compareAndSet(areaWord(frame >>> HUGE_ORDER), HANDED_OUT_WHOLE, AREA_FRAMES)) {
            throw new IllegalStateException(
                    refusedFree(frame, HUGE_ORDER, "it is not handed out whole (double free?)"));
        }
    }

    private static String refusedFree(long frame, int order, String why) {
        return "frame " + frame + " of order " + order + " cannot be freed: " + why;
    }

    private long areaWord(long area) {
        return areaWords + area * Long.BYTES;
    }

    private long bitWord(long frame) {
        return bits + (frame >>> 6) * Long.BYTES;
    }

    private static long bit(long frame) {
        return 1L << frame;
    }

    private long stripeWord(int stripe) {
        return stripes + (long) stripe * STRIPE_BYTES;
    }
}

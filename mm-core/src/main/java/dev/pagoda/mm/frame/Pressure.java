package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches how much memory is free, without a counter that all share and mostly without looking at memory.
 *
 * <pre>
 *  line of a stripe   +0    credit    frames that it may take before free memory is looked at again
 *                     +8    granted   what the credit was
 *                     +16   taken     frames it took less those it gave back, magazines left aside
 * </pre>
 *
 * <p>The credit of all stripes together is half of what is free above the high watermark, so that a watermark is noticed before it is passed by much. When it is used up, the frames that
 * all stripes took are added up: an estimate, because threads that share a stripe may lose a part of what they store, and a magazine may be emptied by others. Only if that says that memory
 * is nearly short, and now and then, the free frames are counted, an area's word at a time: that takes the lines of all areas from the CPUs that work on them. What the count says corrects later estimates.
 */
final class Pressure implements AutoCloseable {
    /** More free than the high watermark. */
    static final int NONE = 0;
    /** Below high: reclaim in the background goes on if it has begun. */
    static final int BELOW_HIGH = 1;
    /** Below low: reclaim in the background begins. */
    static final int BELOW_LOW = 2;
    /** Below min: allocating threads reclaim. */
    static final int BELOW_MIN = 3;

    private static final int LINE_BYTES = 128;
    private static final int GRANTED_OFFSET = 8;
    private static final int TAKEN_OFFSET = 16;
    /** Looks after which the free frames are counted whatever the estimate says. */
    private static final int LOOKS_UNTIL_COUNT = 256;
    /** As many frames as a magazine takes at a time. */
    private static final long LEAST_CREDIT = 32;

    private final FrameAllocator allocator;
    private final Reservation reservation = new Reservation((long) Lanes.STRIPES * LINE_BYTES);
    private volatile Watermarks watermarks;
    private volatile Runnable listener = () -> {};
    private volatile int level;
    /** One above the last stripe that ever took a frame. */
    private final AtomicInteger stripes = new AtomicInteger(1);

    private final AtomicInteger looks = new AtomicInteger();
    /** To be added to the estimate, as the last count showed; of two that count at the same time one may be lost, until the next count. */
    private volatile long correction;

    Pressure(FrameAllocator allocator) {
        this.allocator = allocator;
        this.watermarks = Watermarks.of(allocator.frames());
    }

    Watermarks watermarks() {
        return watermarks;
    }

    void setWatermarks(Watermarks marks) {
        watermarks = marks;
        measure();
    }

    void setListener(Runnable newListener) {
        listener = newListener;
    }

    /** How short memory was when it was last counted. */
    int level() {
        return level;
    }

    /** So many frames were taken by a stripe. Stored without ordering: threads that share a stripe may lose a part of it. */
    void charge(int stripe, long frames) {
        long address = lineAddress(stripe);
        RawMemory.setOpaque(address + TAKEN_OFFSET, RawMemory.getOpaque(address + TAKEN_OFFSET) + frames);
        long credit = RawMemory.getOpaque(address) - frames;
        if (credit < 0) {
            stripes.accumulateAndGet((stripe & Lanes.STRIPES - 1) + 1, Math::max);
            credit = credit(look());
            RawMemory.setOpaque(address + GRANTED_OFFSET, credit);
        }
        RawMemory.setOpaque(address, credit);
    }

    /** So many frames were given back by a stripe: its credit grows again, to what it was granted at most. */
    void discharge(int stripe, long frames) {
        long address = lineAddress(stripe);
        stripes(stripe);
        RawMemory.setOpaque(address + TAKEN_OFFSET, RawMemory.getOpaque(address + TAKEN_OFFSET) - frames);
        long credit = RawMemory.getOpaque(address) + frames;
        RawMemory.setOpaque(address, Math.min(credit, RawMemory.getOpaque(address + GRANTED_OFFSET)));
    }

    private void stripes(int stripe) {
        if (stripes.getPlain() <= (stripe & Lanes.STRIPES - 1)) {
            stripes.accumulateAndGet((stripe & Lanes.STRIPES - 1) + 1, Math::max);
        }
    }

    /** The frames that are free, by estimate as long as that is far from the watermarks. */
    private long look() {
        long free = estimate();
        boolean certain =
                free > 2 * watermarks.high() && level == NONE && looks.incrementAndGet() % LOOKS_UNTIL_COUNT != 0;
        return certain ? free : measure();
    }

    private long estimate() {
        long free = allocator.frames() + correction;
        for (int stripe = 0; stripe < stripes.get(); stripe++) {
            free -= RawMemory.getOpaque(lineAddress(stripe) + TAKEN_OFFSET);
        }
        return free;
    }

    private long credit(long free) {
        long above = free - watermarks.high();
        return Math.max(LEAST_CREDIT, Math.max(above, watermarks.low() - watermarks.min()) / (2L * stripes.get()));
    }

    /** Counts the free frames and tells the listener if they are fewer than low. */
    long measure() {
        long free = allocator.countFree();
        correction += free - estimate();
        Watermarks marks = watermarks;
        int now = free < marks.min()
                ? BELOW_MIN
                : free < marks.low() ? BELOW_LOW : free < marks.high() ? BELOW_HIGH : NONE;
        if (now != level) {
            level = now;
        }
        if (now >= BELOW_LOW) {
            listener.run();
        }
        return free;
    }

    /** Bytes that the lines take at most. */
    long bytes() {
        return reservation.bytes();
    }

    private long lineAddress(int stripe) {
        return reservation.address() + (long) (stripe & Lanes.STRIPES - 1) * LINE_BYTES;
    }

    @Override
    public void close() {
        reservation.close();
    }
}

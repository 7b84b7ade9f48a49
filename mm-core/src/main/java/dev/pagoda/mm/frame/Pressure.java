package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches how much memory is free, without a counter that all share: each stripe has credit for so many frames, and only when it is used up are the free frames counted, an area's
 * word at a time.
 *
 * <p>The credit of all stripes together is half of what is free above the high watermark, so that a watermark is noticed before it is passed by much, and memory that is mostly
 * free is hardly ever counted. Near the watermarks the credit is small; how small depends on the size of memory as the cost of counting does.
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
    /** As many frames as a magazine takes at a time. */
    private static final long LEAST_CREDIT = 32;

    private final FrameAllocator allocator;
    private final Reservation reservation = new Reservation((long) Lanes.STRIPES * LINE_BYTES);
    private volatile Watermarks watermarks;
    private volatile Runnable listener = () -> {};
    private volatile int level;
    /** One above the last stripe that ever took a frame. */
    private final AtomicInteger stripes = new AtomicInteger(1);

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

    /** So many frames were taken by a stripe. The credit is stored without ordering: threads that share a stripe may lose a part of it, and memory is counted a little later. */
    void charge(int stripe, long frames) {
        long address = creditAddress(stripe);
        long credit = RawMemory.getOpaque(address) - frames;
        if (credit < 0) {
            stripes.accumulateAndGet((stripe & Lanes.STRIPES - 1) + 1, Math::max);
            credit = credit(measure());
            RawMemory.setOpaque(address + GRANTED_OFFSET, credit);
        }
        RawMemory.setOpaque(address, credit);
    }

    /** So many frames were given back by a stripe: its credit grows again, to what it was granted at most. */
    void discharge(int stripe, long frames) {
        long address = creditAddress(stripe);
        long credit = RawMemory.getOpaque(address) + frames;
        RawMemory.setOpaque(address, Math.min(credit, RawMemory.getOpaque(address + GRANTED_OFFSET)));
    }

    private long credit(long free) {
        long above = free - watermarks.high();
        return Math.max(LEAST_CREDIT, Math.max(above, watermarks.low() - watermarks.min()) / (2L * stripes.get()));
    }

    /** Counts the free frames and tells the listener if they are fewer than low. */
    long measure() {
        long free = allocator.countFree();
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

    /** Bytes that the credits take at most. */
    long bytes() {
        return reservation.bytes();
    }

    private long creditAddress(int stripe) {
        return reservation.address() + (long) (stripe & Lanes.STRIPES - 1) * LINE_BYTES;
    }

    @Override
    public void close() {
        reservation.close();
    }
}

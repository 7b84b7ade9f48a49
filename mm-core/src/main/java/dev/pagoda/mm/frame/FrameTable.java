package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;

/**
 * What the kernel knows of each frame: 16 bytes.
 *
 * <pre>
 *  byte  0        4        8                       16
 *        +--------+--------+-----------------------+
 *        | count  | kind   | generation            |
 *        +--------+--------+-----------------------+
 * </pre>
 *
 * <p>The <em>count</em> says how many words, objects and pins refer to the frame. It is raised unless it is zero,
 * and lowered only after a grace period, so that a reader who found the frame in a word may raise it without
 * meeting a reused frame. The <em>generation</em> is raised each time the frame stops being a table; whoever
 * slept between reading a table and changing it compares it. All methods are wait-free but {@link #raiseUnlessZero},
 * which is lock-free.
 */
final class FrameTable implements AutoCloseable {
    private static final int ENTRY_SHIFT = 4;
    private static final int KIND_OFFSET = 4;
    private static final int GENERATION_OFFSET = 8;

    private final Reservation reservation;
    private final long base;

    FrameTable(long frames) {
        this.reservation = new Reservation(frames << ENTRY_SHIFT);
        this.base = reservation.address();
    }

    private long entry(long frame) {
        return base + (frame << ENTRY_SHIFT);
    }

    int count(long frame) {
        return RawMemory.getIntAcquire(entry(frame));
    }

    int kind(long frame) {
        return RawMemory.getIntAcquire(entry(frame) + KIND_OFFSET);
    }

    long generation(long frame) {
        return RawMemory.getAcquire(entry(frame) + GENERATION_OFFSET);
    }

    void raiseGeneration(long frame) {
        RawMemory.getAndAdd(entry(frame) + GENERATION_OFFSET, 1);
    }

    /** Gives a frame just allocated its kind and a count of one. Published by the CAS that puts it into a word. */
    void start(long frame, int kind) {
        RawMemory.setIntRelease(entry(frame) + KIND_OFFSET, kind);
        RawMemory.setIntRelease(entry(frame), 1);
    }

    boolean raiseUnlessZero(long frame) {
        long address = entry(frame);
        int count = RawMemory.getIntAcquire(address);
        while (count != 0) {
            int found = RawMemory.compareAndExchangeInt(address, count, count + 1);
            if (found == count) {
                return true;
            }
            count = found;
        }
        return false;
    }

    /** Lowers the count; true for the caller who lowered it to zero and now owns the frame alone. */
    boolean lower(long frame) {
        int before = RawMemory.getAndAddInt(entry(frame), -1);
        if (before <= 0) {
            throw new IllegalStateException("frame " + frame + " (" + FrameKind.name(kind(frame))
                    + ") was dropped more often than it was counted: count " + before);
        }
        return before == 1;
    }

    /** Changes a count of one to zero: whoever succeeds owns the frame alone. */
    boolean takeLast(long frame) {
        return RawMemory.compareAndSetInt(entry(frame), 1, 0);
    }

    /** Forgets what the frame was; called by its owner before it goes back to the allocator. */
    void finish(long frame) {
        RawMemory.setIntRelease(entry(frame), 0);
        RawMemory.setIntRelease(entry(frame) + KIND_OFFSET, FrameKind.FREE);
    }

    @Override
    public void close() {
        reservation.close();
    }
}

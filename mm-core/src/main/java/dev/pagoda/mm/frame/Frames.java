package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The frames of one kernel: their memory, who may have one, and how often each is referred to.
 *
 * <p>A frame is handed out with a count of one. {@link #drop} lowers it and, at zero, gives the frame back; call it
 * only after a grace period if any other thread may have seen the frame. A small emergency reserve serves the changes that must not fail
 * half-way (a table that a munmap needs to split a range). Lock-free, but for the search for the very last frames.
 */
public final class Frames implements AutoCloseable {
    /** Returned instead of a frame when none is free. */
    public static final long REFUSED = FrameAllocator.REFUSED;

    /** Enough for ten munmaps that all split at both edges of their range at the same time. */
    private static final int RESERVE_FRAMES = 64;
    /** Smallest memory that can run anything: reserve, a root table, three levels, some pages. */
    private static final long LEAST_FRAMES = 256;

    private final PhysicalMemory memory;
    private final FrameAllocator allocator;
    private final FrameTable table;
    /** The emergency reserve: frame + 1, or 0 where a frame is missing. */
    private final AtomicLongArray reserve = new AtomicLongArray(RESERVE_FRAMES);

    private volatile boolean reserveIncomplete;
    private final long zeroFrame;

    /**
     * Reserves physical memory; its frames are touched when they are first used.
     *
     * @param bytes size, at least 1 MiB and at most 1 TiB; rounded down to frames
     */
    public Frames(long bytes) {
        long frames = bytes >> PhysicalMemory.FRAME_SHIFT;
        if (frames < LEAST_FRAMES || frames > PhysicalMemory.MAX_FRAMES) {
            throw new IllegalArgumentException(
                    "memory of " + bytes + " bytes cannot be served: it must be between 1M and 1024G");
        }
        this.memory = new PhysicalMemory(frames);
        this.allocator = new FrameAllocator(frames);
        this.table = new FrameTable(frames);
        this.zeroFrame = allocate(0, FrameKind.KERNEL);
        for (int i = 0; i < RESERVE_FRAMES; i++) {
            reserve.set(i, allocate(0, FrameKind.KERNEL) + 1);
        }
    }

    /** The memory that the frames lie in. */
    public PhysicalMemory memory() {
        return memory;
    }

    /** Number of frames, used or not. */
    public long total() {
        return allocator.frames();
    }

    /** Number of frames that are free; exact only at rest. */
    public long countFree() {
        return allocator.countFree();
    }

    /** Frames that the kernel keeps for itself from boot on: the zero frame and the emergency reserve. */
    public long kernelFrames() {
        long held = 1;
        for (int i = 0; i < RESERVE_FRAMES; i++) {
            held += reserve.get(i) != 0 ? 1 : 0;
        }
        return held;
    }

    /** The frame that is always zero: mapped for reads of memory never written, never counted, never written. */
    public long zeroFrame() {
        return zeroFrame;
    }

    /** Absolute address of a frame's first byte. */
    public long address(long frame) {
        return memory.base() + (frame << PhysicalMemory.FRAME_SHIFT);
    }

    /** Absolute address of frame 0. */
    public long base() {
        return memory.base();
    }

    /**
     * Hands out a frame with any content and a count of one.
     *
     * @param stripe the caller's stripe, usually its CPU
     * @param kind a {@link FrameKind}
     * @return the frame, or {@link #REFUSED}
     */
    public long allocate(int stripe, int kind) {
        long frame = allocator.allocate(stripe, 0);
        if (frame != REFUSED) {
            table.start(frame, kind);
        }
        return frame;
    }

    /** As {@link #allocate}, with every byte zero. */
    public long allocateZeroed(int stripe, int kind) {
        long frame = allocate(stripe, kind);
        if (frame != REFUSED) {
            RawMemory.fill(address(frame), PhysicalMemory.FRAME_BYTES, (byte) 0);
        }
        return frame;
    }

    /** As {@link #allocateZeroed}, from the emergency reserve: for a change that has begun and must not fail. */
    public long allocateFromReserve(int kind) {
        for (int i = 0; i < RESERVE_FRAMES; i++) {
            long held = reserve.get(i);
            if (held != 0 && reserve.compareAndSet(i, held, 0)) {
                reserveIncomplete = true;
                long frame = held - 1;
                table.start(frame, kind);
                RawMemory.fill(address(frame), PhysicalMemory.FRAME_BYTES, (byte) 0);
                return frame;
            }
        }
        return REFUSED;
    }

    /** Raises a frame's count, unless it is zero and the frame is on its way out. */
    public boolean raiseUnlessZero(long frame) {
        return table.raiseUnlessZero(frame);
    }

    /** Lowers a frame's count and gives it back at zero. Only after a grace period, if others may have seen the frame. */
    public void drop(long frame) {
        if (table.lower(frame)) {
            giveBack(frame);
        }
    }

    /** Gives a frame back if the caller holds the only count; false if somebody else holds one too. */
    public boolean dropIfLast(long frame) {
        boolean last = table.takeLast(frame);
        if (last) {
            giveBack(frame);
        }
        return last;
    }

    /** The frame's count; may be old at once. */
    public int count(long frame) {
        return table.count(frame);
    }

    /** The frame's {@link FrameKind}; may be old at once. */
    public int kind(long frame) {
        return table.kind(frame);
    }

    /** How often the frame has ceased to be a table. */
    public long generation(long frame) {
        return table.generation(frame);
    }

    /** Marks that a table is leaving; called once by whoever removed it from its parent, before it is retired. */
    public void raiseGeneration(long frame) {
        table.raiseGeneration(frame);
    }

    /** Whether the allocator has handed the frame out; for audits. */
    public boolean isAllocated(long frame) {
        return allocator.isAllocated(frame);
    }

    /** Gives the memory back to the host. No access may be going on or follow. */
    @Override
    public void close() {
        table.close();
        allocator.close();
        memory.close();
    }

    private void giveBack(long frame) {
        if (reserveIncomplete && refillReserve(frame)) {
            return;
        }
        table.finish(frame);
        allocator.free(0, frame, 0);
    }

    private boolean refillReserve(long frame) {
        for (int i = 0; i < RESERVE_FRAMES; i++) {
            if (reserve.get(i) == 0) {
                table.start(frame, FrameKind.KERNEL);
                if (reserve.compareAndSet(i, 0, frame + 1)) {
                    return true;
                }
            }
        }
        // A frame taken between the search and this store would be forgotten, so look once more.
        reserveIncomplete = false;
        for (int i = 0; i < RESERVE_FRAMES; i++) {
            if (reserve.get(i) == 0) {
                reserveIncomplete = true;
            }
        }
        return false;
    }
}

package dev.pagoda.mm.memory;

import java.util.function.LongConsumer;

/** Stands in for the class of the same name: frames of {@link HeapMemory}, and no machine is asked what it has. */
public final class PhysicalMemory implements AutoCloseable {
    /** Bits of an address inside a frame. */
    public static final int FRAME_SHIFT = 12;
    /** Bytes of a frame. */
    public static final int FRAME_BYTES = 1 << FRAME_SHIFT;
    /** Most frames that a word of a page table can name. */
    public static final long MAX_FRAMES = 1L << 28;

    private final long frames;
    private final long base;

    /** Makes so many frames. */
    public PhysicalMemory(long frames) {
        this.frames = frames;
        this.base = HeapMemory.reserveFrames(frames << FRAME_SHIFT);
    }

    /** Number of frames. */
    public long frames() {
        return frames;
    }

    /** Address of frame 0. */
    public long base() {
        return base;
    }

    /** Address of a frame's first byte. */
    public long address(long frame) {
        return base + (frame << FRAME_SHIFT);
    }

    /** Not taken. */
    public boolean hugePagesAdvised() {
        return false;
    }

    /** None. */
    public long hugePageBytes() {
        return 0;
    }

    /** All of it. */
    public long residentBytes() {
        return frames << FRAME_SHIFT;
    }

    /** Not to be had here. */
    public Prefault prefault(int threads, LongConsumer progress) {
        throw new UnsupportedOperationException("memory on the heap is touched when it is used");
    }

    @Override
    public void close() {}
}

package dev.pagoda.runtime.stress;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FreeBlocks;
import java.util.List;

/** The allocator that {@link FramesScenario} works on: the kernel's own, or in tests one with a defect. */
interface Blocks extends AutoCloseable {
    /** Returned instead of a frame when no block is free. */
    long REFUSED = FrameAllocator.REFUSED;

    /** Number of frames, free or not. */
    long frames();

    /**
     * Hands out a block of 2^order frames: its first frame, or {@link #REFUSED}.
     *
     * @throws IllegalArgumentException for an order that is not supported
     */
    long allocate(int stripe, int order);

    /** Takes a block back. */
    void free(int stripe, long frame, int order);

    /** Number of free frames; exact only at rest. */
    long countFree();

    /** Whether a frame is handed out; exact only at rest. */
    boolean isAllocated(long frame);

    /** What does not fit in the allocator's own books, in words; at rest. */
    List<String> audit();

    /** How free memory lies. */
    FreeBlocks freeBlocks();

    @Override
    void close();

    /** The kernel's allocator over so many frames, all free. */
    static Blocks of(long frames) {
        FrameAllocator allocator = new FrameAllocator(frames);
        return new Blocks() {
            @Override
            public long frames() {
                return allocator.frames();
            }

            @Override
            public long allocate(int stripe, int order) {
                return allocator.allocate(stripe, order);
            }

            @Override
            public void free(int stripe, long frame, int order) {
                allocator.free(stripe, frame, order);
            }

            @Override
            public long countFree() {
                return allocator.countFree();
            }

            @Override
            public boolean isAllocated(long frame) {
                return allocator.isAllocated(frame);
            }

            @Override
            public List<String> audit() {
                return allocator.audit();
            }

            @Override
            public FreeBlocks freeBlocks() {
                return allocator.freeBlocks();
            }

            @Override
            public void close() {
                allocator.close();
            }
        };
    }
}

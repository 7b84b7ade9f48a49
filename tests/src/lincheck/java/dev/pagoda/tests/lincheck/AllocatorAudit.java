package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.frame.FrameAllocator;
import java.util.BitSet;
import java.util.List;

/** The audit after a scenario. A class of its own, because Lincheck is told not to look into it: it would take most of the time. */
final class AllocatorAudit {
    private AllocatorAudit() {}

    /**
     * Compares the allocator's books with what is held; then frees all and takes the largest blocks.
     *
     * @throws IllegalStateException with the difference
     */
    static void audit(FrameAllocator allocator, Geometry geometry, List<Block> held) {
        long frames = geometry.frames();
        BitSet expected = new BitSet();
        held.forEach(block -> expected.set((int) block.frame(), (int) block.end()));
        if (allocator.countFree() != frames - expected.cardinality()) {
            throw new IllegalStateException(allocator.countFree() + " of " + frames
                    + " frames are said to be free when these are held: " + held);
        }
        for (long frame = 0; frame < frames; frame++) {
            if (allocator.isAllocated(frame) != expected.get((int) frame)) {
                throw new IllegalStateException("isAllocated(" + frame + ") is wrong when these are held: " + held);
            }
        }
        for (Block block : held) {
            allocator.free(0, block.frame(), block.order());
        }
        int order = geometry.largestOrder();
        for (long block = 0; block < frames >> order; block++) {
            if (allocator.allocate(0, order) == FrameAllocator.REFUSED) {
                throw new IllegalStateException(
                        "all was freed and only " + block + " blocks of order " + order + " can be had");
            }
        }
    }
}

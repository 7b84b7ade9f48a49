package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.memory.RawMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * An allocator with the blocks that each thread holds: what Lincheck runs. A subclass says how large the memory is and which orders are asked for,
 * and has the operations, where Lincheck looks for them.
 *
 * <p>A thread frees only what it holds, since freeing another's block is a fault of the caller. The stripe is
 * any, whoever calls: so blocks are freed by other stripes than had them.
 */
public abstract class AllocatorOperations {
    private static final int MOST_THREADS = 8;
    /** So small that magazines are full, empty and stolen from. */
    private static final int MAGAZINE_SLOTS = 4;

    private final FrameAllocator allocator;
    private final Geometry geometry;
    private final List<Deque<Block>> held = new ArrayList<>();

    /** Starts with all frames free. */
    protected AllocatorOperations(Geometry geometry) {
        RawMemory.forgetAll();
        this.geometry = geometry;
        this.allocator = new FrameAllocator(geometry.frames(), MAGAZINE_SLOTS);
        for (int thread = 0; thread < MOST_THREADS; thread++) {
            held.add(new ArrayDeque<>());
        }
    }

    /** Hands out a block; null if it is refused. */
    protected Block allocate(int thread, int stripe, int order) {
        long frame = allocator.allocate(stripe, order);
        if (frame == FrameAllocator.REFUSED) {
            return null;
        }
        Block block = new Block(frame, order);
        held.get(thread).addLast(block);
        return block;
    }

    /** Takes the block back that the thread has had longest; null if it has none. */
    protected Block free(int thread, int stripe) {
        Block block = held.get(thread).pollFirst();
        if (block != null) {
            allocator.free(stripe, block.frame(), block.order());
        }
        return block;
    }

    /** At rest the books agree with what is held, and when all is freed, the largest blocks are there again. */
    protected void audit() {
        List<Block> blocks = new ArrayList<>();
        held.forEach(blocks::addAll);
        AllocatorAudit.audit(allocator, geometry, blocks);
    }
}

package dev.pagoda.bench;

import dev.pagoda.mm.frame.FrameAllocator;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A thread's stripe, and the blocks it holds.
 *
 * <pre>
 *  block   31                          2 1   0
 *          +----------------------------+-----+
 *          | frame                      |  O  |      order = 3 * O
 *          +----------------------------+-----+
 * </pre>
 *
 * Four bytes a block, because a long list of them competes for the cache with what is measured.
 */
@State(Scope.Thread)
public class FrameShare {
    /** Stands in {@link #blocks} where no block is held. */
    static final int EMPTY = -1;

    private static final int[] NO_BLOCKS = {};

    /** Order of the blocks. */
    @Param({"0", "3", "9", BlockOrders.MIXED})
    public String order;

    private FrameMemory memory;
    /** Where blocks come from. */
    FrameAllocator allocator;
    /** The thread's stripe. */
    int stripe;
    /** The orders to ask for. */
    BlockOrders orders;
    /** Blocks of the thread: held are those from {@link #first} up to {@link #end}, unless {@link #EMPTY}. */
    int[] blocks = NO_BLOCKS;
    /** The first block held. */
    int first;
    /** Behind the last block held. */
    int end;

    /** Takes the stripe that has the thread's number. */
    @Setup(Level.Trial)
    public void enter(FrameMemory shared, ThreadParams thread) {
        enter(shared, thread.getThreadIndex());
    }

    /** Frees what is held. */
    @TearDown(Level.Trial)
    public void leave() {
        freeAll();
        memory.leave();
    }

    void enter(FrameMemory shared, int number) {
        memory = shared;
        allocator = shared.allocator;
        stripe = number;
        orders = new BlockOrders(order);
        prepare();
    }

    /** What a benchmark needs held before it begins. */
    void prepare() {}

    /** Allocates a block of the next order. */
    final int allocate() {
        int next = orders.next();
        long frame = allocator.allocate(stripe, next);
        if (frame < 0) {
            throw new IllegalStateException("a block of order " + next + " was refused in memory with room for it");
        }
        return block(frame, next);
    }

    /** Frees a block. */
    final void free(int block) {
        allocator.free(stripe, frame(block), order(block));
    }

    /** Frees all that is held. */
    final void freeAll() {
        for (int i = first; i < end; i++) {
            if (blocks[i] != EMPTY) {
                free(blocks[i]);
            }
        }
        first = 0;
        end = 0;
    }

    /** Puts numbers in random order, always in the same one. */
    static void shuffle(int[] numbers, SplittableRandom random) {
        for (int i = numbers.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int number = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = number;
        }
    }

    static int block(long frame, int order) {
        return (int) frame << 2 | order / 3;
    }

    static long frame(int block) {
        return block >>> 2;
    }

    static int order(int block) {
        return (block & 3) * 3;
    }
}

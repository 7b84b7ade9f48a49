package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LlFree;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to allocate a whole share of memory, and what to free it again in the same order: nanoseconds for one block of one thread.
 *
 * <p>A measured stretch is a few thousand blocks, and goes on where the last ended; the share is emptied, or filled, between two stretches, which
 * is not measured. Reading the clock around a stretch adds less than 0.1 to each block. An eighth of the memory stays free, because
 * what is asked is not how the last frames are found.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameBulk {
    /** Blocks in one stretch: all blocks of order 9 in seven eighths of a share. */
    static final int STRETCH = FrameMemory.SHARE_FRAMES / 512 / 8 * 7;

    /** A share from which blocks are taken. */
    @State(Scope.Thread)
    public static class Emptied extends FrameShare {
        @Override
        void prepare() {
            blocks = new int[wholeStretches(orders)];
        }

        /** Empties it when it is full. */
        @Setup(Level.Invocation)
        public void empty() {
            if (end == blocks.length) {
                freeAll();
            }
        }

        /** Allocates one stretch. */
        final int allocateStretch() {
            int[] taken = blocks;
            int to = end + STRETCH;
            for (int i = end; i < to; i++) {
                taken[i] = allocate();
            }
            end = to;
            return taken[to - 1];
        }
    }

    /** A share to which blocks are given back, in the order in which they were taken. */
    @State(Scope.Thread)
    public static class Filled extends FrameShare {
        @Override
        void prepare() {
            blocks = new int[wholeStretches(orders)];
        }

        /** Fills it when it is empty. */
        @Setup(Level.Invocation)
        public void fill() {
            if (first == end) {
                for (int i = 0; i < blocks.length; i++) {
                    blocks[i] = allocate();
                }
                first = 0;
                end = blocks.length;
                arrange();
            }
        }

        /** Puts the blocks into the order in which they are freed. */
        void arrange() {}

        /** Frees one stretch. */
        final int freeStretch() {
            int[] given = blocks;
            int to = first + STRETCH;
            for (int i = first; i < to; i++) {
                free(given[i]);
            }
            first = to;
            return given[to - 1];
        }
    }

    /** Allocates. */
    @Benchmark
    @OperationsPerInvocation(STRETCH)
    @Compare(
            llFree = {
                @LlFree(threads = 1, where = "order=0", nanos = 44),
                @LlFree(threads = 2, where = "order=0", nanos = 39)
            },
            goals = {@Goal(where = "order=0", atMostNanos = 30), @Goal(threads = 2, timesOneThread = 1.9)})
    public int bulkGet(Emptied share) {
        return share.allocateStretch();
    }

    /** Frees. */
    @Benchmark
    @OperationsPerInvocation(STRETCH)
    @Compare(
            llFree = {
                @LlFree(threads = 1, where = "order=0", nanos = 23),
                @LlFree(threads = 2, where = "order=0", nanos = 28)
            },
            goals = {@Goal(where = "order=0", atMostNanos = 20), @Goal(threads = 2, timesOneThread = 1.9)})
    public int bulkPut(Filled share) {
        return share.freeStretch();
    }

    private static int wholeStretches(BlockOrders orders) {
        return orders.blocksIn(FrameMemory.SHARE_FRAMES / 8 * 7) / STRETCH * STRETCH;
    }
}

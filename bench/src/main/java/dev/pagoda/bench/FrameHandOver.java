package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * What it takes when one thread allocates and another frees, with a ring between them: nanoseconds from one block that is handed over to the next,
 * in which both threads do their part. The ring alone is measured beside it.
 *
 * <p>An allocator that keeps what a thread frees for the same thread has nothing at hand for the one that allocates.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameHandOver {
    /** The ring between two threads; a thread keeps its position in it to itself. */
    @State(Scope.Group)
    public static class Ring {
        private static final int SLOTS = 1024;

        /** A block + 1, or 0 where there is none. */
        private final AtomicIntegerArray slots = new AtomicIntegerArray(SLOTS);

        /** Puts a block as soon as there is room; false if the measurement ended first. */
        final boolean put(Position position, int block, Control control) {
            int slot = position.next & SLOTS - 1;
            for (int looks = 0; slots.getAcquire(slot) != 0; looks++) {
                if (control.stopMeasurement) {
                    return false;
                }
                Waiting.pause(looks);
            }
            slots.setRelease(slot, block + 1);
            position.next++;
            return true;
        }

        /** Takes a block as soon as there is one; {@link FrameShare#EMPTY} if the measurement ended first. */
        final int take(Position position, Control control) {
            int block = takeIfAny(position);
            for (int looks = 0; block == FrameShare.EMPTY && !control.stopMeasurement; looks++) {
                Waiting.pause(looks);
                block = takeIfAny(position);
            }
            return block;
        }

        /** Takes a block if there is one, else {@link FrameShare#EMPTY}. */
        final int takeIfAny(Position position) {
            int slot = position.next & SLOTS - 1;
            int found = slots.getAcquire(slot);
            if (found != 0) {
                slots.setRelease(slot, 0);
                position.next++;
            }
            return found - 1;
        }
    }

    /** Where a thread is in the ring. */
    @State(Scope.Thread)
    public static class Position {
        private int next;
    }

    /** The thread that frees. */
    @State(Scope.Thread)
    public static class Consumer extends FrameShare {
        private final Position position = new Position();

        /** Frees what an iteration left in the ring; the other thread does not touch it then. */
        @TearDown(Level.Iteration)
        public void drain(Ring ring) {
            for (int block = ring.takeIfAny(position); block != EMPTY; block = ring.takeIfAny(position)) {
                free(block);
            }
        }
    }

    /** Allocates and puts. */
    @Benchmark
    @Group("handOver")
    @Compare(peer = {"ringAlone", "NettyHandOver.pooled", "NettyHandOver.adaptive"})
    public int allocate(FrameShare share, Ring ring, Position position, Control control) {
        int block = share.allocate();
        if (!ring.put(position, block, control)) {
            share.free(block);
        }
        return block;
    }

    /** Takes and frees. */
    @Benchmark
    @Group("handOver")
    public int free(Consumer consumer, Ring ring, Control control) {
        int block = ring.take(consumer.position, control);
        if (block != FrameShare.EMPTY) {
            consumer.free(block);
        }
        return block;
    }

    /** Puts the same number again and again. */
    @Benchmark
    @Group("ringAlone")
    public boolean put(Ring ring, Position position, Control control) {
        return ring.put(position, 1, control);
    }

    /** Takes it. */
    @Benchmark
    @Group("ringAlone")
    public int take(Ring ring, Position position, Control control) {
        return ring.take(position, control);
    }
}

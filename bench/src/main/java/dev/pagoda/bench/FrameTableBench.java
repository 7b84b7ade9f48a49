package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What a frame with its entry in the frame table costs, not zeroed and zeroed: nanoseconds for one pair of allocating and dropping. This is how the
 * rest of the kernel takes frames; the bits alone are measured by {@link FrameRepeat}.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameTableBench {
    /** 1 GiB of frames, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Memory {
        private static final long BYTES = 1L << 30;

        private final AtomicInteger users = new AtomicInteger();
        private Frames frames;
        private long freeBefore;

        /** Reserves the memory. */
        @Setup(Level.Trial)
        public void open(BenchmarkParams params) {
            frames = new Frames(BYTES);
            freeBefore = frames.countFree();
            users.set(params.getThreads());
        }

        /** The last thread proves that no frame was lost, and gives the memory back. */
        private void leave() {
            if (users.decrementAndGet() == 0) {
                long free = frames.countFree();
                frames.close();
                if (free != freeBefore) {
                    throw new IllegalStateException(freeBefore + " frames were free before the benchmark, now " + free);
                }
            }
        }
    }

    /** A thread's stripe. */
    @State(Scope.Thread)
    public static class Stripe {
        private Memory memory;
        private Frames frames;
        private int number;

        /** Takes the stripe that has the thread's number. */
        @Setup(Level.Trial)
        public void enter(Memory shared, ThreadParams thread) {
            memory = shared;
            frames = shared.frames;
            number = thread.getThreadIndex();
        }

        /** Leaves. */
        @TearDown(Level.Trial)
        public void leave() {
            memory.leave();
        }
    }

    /** Allocates a frame with any content, and drops it. */
    @Benchmark
    @Compare(peer = "HostPages.page", goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long tableFrame(Stripe stripe) {
        long frame = stripe.frames.allocate(stripe.number, FrameKind.ANONYMOUS);
        stripe.frames.drop(stripe.number, frame);
        return frame;
    }

    /** Allocates a frame of zeroes, and drops it. */
    @Benchmark
    @Compare(peer = {"HostPages.pageTouched", "Yardsticks.clear4K"})
    public long zeroedFrame(Stripe stripe) {
        long frame = stripe.frames.allocateZeroed(stripe.number, FrameKind.ANONYMOUS);
        stripe.frames.drop(stripe.number, frame);
        return frame;
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.frame.FrameAllocator;
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

/**
 * What a frame costs, in nanoseconds, beside the host's way to get and give back a page, and beside Netty's allocators.
 */
@BenchGroup(value = "frames", about = "taking and giving back a frame, beside the host and Netty")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FrameBench {
    /** 1 GiB of frames, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Memory {
        private static final long BYTES = 1L << 30;

        final Frames frames = new Frames(BYTES);
        final FrameAllocator allocator = new FrameAllocator(BYTES >> 12);
        final AtomicInteger nextStripe = new AtomicInteger();

        /** Gives the memory back. */
        @TearDown(Level.Trial)
        public void close() {
            if (allocator.countFree() != allocator.frames()) {
                throw new IllegalStateException("the benchmark lost frames");
            }
            allocator.close();
            frames.close();
        }
    }

    /** A thread's stripe. */
    @State(Scope.Thread)
    public static class Stripe {
        int number;

        /** Takes a stripe. */
        @Setup(Level.Trial)
        public void take(Memory memory) {
            number = memory.nextStripe.getAndIncrement();
        }
    }

    /** Allocates and frees one frame: bits and counters only. */
    @Benchmark
    @Compare(
            peer = {"pageHost", "NettyFrames.pooled", "NettyFrames.adaptive"},
            goals = @Goal(atMostNanos = 15))
    public long frame(Memory memory, Stripe stripe) {
        long frame = memory.allocator.allocate(stripe.number, 0);
        memory.allocator.free(stripe.number, frame, 0);
        return frame;
    }

    /** Allocates and frees a block of 512 frames. */
    @Benchmark
    @Compare(peer = "pageHost", goals = @Goal(atMostNanos = 45))
    public long hugeFrame(Memory memory, Stripe stripe) {
        long frame = memory.allocator.allocate(stripe.number, FrameAllocator.HUGE_ORDER);
        memory.allocator.free(stripe.number, frame, FrameAllocator.HUGE_ORDER);
        return frame;
    }

    /** Allocates a zeroed frame with its entry in the frame table, and drops it. */
    @Benchmark
    @Compare(peer = "pageHost")
    public long zeroedFrame(Memory memory, Stripe stripe) {
        long frame = memory.frames.allocateZeroed(stripe.number, FrameKind.ANONYMOUS);
        memory.frames.drop(frame);
        return frame;
    }

    /** The host's mmap and munmap of one page, not touched. */
    @Benchmark
    public long pageHost() {
        long address = HostMemory.map(HostMemory.PAGE_BYTES);
        HostMemory.unmap(address, HostMemory.PAGE_BYTES);
        return address;
    }
}

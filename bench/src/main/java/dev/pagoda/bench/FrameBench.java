package dev.pagoda.bench;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
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
 * What a frame costs, in nanoseconds, beside the host's way to get and give back a page, and beside what the machine can do at best: one
 * uncontended compare-and-set, and clearing 4 KiB.
 */
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

    /** A thread's stripe, and a word and a page of its own. */
    @State(Scope.Thread)
    public static class Stripe {
        int number;
        Reservation own;
        long word;

        /** Takes a stripe. */
        @Setup(Level.Trial)
        public void take(Memory memory) {
            number = memory.nextStripe.getAndIncrement();
            own = new Reservation(HostMemory.PAGE_BYTES);
            word = own.address();
        }

        /** Gives the page back. */
        @TearDown(Level.Trial)
        public void close() {
            own.close();
        }
    }

    /** Allocates and frees one frame: bits and counters only. */
    @Benchmark
    public long frame(Memory memory, Stripe stripe) {
        long frame = memory.allocator.allocate(stripe.number, 0);
        memory.allocator.free(frame, 0);
        return frame;
    }

    /** Allocates and frees a block of 512 frames. */
    @Benchmark
    public long hugeFrame(Memory memory, Stripe stripe) {
        long frame = memory.allocator.allocate(stripe.number, FrameAllocator.HUGE_ORDER);
        memory.allocator.free(frame, FrameAllocator.HUGE_ORDER);
        return frame;
    }

    /** Allocates a zeroed frame with its entry in the frame table, and drops it. */
    @Benchmark
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

    /** Yardstick: one compare-and-set of a word that nobody else touches. */
    @Benchmark
    public boolean yardstickCas(Stripe stripe) {
        long word = RawMemory.getPlain(stripe.word);
        return RawMemory.compareAndSet(stripe.word, word, word + 1);
    }

    /** Yardstick: clearing 4 KiB that are in the cache. */
    @Benchmark
    public long yardstickClear(Stripe stripe) {
        RawMemory.fill(stripe.word, HostMemory.PAGE_BYTES, (byte) 0);
        return stripe.word;
    }
}

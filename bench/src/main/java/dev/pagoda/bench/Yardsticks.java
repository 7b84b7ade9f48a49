package dev.pagoda.bench;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
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

/** What the machine can do at best, in nanoseconds: part of every run, so that numbers of two machines, or of two days, can be held side by side. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Yardsticks {
    /** Two pages of a thread's own. */
    @State(Scope.Thread)
    public static class Pages {
        private Reservation own;
        private long first;
        private long second;

        /** Reserves and touches them. */
        @Setup(Level.Trial)
        public void reserve() {
            own = new Reservation(2 * HostMemory.PAGE_BYTES);
            first = own.address();
            second = first + HostMemory.PAGE_BYTES;
            RawMemory.fill(first, 2 * HostMemory.PAGE_BYTES, (byte) 1);
        }

        /** Gives them back. */
        @TearDown(Level.Trial)
        public void close() {
            own.close();
        }
    }

    /** Touched memory of a thread's own, more than any cache holds; its frames come in turn. */
    @State(Scope.Thread)
    public static class Frames {
        private static final long BYTES = 256L << 20;

        private Reservation own;
        private long offset;

        /** Reserves and touches them. */
        @Setup(Level.Trial)
        public void reserve() {
            own = new Reservation(BYTES);
            RawMemory.fill(own.address(), BYTES, (byte) 1);
        }

        /** Gives them back. */
        @TearDown(Level.Trial)
        public void close() {
            own.close();
        }

        private long next() {
            offset = offset + HostMemory.PAGE_BYTES & BYTES - 1;
            return own.address() + offset;
        }

        /** The frame half of the memory away. */
        private long farFrom(long frame) {
            return own.address() + (frame - own.address() + BYTES / 2 & BYTES - 1);
        }
    }

    /** One compare-and-set of a word that nobody else touches. */
    @Benchmark
    public boolean bareCas(Pages pages) {
        long word = RawMemory.getPlain(pages.first);
        return RawMemory.compareAndSet(pages.first, word, word + 1);
    }

    /** Clearing 4 KiB that are in the cache. */
    @Benchmark
    public long clear4K(Pages pages) {
        RawMemory.clear(pages.first, HostMemory.PAGE_BYTES);
        return pages.first;
    }

    /** Clearing a frame of 4 KiB that is in no cache, as a fault does when memory is taken that was not used for a while. */
    @Benchmark
    public long clearFrame(Frames frames) {
        long frame = frames.next();
        RawMemory.clear(frame, HostMemory.PAGE_BYTES);
        return frame;
    }

    /** Copying 4 KiB that are in the cache. */
    @Benchmark
    public long copy4K(Pages pages) {
        MemorySegment.copy(HostMemory.ALL, pages.first, HostMemory.ALL, pages.second, HostMemory.PAGE_BYTES);
        return pages.second;
    }

    /** Copying a frame of 4 KiB that is in no cache to another that is in none, as the first store to a page that a child shares does. */
    @Benchmark
    public long copyFrame(Frames frames) {
        long frame = frames.next();
        long target = frames.farFrom(frame);
        MemorySegment.copy(HostMemory.ALL, frame, HostMemory.ALL, target, HostMemory.PAGE_BYTES);
        return target;
    }
}

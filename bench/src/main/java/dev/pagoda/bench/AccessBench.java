package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.lang.foreign.ValueLayout;
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

/**
 * What a load or store through a view costs, in nanoseconds, beside a plain access to the host's memory.
 *
 * <p>The addresses are a random walk over 64 MiB, which no cache holds, or over one page, which every cache does. The plain access computes its
 * address the same way.
 */
@BenchGroup(value = "access", about = "a load or store through a view, beside the host's memory")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AccessBench {
    private static final long RANGE_BYTES = 64L << 20;
    private static final long PAGE_MASK = HostMemory.PAGE_BYTES - 8;
    private static final long RANGE_MASK = RANGE_BYTES - 8;

    /** An attached thread with a populated range of the process, and one of the host. */
    @State(Scope.Thread)
    public static class Ranges {
        private BootedKernel kernel;
        LinuxCalls calls;
        View view;
        long guest;
        long host;
        private long last;
        private long random = 0x9E3779B97F4A7C15L;

        /** Maps and fills both. */
        @Setup(Level.Trial)
        public void fill(BootedKernel booted) {
            kernel = booted;
            calls = booted.attach();
            view = calls.view();
            guest = calls.mmap(
                    0, RANGE_BYTES, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
            view.fill(guest, RANGE_BYTES, (byte) 1);
            host = HostMemory.map(RANGE_BYTES);
            HostMemory.ALL.asSlice(host, RANGE_BYTES).fill((byte) 1);
        }

        /** Gives the host's back; the process gives up its own at exit. */
        @TearDown(Level.Trial)
        public void unmap() {
            kernel.detach(calls);
            HostMemory.unmap(host, RANGE_BYTES);
        }

        /** The next number, which depends on what was loaded last: the loads form a chain, as a walk over a program's objects does. */
        long nextAfter(long loaded) {
            random ^= loaded;
            return next();
        }

        /** The next number of an xorshift generator. */
        long next() {
            long x = random;
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            random = x;
            return x;
        }
    }

    /** Loads eight bytes somewhere in one page. */
    @Benchmark
    @Compare(peer = "loadNearHost")
    public long loadNear(Ranges ranges) {
        View view = ranges.view;
        return view.load(ranges.guest + (ranges.next() & PAGE_MASK), Long.BYTES);
    }

    /** The same from the host's memory. */
    @Benchmark
    public long loadNearHost(Ranges ranges) {
        return HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, ranges.host + (ranges.next() & PAGE_MASK));
    }

    /** Loads eight bytes somewhere in 64 MiB. */
    @Benchmark
    @Compare(peer = "loadFarHost")
    public long loadFar(Ranges ranges) {
        View view = ranges.view;
        ranges.last = view.load(ranges.guest + (ranges.nextAfter(ranges.last) & RANGE_MASK), Long.BYTES);
        return ranges.last;
    }

    /** The same from the host's memory. */
    @Benchmark
    public long loadFarHost(Ranges ranges) {
        long address = ranges.host + (ranges.nextAfter(ranges.last) & RANGE_MASK);
        ranges.last = HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
        return ranges.last;
    }

    /** Stores eight bytes somewhere in one page. */
    @Benchmark
    @Compare(peer = "storeNearHost")
    public void storeNear(Ranges ranges) {
        View view = ranges.view;
        view.store(ranges.guest + (ranges.next() & PAGE_MASK), Long.BYTES, 7);
    }

    /** The same to the host's memory. */
    @Benchmark
    public void storeNearHost(Ranges ranges) {
        HostMemory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, ranges.host + (ranges.next() & PAGE_MASK), 7L);
    }
}

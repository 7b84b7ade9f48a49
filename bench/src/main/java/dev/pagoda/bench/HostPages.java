package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The host's way to get and give back a page, as a peer: nanoseconds for one mmap and munmap. All threads share one address space. */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class HostPages {
    /** What is mapped. */
    @State(Scope.Benchmark)
    public static class Size {
        /** Order of the block of ours that it stands beside. */
        @Param("0")
        public int order;

        private long bytes;

        /** Computes the size. */
        @Setup(Level.Trial)
        public void compute() {
            bytes = (long) HostMemory.PAGE_BYTES << order;
        }
    }

    /** A page that is not touched. */
    @Benchmark
    public long page(Size size) {
        long address = HostMemory.map(size.bytes);
        HostMemory.unmap(address, size.bytes);
        return address;
    }

    /** A page that is touched, and so found and cleared by the host. */
    @Benchmark
    public long pageTouched() {
        long address = HostMemory.map(HostMemory.PAGE_BYTES);
        HostMemory.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 1);
        HostMemory.unmap(address, HostMemory.PAGE_BYTES);
        return address;
    }
}

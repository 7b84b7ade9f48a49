package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LinuxTook;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the first store to a page costs, in nanoseconds: a fresh map of 16 MiB, touched page by page in ascending order. Mapping it and taking it
 * away is not measured. Both sides are asked not to use huge pages.
 */
@BenchGroup({"spaces", "access"})
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceFaults {
    private static final int PAGES = 4096;
    private static final long BYTES = (long) PAGES * HostMemory.PAGE_BYTES;

    /** A map of the process that nobody has touched. */
    @State(Scope.Thread)
    public static class FreshOfProcess {
        private LinuxCalls calls;
        private View view;
        private long address;

        /** Maps. */
        @Setup(Level.Invocation)
        public void map(AttachedThread thread) {
            calls = thread.calls;
            view = thread.view;
            address = calls.mmap(
                    0, BYTES, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
            calls.madvise(address, BYTES, Linux.MADV_NOHUGEPAGE);
        }

        /** Takes it away. */
        @TearDown(Level.Invocation)
        public void unmap() {
            calls.munmap(address, BYTES);
        }
    }

    /** A map of the host that nobody has touched. */
    @State(Scope.Thread)
    public static class FreshOfHost {
        private long address;

        /** Maps. */
        @Setup(Level.Invocation)
        public void map() {
            address = HostMemory.map(BYTES);
            HostMemory.advise(address, BYTES, Linux.MADV_NOHUGEPAGE);
        }

        /** Takes it away. */
        @TearDown(Level.Invocation)
        public void unmap() {
            HostMemory.unmap(address, BYTES);
        }
    }

    /** The first store to a page. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare(
            peer = "firstTouchHost",
            linux = {@LinuxTook(threads = 1, nanos = 1977), @LinuxTook(threads = 2, nanos = 1949)},
            goals = {@Goal(timesFaster = 15), @Goal(threads = 2, timesOneThread = 1.8)})
    public void firstTouch(FreshOfProcess fresh) {
        View view = fresh.view;
        long address = fresh.address;
        for (int page = 0; page < PAGES; page++) {
            view.store(address + (long) page * HostMemory.PAGE_BYTES, 1, 1);
        }
    }

    /** The same in the host. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void firstTouchHost(FreshOfHost fresh) {
        long address = fresh.address;
        for (int page = 0; page < PAGES; page++) {
            HostMemory.touch(address + (long) page * HostMemory.PAGE_BYTES);
        }
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What mapping and unmapping a page costs, in nanoseconds, beside the host's own calls for the same work.
 *
 * <p>Threads share one address space, as they share the host's.
 */
@BenchGroup(value = "maps", about = "mapping, touching and unmapping a page, beside the host")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MapBench {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final int PRIVATE_ANONYMOUS = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
    private static final int PAGE_BYTES = HostMemory.PAGE_BYTES;

    /** mmap and munmap of one page. */
    @Benchmark
    @Compare(
            peer = "mapUnmapHost",
            goals = {@Goal(threads = 1, timesFaster = 50), @Goal(threads = 2, timesFaster = 200)})
    public long mapUnmap(AttachedThread thread) {
        LinuxCalls calls = thread.calls;
        long address = calls.mmap(0, PAGE_BYTES, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        return address + calls.munmap(address, PAGE_BYTES);
    }

    /** The host's mmap and munmap of one page. */
    @Benchmark
    public long mapUnmapHost() {
        long address = HostMemory.map(PAGE_BYTES);
        HostMemory.unmap(address, PAGE_BYTES);
        return address;
    }

    /** mmap, one store, munmap. */
    @Benchmark
    @Compare(
            peer = "mapTouchUnmapHost",
            goals = {@Goal(threads = 1, timesFaster = 40), @Goal(threads = 2, timesFaster = 200)})
    public long mapTouchUnmap(AttachedThread thread) {
        LinuxCalls calls = thread.calls;
        View view = thread.view;
        long address = calls.mmap(0, PAGE_BYTES, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        view.store(address, 1, 1);
        return address + calls.munmap(address, PAGE_BYTES);
    }

    /** The host's mmap, one store, munmap. */
    @Benchmark
    public long mapTouchUnmapHost() {
        long address = HostMemory.map(PAGE_BYTES);
        HostMemory.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 1);
        HostMemory.unmap(address, PAGE_BYTES);
        return address;
    }
}

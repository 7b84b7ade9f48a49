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
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What mapping and unmapping a page costs, in nanoseconds, beside the host's own calls for the same work: alone, and among ten thousand other maps.
 *
 * <p>Threads share one address space, as they share the host's, and map at places of their own.
 */
@BenchGroup(value = "spaces", about = "maps, faults, protection, moves and advice of address spaces, beside the host")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceMaps {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final int PRIVATE_ANONYMOUS = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
    private static final int PAGE_BYTES = HostMemory.PAGE_BYTES;

    /** mmap and munmap of one page. */
    @Benchmark
    @Compare(
            peer = "mapUnmapHost",
            linux = {
                @LinuxTook(threads = 1, where = "others=0", nanos = 3738),
                @LinuxTook(threads = 2, where = "others=0", nanos = 13_531)
            },
            goals = {
                @Goal(threads = 1, timesFaster = 50),
                @Goal(threads = 2, timesFaster = 200),
                @Goal(threads = 2, timesOneThread = 1.8)
            })
    public long mapUnmap(AttachedThread thread, OtherMaps.OfProcess others) {
        LinuxCalls calls = thread.calls;
        long address = calls.mmap(0, PAGE_BYTES, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        return address + calls.munmap(address, PAGE_BYTES);
    }

    /** The host's mmap and munmap of one page. */
    @Benchmark
    public long mapUnmapHost(OtherMaps.OfHost others) {
        long address = HostMemory.map(PAGE_BYTES);
        HostMemory.unmap(address, PAGE_BYTES);
        return address;
    }

    /** mmap, one store, munmap. */
    @Benchmark
    @Compare(
            peer = "mapTouchUnmapHost",
            linux = {
                @LinuxTook(threads = 1, where = "others=0", nanos = 7992),
                @LinuxTook(threads = 2, where = "others=0", nanos = 44_549)
            },
            goals = {
                @Goal(threads = 1, timesFaster = 40),
                @Goal(threads = 2, timesFaster = 200),
                @Goal(threads = 2, timesOneThread = 1.8)
            })
    public long mapTouchUnmap(AttachedThread thread, OtherMaps.OfProcess others) {
        LinuxCalls calls = thread.calls;
        View view = thread.view;
        long address = calls.mmap(0, PAGE_BYTES, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        view.store(address, 1, 1);
        return address + calls.munmap(address, PAGE_BYTES);
    }

    /** The host's mmap, one store, munmap. */
    @Benchmark
    public long mapTouchUnmapHost(OtherMaps.OfHost others) {
        long address = HostMemory.map(PAGE_BYTES);
        HostMemory.touch(address);
        HostMemory.unmap(address, PAGE_BYTES);
        return address;
    }
}

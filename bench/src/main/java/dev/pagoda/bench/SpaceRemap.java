package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LinuxTook;
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
 * What mremap costs, in nanoseconds: growing by a page in place and shrinking again, which is one operation of two calls, and moving 2 MiB of
 * touched pages from one place to another, which is one operation of one call.
 *
 * <p>Threads share one address space and move pages of their own. Both places of a move are multiples of 2 MiB: the host, too, may then move its
 * table instead of each page. It does not happen that the place a move has left is taken meanwhile; see {@link Places}.
 */
@BenchGroup("spaces")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceRemap {
    private static final long PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int TO_PLACE = Linux.MREMAP_MAYMOVE | Linux.MREMAP_FIXED;
    private static final long BYTES = ProcessRange.BYTES;

    /** Grows a map by a page and shrinks it again. */
    @Benchmark
    @Compare(
            peer = "growShrinkHost",
            linux = {@LinuxTook(threads = 1, nanos = 5334), @LinuxTook(threads = 2, nanos = 12_413)},
            goals = @Goal(threads = 2, timesOneThread = 1.8))
    public long growShrink(ProcessRange range) {
        LinuxCalls calls = range.calls;
        long grown = range.done(calls.mremap(range.address, BYTES, BYTES + PAGE_BYTES, 0, 0));
        return range.done(calls.mremap(grown, BYTES + PAGE_BYTES, BYTES, 0, 0));
    }

    /** The same in the host. */
    @Benchmark
    public long growShrinkHost(HostRange range) {
        long grown = HostMemory.remap(range.address, BYTES, BYTES + PAGE_BYTES, 0, 0);
        return HostMemory.remap(grown, BYTES + PAGE_BYTES, BYTES, 0, 0);
    }

    /** Moves 512 touched pages to another place. */
    @Benchmark
    @Compare(
            peer = "move512PagesHost",
            linux = {@LinuxTook(threads = 1, nanos = 5524), @LinuxTook(threads = 2, nanos = 50_769)},
            goals = {@Goal(timesFaster = 5), @Goal(threads = 2, timesOneThread = 1.8)})
    public long move512Pages(ProcessRange range) {
        long target = range.isSecond ? range.address - BYTES : range.address + BYTES;
        range.isSecond = !range.isSecond;
        range.address = range.done(range.calls.mremap(range.address, BYTES, BYTES, TO_PLACE, target));
        return range.address;
    }

    /** The same in the host. */
    @Benchmark
    public long move512PagesHost(HostRange range) {
        long target = range.isSecond ? range.address - BYTES : range.address + BYTES;
        range.isSecond = !range.isSecond;
        range.address = HostMemory.remap(range.address, BYTES, BYTES, TO_PLACE, target);
        return range.address;
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LinuxTook;
import dev.pagoda.syscalls.Linux;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What mprotect costs, in nanoseconds: touched pages of a larger map lose the right to store and get it back in turn; each call is one operation.
 *
 * <p>Threads share one address space and change pages of their own. Taking a right away from a space that several threads use waits until no
 * access relies on it, here as in the host.
 */
@BenchGroup("spaces")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceProtect {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final long PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final long SEVERAL_BYTES = 256 * PAGE_BYTES;

    /** mprotect of one page. */
    @Benchmark
    @Compare(
            peer = "protectPageHost",
            linux = {@LinuxTook(threads = 1, nanos = 1346), @LinuxTook(threads = 2, nanos = 25_044)},
            goals = {
                @Goal(threads = 1, timesFaster = 20),
                @Goal(threads = 2, timesFaster = 25),
                @Goal(threads = 2, timesOneThread = 1.8)
            })
    public long protectPage(ProcessRange range) {
        range.isSecond = !range.isSecond;
        return range.done(range.calls.mprotect(
                range.address + PAGE_BYTES, PAGE_BYTES, range.isSecond ? Linux.PROT_READ : READ_WRITE));
    }

    /** The same in the host. */
    @Benchmark
    public void protectPageHost(HostRange range) {
        range.isSecond = !range.isSecond;
        HostMemory.protect(range.address + PAGE_BYTES, PAGE_BYTES, range.isSecond ? Linux.PROT_READ : READ_WRITE);
    }

    /** mprotect of 256 pages. */
    @Benchmark
    @Compare(
            peer = "protect256PagesHost",
            linux = {@LinuxTook(threads = 1, nanos = 19_356), @LinuxTook(threads = 2, nanos = 64_040)},
            goals = @Goal(threads = 2, timesOneThread = 1.8))
    public long protect256Pages(ProcessRange range) {
        range.isSecond = !range.isSecond;
        return range.done(
                range.calls.mprotect(range.address, SEVERAL_BYTES, range.isSecond ? Linux.PROT_READ : READ_WRITE));
    }

    /** The same in the host. */
    @Benchmark
    public void protect256PagesHost(HostRange range) {
        range.isSecond = !range.isSecond;
        HostMemory.protect(range.address, SEVERAL_BYTES, range.isSecond ? Linux.PROT_READ : READ_WRITE);
    }
}

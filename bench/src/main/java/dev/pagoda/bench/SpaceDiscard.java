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

/** What it costs to throw a page's content away by MADV_DONTNEED and to store to it again, in nanoseconds for both. Threads work on pages of their own. */
@BenchGroup("spaces")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceDiscard {
    /** MADV_DONTNEED of one page, one store. */
    @Benchmark
    @Compare(
            peer = "discardTouchHost",
            linux = {@LinuxTook(threads = 1, nanos = 3044), @LinuxTook(threads = 2, nanos = 17_078)},
            goals = {@Goal(timesFaster = 12), @Goal(threads = 2, timesOneThread = 1.8)})
    public void discardTouch(ProcessRange range) {
        range.done(range.calls.madvise(range.address, HostMemory.PAGE_BYTES, Linux.MADV_DONTNEED));
        range.view.store(range.address, 1, 1);
    }

    /** The same in the host. */
    @Benchmark
    public void discardTouchHost(HostRange range) {
        HostMemory.advise(range.address, HostMemory.PAGE_BYTES, Linux.MADV_DONTNEED);
        HostMemory.touch(range.address);
    }
}

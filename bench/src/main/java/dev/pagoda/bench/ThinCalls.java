package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call costs beside what it does, in nanoseconds: by its number, with every check, against the operation of the space below it.
 *
 * <p>Each operation is one call, but for mmap, which is followed by munmap and so pays for two.
 */
@BenchGroup(value = "calls", about = "calls by number beside the operation below each", mostThreads = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class ThinCalls {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final long PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int SHIFT = 12;

    /** mprotect of a page that loses the right to store and gets it back. */
    @Benchmark
    @Compare(peer = "protectBelow", goals = @Goal(atMostNanosOver = 10))
    public long protect(ProcessRange range) {
        range.isSecond = !range.isSecond;
        int protection = range.isSecond ? Linux.PROT_READ : READ_WRITE;
        return range.done(
                range.calls.call(Linux.SYS_mprotect, range.address + PAGE_BYTES, PAGE_BYTES, protection, 0, 0, 0));
    }

    /** The same, below. */
    @Benchmark
    public int protectBelow(ProcessRange range) {
        range.isSecond = !range.isSecond;
        int protection = range.isSecond ? Linux.PROT_READ : READ_WRITE;
        return Protect.range(range.view, (range.address >>> SHIFT) + 1, 1, protection);
    }

    /** madvise that changes a page's advice and changes it back. */
    @Benchmark
    @Compare(peer = "adviseBelow", goals = @Goal(atMostNanosOver = 10))
    public long advise(ProcessRange range) {
        range.isSecond = !range.isSecond;
        int advice = range.isSecond ? Linux.MADV_RANDOM : Linux.MADV_NORMAL;
        return range.done(range.calls.call(Linux.SYS_madvise, range.address + PAGE_BYTES, PAGE_BYTES, advice, 0, 0, 0));
    }

    /** The same, below. */
    @Benchmark
    public int adviseBelow(ProcessRange range) {
        range.isSecond = !range.isSecond;
        int set = range.isSecond ? Attributes.RANDOM : 0;
        return Advise.attribute(range.view, (range.address >>> SHIFT) + 1, 1, Attributes.ACCESS_MASK, set, false);
    }

    /** mmap of a page anywhere, and munmap: two calls. */
    @Benchmark
    @Compare(peer = "mapBelow", goals = @Goal(atMostNanosOver = 20))
    public long map(ProcessRange range) {
        long mapped = range.done(range.calls.call(
                Linux.SYS_mmap, 0, PAGE_BYTES, READ_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0));
        return range.done(range.calls.call(Linux.SYS_munmap, mapped, PAGE_BYTES, 0, 0, 0, 0));
    }

    /** The same, below. */
    @Benchmark
    public int mapBelow(ProcessRange range) {
        long page = Map.anonymous(range.view, Map.Where.ANYWHERE, 0, 1, READ_WRITE, 0, false);
        return Unmap.range(range.view, page, 1);
    }

    /** mincore of a page. */
    @Benchmark
    @Compare(peer = "residencyBelow", goals = @Goal(atMostNanosOver = 10))
    public long residency(ProcessRange range) {
        return range.done(
                range.calls.call(Linux.SYS_mincore, range.address + PAGE_BYTES, PAGE_BYTES, range.address, 0, 0, 0));
    }

    /**
     * The same, below: the look, and the byte that is stored. Behind a call, as the other is: put into the loop of the benchmark, the two epochs take longer than with every
     * check of mincore around them.
     */
    @Benchmark
    public int residencyBelow(ProcessRange range) {
        return lookAndStore(range.view, (range.address >>> SHIFT) + 1, range.address);
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private static int lookAndStore(View view, long page, long vector) {
        int residency = Residency.of(view, page);
        view.store(vector, 1, residency);
        return residency;
    }
}

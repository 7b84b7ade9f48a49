package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs, in nanoseconds, to read from a file that is in memory, whole: 4 KiB of a page that is as likely as any other, and 8 bytes of 4 MiB of
 * pages that are used all the time.
 *
 * <p>Ours is pread into an array of the program that embeds the kernel, as a storage engine in the same JVM would make it; all threads share one
 * descriptor, as they share the channel beside it. The peers are a map of the host's file, copied into such an array; a channel that reads into a direct
 * buffer; and a cache of direct buffers, copied from.
 */
@BenchGroup(
        value = "pagecache",
        about = "reads and writes of files through the page cache, beside the host's and a cache of buffers")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheBench {
    private static final int RUN = 64;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** 4 KiB at random. */
    @Benchmark
    @Compare(
            peer = {"read4KMapped", "read4KChannel", "read4KCaffeine"},
            goals = {
                @Goal(atMostTimesPeer = 1),
                @Goal(peer = 2, timesFaster = 1.5),
                @Goal(threads = 2, timesOneThread = 1.9)
            })
    public long read4K(FileUser.OfWhole user, PageChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.shared, choice.page, choice.nextPage()));
    }

    /** The same through a kept cursor. */
    @Benchmark
    @Compare(
            peer = "read4KMapped",
            goals = {@Goal(atMostTimesPeer = 1), @Goal(threads = 2, timesOneThread = 1.9)})
    public byte[] cursor4K(FileUser.OfWhole user, PageChoice choice) {
        user.cursor.get(choice.nextPage(), choice.page, 0, HostMemory.PAGE_BYTES);
        return choice.page;
    }

    /** The same with a descriptor of the thread's own. */
    @Benchmark
    @Compare(
            peer = "read4KMapped",
            goals = {@Goal(atMostTimesPeer = 1), @Goal(threads = 2, timesOneThread = 1.9)})
    public long read4KOwn(FileUser.OfWhole user, PageChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.own, choice.page, choice.nextPage()));
    }

    /** The same from a map of the host's. */
    @Benchmark
    public byte[] read4KMapped(HostFile file, PageChoice choice) {
        MemorySegment.copy(
                file.mapped, ValueLayout.JAVA_BYTE, choice.nextPage(), choice.page, 0, HostMemory.PAGE_BYTES);
        return choice.page;
    }

    /** The same from a channel. */
    @Benchmark
    public ByteBuffer read4KChannel(HostFile file, PageChoice choice) throws IOException {
        return BenchFile.fill(file.channel, choice.direct, choice.nextPage());
    }

    /** The same from a cache of buffers. */
    @Benchmark
    public byte[] read4KCaffeine(CaffeineFile file, PageChoice choice) {
        file.at(choice.nextPage()).get(0, choice.page);
        return choice.page;
    }

    /** 8 bytes of a hot page. */
    @Benchmark
    @Compare(
            peer = {"read8Mapped", "read8Channel", "read8Caffeine"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long read8(FileUser.OfWhole user, PageChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.shared, choice.word, choice.nextHotWord()));
    }

    /** The same with a load from a map of the file. */
    @Benchmark
    @Compare(
            peer = {"read8Mapped", "read8Channel", "read8Caffeine"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long load8(FileUser.OfWhole user, PageChoice choice) {
        return user.view.load(user.address + choice.nextHotWord(), Long.BYTES);
    }

    /** The same through a kept cursor. */
    @Benchmark
    @Compare(
            peer = {"read8Mapped", "read8Channel", "read8Caffeine"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long cursor8(FileUser.OfWhole user, PageChoice choice) {
        return user.cursor.getLong(choice.nextHotWord());
    }

    /** The same, {@value #RUN} gets of a cursor in one epoch. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    @Compare(
            peer = {"read8Mapped", "read8Channel", "read8Caffeine"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long cursor8Runs(FileUser.OfWhole user, PageChoice choice) {
        return user.sumInRun(choice, RUN);
    }

    /** The same with a load from a map of the host's. */
    @Benchmark
    public long read8Mapped(HostFile file, PageChoice choice) {
        return file.mapped.get(LONG, choice.nextHotWord());
    }

    /** The same from a channel. */
    @Benchmark
    public ByteBuffer read8Channel(HostFile file, PageChoice choice) throws IOException {
        return BenchFile.fill(file.channel, choice.directWord, choice.nextHotWord());
    }

    /** The same from a cache of buffers. */
    @Benchmark
    public long read8Caffeine(CaffeineFile file, PageChoice choice) {
        long offset = choice.nextHotWord();
        return file.at(offset).order(ByteOrder.nativeOrder()).getLong((int) (offset % HostMemory.PAGE_BYTES));
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs, in nanoseconds, to read 4 KiB of a file that is four times as large as the cache, pages being chosen by Zipf's law, and to find room for
 * what was missed.
 *
 * <p>A cache of buffers has room for as many pages, and the channel the whole memory of the host: its time is that of a cache that misses nothing.
 */
@BenchGroup("pagecache")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1000, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheMisses {
    /** 4 KiB by Zipf's law. */
    @Benchmark
    @Compare(peer = {"zipf4KCaffeine", "zipf4KChannel"})
    public long zipf4K(FileUser.OfQuarter user, PageChoice buffers, ZipfChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.shared, buffers.page, choice.nextPage()));
    }

    /** The same from a cache of buffers. */
    @Benchmark
    public byte[] zipf4KCaffeine(CaffeineFile.Quarter file, PageChoice buffers, ZipfChoice choice) {
        file.at(choice.nextPage()).get(0, buffers.page);
        return buffers.page;
    }

    /** The same from a channel. */
    @Benchmark
    public ByteBuffer zipf4KChannel(HostFile file, PageChoice buffers, ZipfChoice choice) throws IOException {
        return BenchFile.fill(file.channel, buffers.direct, choice.nextPage());
    }
}

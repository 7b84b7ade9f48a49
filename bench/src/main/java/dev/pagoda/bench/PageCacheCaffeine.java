package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The peer of {@link PageCacheBench} and {@link PageCacheHot} that has a copy of the file of its own: in a JVM of its own, since what it keeps, beside all of ours, would drive it out of the caches
 * of translations, which made it five times slower.
 */
@BenchGroup("pagecache")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheCaffeine {
    /** 4 KiB at random from a cache of buffers. */
    @Benchmark
    public byte[] read4K(CaffeineFile file, PageChoice choice) {
        file.at(choice.nextPage()).get(0, choice.page);
        return choice.page;
    }

    /** 8 bytes of a hot page from a cache of buffers. */
    @Benchmark
    public long read8(CaffeineFile file, PageChoice choice) {
        long offset = choice.nextHotWord();
        return file.at(offset).order(ByteOrder.nativeOrder()).getLong((int) (offset % HostMemory.PAGE_BYTES));
    }
}

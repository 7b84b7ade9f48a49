package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * What it costs, in nanoseconds for a page, to write pages at random places of a file that is in memory and to have the device keep each hundred of them,
 * as a database does with what a few transactions changed.
 */
@BenchGroup("pagecache")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1000, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheWrites {
    private static final int PAGES = 100;

    /** A hundred pages, fsync. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare(peer = "writeSyncChannel", goals = @Goal(atMostTimesPeer = 1))
    public long writeSync(FileUser.OfWhole user, PageChoice choice) {
        for (int i = 0; i < PAGES; i++) {
            PagedFile.done(user.calls, user.calls.pwriteFrom(user.shared, choice.page, choice.nextPage()));
        }
        return PagedFile.done(user.calls, user.calls.fsync(user.shared));
    }

    /** The same through a channel. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void writeSyncChannel(HostFile file, PageChoice choice) throws IOException {
        for (int i = 0; i < PAGES; i++) {
            ByteBuffer page = choice.direct.clear();
            long offset = choice.nextPage();
            while (page.hasRemaining()) {
                file.channel.write(page, offset + page.position());
            }
        }
        file.channel.force(true);
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.AccessRun;
import java.io.IOException;
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
 * What it costs, in nanoseconds, to read from a file that is in memory, whole, beside Neo4j's page cache: 4 KiB of a page that is as likely as any other, and 8
 * bytes of 4 MiB of pages that are used all the time.
 *
 * <p>Neo4j's is used in its cheapest form: a thread keeps its cursor and moves it to the page. Ours are a call of the program that embeds the kernel, loads
 * from a map and gets of a kept cursor, each by itself or in runs. Only the profile {@code neo4j} builds this: Neo4j is licensed under the GPL and no part of anything that is shipped.
 */
@BenchGroup(
        value = "neo4j",
        about = "reads of files through the page cache, beside Neo4j's; only in a build with the profile neo4j")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheNeo4j {
    private static final int RUN = 64;

    /** 4 KiB at random. */
    @Benchmark
    @Compare(peer = "read4KNeo4j")
    public long read4K(FileUser.OfWhole user, PageChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.shared, choice.page, choice.nextPage()));
    }

    /** The same through a cursor. */
    @Benchmark
    @Compare(peer = "read4KNeo4j")
    public byte[] cursor4K(FileUser.OfWhole user, PageChoice choice) {
        user.cursor.get(choice.nextPage(), choice.page, 0, HostMemory.PAGE_BYTES);
        return choice.page;
    }

    /** The same through Neo4j's. */
    @Benchmark
    public byte[] read4KNeo4j(Neo4jFile.Reader reader, PageChoice choice) throws IOException {
        Neo4jFile.page(reader.cursor, choice.nextPage() / HostMemory.PAGE_BYTES, choice.page);
        return choice.page;
    }

    /** 8 bytes of a hot page. */
    @Benchmark
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long read8(FileUser.OfWhole user, PageChoice choice) {
        return PagedFile.done(user.calls, user.calls.preadInto(user.shared, choice.word, choice.nextHotWord()));
    }

    /** The same with a load from a map of the file. */
    @Benchmark
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long load8(FileUser.OfWhole user, PageChoice choice) {
        return user.view.load(user.address + choice.nextHotWord(), Long.BYTES);
    }

    /** The same, {@value #RUN} loads in one epoch. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long load8Runs(FileUser.OfWhole user, PageChoice choice) {
        AccessRun run = user.view.run();
        long sum = 0;
        run.begin();
        try {
            for (int i = 0; i < RUN; i++) {
                sum += run.load(user.address + choice.nextHotWord(), Long.BYTES);
            }
        } finally {
            run.end();
        }
        return sum;
    }

    /** The same through a cursor. */
    @Benchmark
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long cursor8(FileUser.OfWhole user, PageChoice choice) {
        return user.cursor.getLong(choice.nextHotWord());
    }

    /** The same, {@value #RUN} gets of a cursor in one epoch. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long cursor8Runs(FileUser.OfWhole user, PageChoice choice) {
        return user.sumInRun(choice, RUN);
    }

    /** The same through Neo4j's. */
    @Benchmark
    public long read8Neo4j(Neo4jFile.Reader reader, PageChoice choice) throws IOException {
        long offset = choice.nextHotWord();
        return Neo4jFile.word(reader.cursor, offset / HostMemory.PAGE_BYTES, (int) (offset % HostMemory.PAGE_BYTES));
    }
}

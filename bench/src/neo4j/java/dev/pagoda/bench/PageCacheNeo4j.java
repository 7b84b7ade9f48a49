package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What it costs, in nanoseconds, to read 4 KiB of a page that is as likely as any other from a file that is in memory, whole, beside Neo4j's page cache, by turns in the same JVM.
 *
 * <p>Neo4j's is used in its cheapest form: a thread keeps its cursor and moves it to the page. Ours are a call of the program that embeds the kernel and a kept cursor. Only the profile {@code neo4j} builds this: Neo4j is licensed under the GPL and no part of anything that is shipped.
 */
@BenchGroup(
        value = "neo4j",
        about = "reads of files through the page cache, beside Neo4j's; only in a build with the profile neo4j")
public class PageCacheNeo4j extends ByTurns {
    private static final int PAGES = CachedReads.PAGES;

    private FileUser user;
    private CachedReads reads;
    private Neo4jFile.Reader reader;
    private PageChoice choice;

    /** Takes what is read from. */
    @Setup(Level.Trial)
    public void begin(
            FileUser.OfWhole ours,
            Neo4jFile.Reader theirs,
            PageChoice pages,
            ThreadParams thread) {
        user = ours;
        reads = new CachedReads(ours, pages);
        reader = theirs;
        choice = pages;
        start(thread);
    }

    /** 4 KiB at random. */
    @InTurn(operations = PAGES)
    @Compare(peer = "read4KNeo4j")
    public long read4K() {
        return reads.pages(user.shared);
    }

    /** The same through a cursor. */
    @InTurn(operations = PAGES)
    @Compare(peer = "read4KNeo4j")
    public long cursor4K() {
        return reads.pagesByCursor();
    }

    /** The same through Neo4j's. */
    @InTurn(operations = PAGES)
    public long read4KNeo4j() throws IOException {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            Neo4jFile.page(reader.cursor, choice.nextPage() / HostMemory.PAGE_BYTES, choice.page);
            sum += choice.page[i];
        }
        return sum;
    }
}

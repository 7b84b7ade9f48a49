package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What it costs, in nanoseconds, to read 8 bytes of 4 MiB of pages that are used all the time, beside Neo4j's page cache, by turns in the same JVM: as in {@link PageCacheNeo4j}, and by loads from a map, each by itself or in runs.
 */
@BenchGroup("neo4j")
public class PageCacheNeo4jHot extends ByTurns {
    private static final int WORDS = CachedReads.WORDS;

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

    /** 8 bytes of a hot page. */
    @InTurn(operations = WORDS)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long read8() {
        return reads.words(user.shared);
    }

    /** The same with a load from a map of the file. */
    @InTurn(operations = WORDS)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long load8() {
        return reads.wordsByLoad();
    }

    /** The same, {@value CachedReads#RUN} loads in one epoch. */
    @InTurn(operations = WORDS)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long load8Runs() {
        return reads.wordsByLoadInRuns();
    }

    /** The same through a cursor. */
    @InTurn(operations = WORDS)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long cursor8() {
        return reads.wordsByCursor();
    }

    /** The same, {@value CachedReads#RUN} gets of a cursor in one epoch. */
    @InTurn(operations = WORDS)
    @Compare(peer = "read8Neo4j", goals = @Goal(timesFaster = 2))
    public long cursor8Runs() {
        return reads.wordsByCursorInRuns();
    }

    /** The same through Neo4j's. */
    @InTurn(operations = WORDS)
    public long read8Neo4j() throws IOException {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            long offset = choice.nextHotWord();
            sum += Neo4jFile.word(
                    reader.cursor, offset / HostMemory.PAGE_BYTES, (int) (offset % HostMemory.PAGE_BYTES));
        }
        return sum;
    }
}

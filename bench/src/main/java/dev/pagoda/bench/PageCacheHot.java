package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What it costs, in nanoseconds, to read 8 bytes of 4 MiB of pages that are used all the time, from a file that is in memory, whole; beside the same peers as in
 * {@link PageCacheBench}, by turns in the same JVM. Reads of other pages would drive these out of the caches, and are measured elsewhere.
 */
@BenchGroup("pagecache")
public class PageCacheHot extends ByTurns {
    private static final int PAGES = CachedReads.PAGES;
    private static final int WORDS = CachedReads.WORDS;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private FileUser user;
    private CachedReads reads;
    private HostFile file;
    private ThreeLines lines;
    private PageChoice choice;

    /** Takes what is read from. */
    @Setup(Level.Trial)
    public void begin(
            FileUser.OfWhole ours, HostFile hosts, ThreeLines yardstick, PageChoice pages, ThreadParams thread) {
        user = ours;
        file = hosts;
        lines = yardstick;
        choice = pages;
        reads = new CachedReads(ours, pages);
        start(thread);
    }

    /** 8 bytes of a hot page. */
    @InTurn(operations = WORDS)
    @Compare(
            peer = {"read8Mapped", "read8Channel", "PageCacheCaffeine.read8"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long read8() {
        return reads.words(user.shared);
    }

    /** The same with a load from a map of the file. */
    @InTurn(operations = WORDS)
    @Compare(
            peer = {"read8Mapped", "read8Channel", "PageCacheCaffeine.read8", "read8Lines"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long load8() {
        return reads.wordsByLoad();
    }

    /** The same through a kept cursor. */
    @InTurn(operations = WORDS)
    @Compare(
            peer = {"read8Mapped", "read8Channel", "PageCacheCaffeine.read8", "read8Lines"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long cursor8() {
        return reads.wordsByCursor();
    }

    /** The same, {@value CachedReads#RUN} gets of a cursor in one epoch. */
    @InTurn(operations = WORDS)
    @Compare(
            peer = {"read8Mapped", "read8Channel", "PageCacheCaffeine.read8", "read8Lines"},
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public long cursor8Runs() {
        return reads.wordsByCursorInRuns();
    }

    /** The same with a load from a map of the host's. */
    @InTurn(operations = WORDS)
    public long read8Mapped() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += file.mapped.get(LONG, choice.nextHotWord());
        }
        return sum;
    }

    /** The three places in memory that a look-up has to read, and no look-up. */
    @InTurn(operations = WORDS)
    public long read8Lines() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += lines.read(choice.nextHotWord());
        }
        return sum;
    }

    /** The same from a channel. */
    @InTurn(operations = PAGES)
    public long read8Channel() throws IOException {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            sum += BenchFile.fill(file.channel, choice.directWord, choice.nextHotWord())
                    .get(0);
        }
        return sum;
    }
}

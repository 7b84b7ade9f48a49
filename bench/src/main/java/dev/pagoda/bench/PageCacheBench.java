package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What it costs, in nanoseconds, to read 4 KiB of a page that is as likely as any other from a file that is in memory, whole.
 *
 * <p>Ours is pread into an array of the program that embeds the kernel, as a storage engine in the same JVM would make it; all threads share one
 * descriptor, as they share the channel beside it. The peers are a map of the host's file, copied into such an array; a channel that reads into a direct
 * buffer; and a cache of direct buffers, copied from. All but the last are measured by turns in the same JVM.
 */
@BenchGroup(
        value = "pagecache",
        about = "reads and writes of files through the page cache, beside the host's and a cache of buffers")
public class PageCacheBench extends ByTurns {
    private static final int PAGES = CachedReads.PAGES;

    private FileUser user;
    private CachedReads reads;
    private HostFile file;
    private PageChoice choice;

    /** Takes what is read from. */
    @Setup(Level.Trial)
    public void begin(FileUser.OfWhole ours, HostFile hosts, PageChoice pages, ThreadParams thread) {
        user = ours;
        file = hosts;
        choice = pages;
        reads = new CachedReads(ours, pages);
        start(thread);
    }

    /** 4 KiB at random. */
    @InTurn(operations = PAGES)
    @Compare(
            peer = {"read4KMapped", "read4KChannel", "PageCacheCaffeine.read4K"},
            goals = {
                @Goal(atMostTimesPeer = 1),
                @Goal(peer = 2, timesFaster = 1.5),
                @Goal(threads = 2, timesOneThread = 1.9)
            })
    public long read4K() {
        return reads.pages(user.shared);
    }

    /** The same through a kept cursor. */
    @InTurn(operations = PAGES)
    @Compare(
            peer = "read4KMapped",
            goals = {@Goal(atMostTimesPeer = 1), @Goal(threads = 2, timesOneThread = 1.9)})
    public long cursor4K() {
        return reads.pagesByCursor();
    }

    /** The same with a descriptor of the thread's own. */
    @InTurn(operations = PAGES)
    @Compare(
            peer = "read4KMapped",
            goals = {@Goal(atMostTimesPeer = 1), @Goal(threads = 2, timesOneThread = 1.9)})
    public long read4KOwn() {
        return reads.pages(user.own);
    }

    /** The same from a map of the host's. */
    @InTurn(operations = PAGES)
    public long read4KMapped() {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            MemorySegment.copy(
                    file.mapped, ValueLayout.JAVA_BYTE, choice.nextPage(), choice.page, 0, HostMemory.PAGE_BYTES);
            sum += choice.page[i];
        }
        return sum;
    }

    /** The same from a channel. */
    @InTurn(operations = PAGES)
    public long read4KChannel() throws IOException {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            sum += BenchFile.fill(file.channel, choice.direct, choice.nextPage())
                    .get(i);
        }
        return sum;
    }
}

package dev.pagoda.bench;

import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread's choice of pages of a file, each as likely as any other, or of words in the few pages of a hot set; and buffers for what is read there. */
@State(Scope.Thread)
public class PageChoice {
    /** The parameter that says how large the file is. */
    static final String MEBIBYTES = "mebibytes";

    private static final int HOT_PAGES = 1024;
    private static final int PAGE_WORDS = HostMemory.PAGE_BYTES / Long.BYTES;

    /** Room for a page. */
    final byte[] page = new byte[HostMemory.PAGE_BYTES];
    /** Room for a word. */
    final byte[] word = new byte[Long.BYTES];
    /** Room for a page outside of the heap, as a channel needs it. */
    final ByteBuffer direct = ByteBuffer.allocateDirect(HostMemory.PAGE_BYTES);
    /** Room for a word outside of the heap. */
    final ByteBuffer directWord = ByteBuffer.allocateDirect(Long.BYTES);

    private RandomPlaces all;
    private RandomPlaces hot;
    /**
     * Numbers of the hot pages, the same for all threads: one somewhere in each part of the file. At equal distances, a power of two, they would share a few sets of every cache and of the TLB, which no program's pages do.
     */
    private final int[] hotPages = new int[HOT_PAGES];

    /** Each thread has sequences of its own. */
    @Setup(Level.Trial)
    public void begin(ThreadParams thread, BenchmarkParams params) {
        int pages = pages(params);
        all = new RandomPlaces(pages, thread.getThreadIndex());
        hot = new RandomPlaces(HOT_PAGES * PAGE_WORDS, thread.getThreadIndex());
        RandomPlaces choice = new RandomPlaces(pages / HOT_PAGES, -2);
        for (int i = 0; i < HOT_PAGES; i++) {
            hotPages[i] = i * (pages / HOT_PAGES) + choice.next();
        }
    }

    /** Pages of the file that a benchmark runs on. */
    static int pages(BenchmarkParams params) {
        return Integer.parseInt(params.getParam(MEBIBYTES)) << 20 - 12;
    }

    /** Where the next page begins. */
    long nextPage() {
        return (long) all.next() * HostMemory.PAGE_BYTES;
    }

    /** Where the next word of the hot pages lies, which are spread over the file. */
    long nextHotWord() {
        int place = hot.next();
        return (long) hotPages[place / PAGE_WORDS] * HostMemory.PAGE_BYTES + place % PAGE_WORDS * Long.BYTES;
    }
}

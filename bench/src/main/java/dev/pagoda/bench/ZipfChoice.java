package dev.pagoda.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread's choice of pages of a file by Zipf's law, with skew 0.9, as among keys of a database; the popular ones are spread over the file. */
@State(Scope.Thread)
public class ZipfChoice {
    private static final double SKEW = 0.9;
    private static final int DRAWS = 1 << 20;
    /** Odd, so that among a power of two of pages no two ranks have the same. */
    private static final int SPREAD = 0x9E3779B1;
    /** How often the cache is filled before anything is measured. */
    private static final int WARMING_TIMES = 2;

    private static final int WARMING_SEED = -1;

    private int[] draws;
    private int next;

    /** Each thread has a sequence of its own. */
    @Setup(Level.Trial)
    public void begin(ThreadParams thread, BenchmarkParams params) {
        draws = draw(PageChoice.pages(params), DRAWS, thread.getThreadIndex());
    }

    /** Where the next page begins. */
    long nextPage() {
        next = next + 1 & DRAWS - 1;
        return (long) draws[next] * HostMemory.PAGE_BYTES;
    }

    /** Has pages used as the benchmark will use them, until a cache that holds a part of them is full. */
    static void warm(int pages, int part, LongConsumer use) {
        for (int page : draw(pages, WARMING_TIMES * pages / part, WARMING_SEED)) {
            use.accept((long) page * HostMemory.PAGE_BYTES);
        }
    }

    private static int[] draw(int pages, int count, int seed) {
        double[] sums = new double[pages];
        double sum = 0;
        for (int i = 0; i < pages; i++) {
            sum += 1 / Math.pow(i + 1, SKEW);
            sums[i] = sum;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            int at = Arrays.binarySearch(sums, random.nextDouble(sum));
            drawn[i] = (at < 0 ? -at - 1 : at) * SPREAD & pages - 1;
        }
        return drawn;
    }
}

package dev.pagoda.bench.replacement;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What to drive with where nothing was recorded: the same at every run. */
public final class MadeTraces {
    /** Of all that is random in them. */
    public static final long SEED = 20_250_513;

    private static final int BLOCKS = 10_000;
    private static final int USES = 100_000;
    private static final double SKEW = 0.9;
    private static final int SCAN_EVERY = 20_000;
    private static final int SCAN = 4_000;

    private MadeTraces() {}

    /** A loop, Zipf's law, the same with scans of blocks that never come back, and a loop and Zipf by turns at random. */
    public static List<BlockTrace> all() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] sums = new double[BLOCKS];
        double sum = 0;
        for (int i = 0; i < BLOCKS; i++) {
            sum += 1 / Math.pow(i + 1, SKEW);
            sums[i] = sum;
        }
        long[] loop = new long[USES];
        long[] zipf = new long[USES];
        long[] scans = new long[USES];
        long[] mixed = new long[USES];
        int inLoop = 0;
        for (int i = 0; i < USES; i++) {
            loop[i] = i % BLOCKS;
            zipf[i] = draw(random, sums);
            scans[i] = i % SCAN_EVERY < SCAN ? BLOCKS + i : draw(random, sums);
            mixed[i] = random.nextBoolean() ? BLOCKS + inLoop++ % BLOCKS : draw(random, sums);
        }
        return List.of(
                new BlockTrace("made-loop", loop),
                new BlockTrace("made-zipf", zipf),
                new BlockTrace("made-scans", scans),
                new BlockTrace("made-mixed", mixed));
    }

    private static long draw(SplittableRandom random, double[] sums) {
        int at = Arrays.binarySearch(sums, random.nextDouble(sums[sums.length - 1]));
        return at < 0 ? -at - 1 : at;
    }
}

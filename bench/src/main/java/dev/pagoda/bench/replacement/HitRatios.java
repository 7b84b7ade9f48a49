package dev.pagoda.bench.replacement;

/**
 * Hits of each policy in a hundred uses, for one trace and one size.
 *
 * @param trace its name
 * @param percent the size, of the distinct blocks
 * @param capacity the same in blocks
 * @param ours the cache's own replacement
 * @param lru the least recently used leaves
 * @param s3Fifo S3-FIFO as its paper has it
 * @param tinyLfu Caffeine
 * @param optimum Belady's
 */
public record HitRatios(
        String trace,
        int percent,
        int capacity,
        double ours,
        double lru,
        double s3Fifo,
        double tinyLfu,
        double optimum) {
    /** Points that ours may be below the best of the peers. */
    public static final double GOAL = 0.5;

    private static final double PERCENT = 100;

    /**
     * Drives every policy with a trace.
     *
     * @param trace what to use
     * @param percent size of the cache, of the distinct blocks; at least one block is taken
     * @param cpus for how many CPUs the cache's own is sharded
     * @return the hits
     */
    public static HitRatios of(BlockTrace trace, int percent, int cpus) {
        int blocks = trace.blocks();
        int capacity = Math.max(1, (int) ((long) blocks * percent / 100));
        return new HitRatios(
                trace.name(),
                percent,
                capacity,
                ratio(new Ours(blocks, capacity, cpus), trace),
                ratio(new Lru(capacity), trace),
                ratio(new S3Fifo(blocks, capacity), trace),
                ratio(new TinyLfu(capacity), trace),
                ratio(new Optimum(trace.uses(), blocks, capacity), trace));
    }

    private static double ratio(Policy policy, BlockTrace trace) {
        long hits = 0;
        for (int block : trace.uses()) {
            hits += policy.use(block) ? 1 : 0;
        }
        return PERCENT * hits / trace.length();
    }

    /** The most hits of the three peers. */
    public double best() {
        return Math.max(lru, Math.max(s3Fifo, tinyLfu));
    }

    /** Who has them. */
    public String bestName() {
        if (lru == best()) {
            return "LRU";
        }
        return s3Fifo == best() ? "S3-FIFO" : "W-TinyLFU";
    }

    /** Points that ours is above the best, negative if below. */
    public double distance() {
        return ours - best();
    }

    /** Whether ours is no more than {@link #GOAL} below the best. */
    public boolean isNear() {
        return distance() >= -GOAL;
    }
}

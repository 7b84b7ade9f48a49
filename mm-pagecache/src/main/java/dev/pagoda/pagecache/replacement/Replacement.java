package dev.pagoda.pagecache.replacement;

/**
 * Pages of a cache, spread over shards by hash, and which of them leaves next: scan-resistant, told of misses only.
 *
 * <p>For whoever owns the pages: a miss calls {@link #admit}, which first has a page leave if the shard is full. Never more pages than were asked
 * for. Each shard has a monitor, held for moves in arrays; whoever misses in other shards does not meet it. Thread-safe. Some 16 bytes for each page
 * of the bound: 8 for its place in a queue and 4 for each of two ghosts, 0.4 % of 4 KiB.
 */
public final class Replacement {
    /** Fewer pages than this to a shard, and chance decides too much which shard is full. */
    private static final int LEAST_IN_SHARD = 1024;
    /** Answer of {@link #admit}: nothing left. */
    public static final int NONE = -1;

    private static final int SHARDS_A_CPU = 4;

    private final Shard[] shards;

    /**
     * Starts empty.
     *
     * @param residents keeps the accessed bits
     * @param bound most pages, at least 1
     * @param cpus CPUs that may miss at the same time
     */
    public Replacement(Residents residents, int bound, int cpus) {
        if (bound < 1 || cpus < 1) {
            throw new IllegalArgumentException(
                    "a bound of " + bound + " pages for " + cpus + " CPUs; both must be at least 1");
        }
        int count = Math.clamp(Integer.highestOneBit(bound / LEAST_IN_SHARD), 1, SHARDS_A_CPU * cpus);
        shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(residents, bound / count + (i < bound % count ? 1 : 0));
        }
    }

    /**
     * Takes a page in that was not here.
     *
     * @param page any number of the owner's that no page here has
     * @param hash well spread over 64 bits, the same whenever this content comes again
     * @return the page that left for it, or {@link #NONE}
     */
    public int admit(int page, long hash) {
        Shard shard = shards[(int) Long.remainderUnsigned(hash & 0xffff_ffffL, shards.length)];
        synchronized (shard) {
            int left = shard.size() == shard.capacity() ? shard.evict() : NONE;
            shard.admit(page, hash);
            return left;
        }
    }

    /** Pages now; exact if nobody changes it meanwhile. */
    public int pages() {
        int sum = 0;
        for (Shard shard : shards) {
            synchronized (shard) {
                sum += shard.size();
            }
        }
        return sum;
    }

    /** Shards, among which the pages are spread. */
    public int shards() {
        return shards.length;
    }

    /** Bytes of all queues and ghosts, without the headers of some arrays. */
    public long bytes() {
        long sum = 0;
        for (Shard shard : shards) {
            sum += shard.bytes();
        }
        return sum;
    }
}

package dev.pagoda.pagecache.replacement;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Pages of a cache, spread over shards by hash, and which of them leaves next: scan-resistant, told of misses only. Whether a page was used is asked when the hand comes to it.
 *
 * <p>For whoever owns the pages. A miss calls {@link #admit}; who needs room calls {@link #evict}, and puts back what could not go. It holds nobody to a bound: that is the owner's, and
 * pages above it leave first from the shards that have most of them. A page that goes by itself needs no call: its place is found out when the hand comes to it.
 *
 * <p>Thread-safe, and hits take no part. One thread at a time changes the queues of a shard; others leave a note in the shard's inbox and go on, which is lock-free. They wait only if the inbox
 * is full, of at least 8 and up to 128 notes, and then for whoever works on the shard, who looks at each of its pages no more than some three times. Evictions take shards that nobody works on.
 *
 * <p>Some 12 bytes for each page of the bound: 4 for its place in a queue and 4 for each of two ghosts, 0.3 % of 4 KiB.
 */
public final class Replacement {
    /** Fewer pages than this to a shard, and chance decides too much which shard is full. */
    private static final int LEAST_IN_SHARD = 1024;
    /** No page, and no victim. */
    public static final int NONE = -1;
    /** The largest number that a page can have; 0 is the smallest. */
    public static final int LARGEST_PAGE = Integer.MAX_VALUE - 1;

    private static final int SHARDS_A_CPU = 4;

    private final Shard[] shards;

    /**
     * Starts empty.
     *
     * @param residents keeps the accessed bits
     * @param bound most pages, at least 1
     * @param cpus CPUs that may miss at the same time
     */
    public Replacement(Residents residents, long bound, int cpus) {
        if (bound < 1 || cpus < 1) {
            throw new IllegalArgumentException(
                    "a bound of " + bound + " pages for " + cpus + " CPUs; both must be at least 1");
        }
        int most = Math.max(SHARDS_A_CPU * cpus, Math.toIntExact((bound - 1) / Shard.MOST_PAGES + 1));
        int count = Math.clamp(Long.highestOneBit(bound / LEAST_IN_SHARD), 1, most);
        shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(residents, (int) (bound / count + (i < bound % count ? 1 : 0)));
        }
    }

    private Shard shard(long hash) {
        return shards[(int) Long.remainderUnsigned(hash & 0xffff_ffffL, shards.length)];
    }

    /**
     * Takes a page in that was not here.
     *
     * @param page any number of the owner's that no page here has
     * @param hash well spread over 64 bits, the same whenever this content comes again
     */
    public void admit(int page, long hash) {
        shard(hash).admit(page, hash);
    }

    /**
     * Takes pages out that are to leave, fewer if there are no more or others are looking for some where they are. Nobody else is given them until they are put back.
     *
     * @param victims where they go, each for {@link #page}
     * @param wanted how many, at most as many as there is room for
     * @return how many there are
     */
    public int evict(int[] victims, int wanted) {
        int count = 0;
        for (int i = 0; i < shards.length && count < wanted; i++) {
            if (shards[i].setAside() > 0) {
                count += evict(shards[i], victims, count, wanted - count, true);
            }
        }
        int share = (wanted + shards.length - 1) / shards.length;
        long passed = 0;
        for (int at = fullest(passed); count < wanted && at != NONE; at = fullest(passed)) {
            int most = Math.min(share, wanted - count);
            int taken = evict(shards[at], victims, count, most, false);
            count += taken;
            passed |= taken < most ? 1L << at : 0;
        }
        return count;
    }

    /**
     * As {@link #evict(int[], int)}, but as many from each shard, however full it is: who has found nothing that can go where most is looks everywhere. Begins at any shard.
     */
    public int evictEverywhere(int[] victims, int wanted) {
        int share = (wanted + shards.length - 1) / shards.length;
        int first = ThreadLocalRandom.current().nextInt(shards.length);
        int count = 0;
        for (int i = 0; i < shards.length && count < wanted; i++) {
            Shard shard = shards[(first + i) % shards.length];
            count += evict(shard, victims, count, Math.min(share, wanted - count), false);
        }
        return count;
    }

    private static int evict(Shard shard, int[] victims, int from, int wanted, boolean asideOnly) {
        if (!shard.tryBegin()) {
            return 0;
        }
        try {
            return shard.evict(victims, from, wanted, asideOnly);
        } finally {
            shard.end();
        }
    }

    /** The shard that has most above its share, those left out that were passed over (of more than 64, the same of each 64). */
    private int fullest(long passed) {
        int found = NONE;
        for (int i = 0; i < shards.length; i++) {
            boolean open = (passed >>> i & 1) == 0;
            if (open && (found == NONE || shards[i].excess() > shards[found].excess())) {
                found = i;
            }
        }
        return found;
    }

    /** The page that a victim is. */
    public static int page(int victim) {
        return victim & Integer.MAX_VALUE;
    }

    /** Puts a victim back that cannot leave just now, being written for example: it comes again soon. */
    public void putBack(int victim, long hash) {
        shard(hash).putBack(victim, hash);
    }

    /** Puts a victim back that is needed: it counts as used. */
    public void keep(int victim, long hash) {
        shard(hash).keep(victim, hash);
    }

    /** Has a page that is here leave before others, unless it is used. */
    public void setAside(int page, long hash) {
        shard(hash).setAside(page, hash);
    }

    /** Pages now, those included that went by themselves and whose places were not come to yet; exact if nobody changes it meanwhile. */
    public long pages() {
        long sum = 0;
        for (Shard shard : shards) {
            sum += inside(shard, shard::size);
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
            sum += inside(shard, shard::bytes);
        }
        return sum;
    }

    private static long inside(Shard shard, LongSupplier what) {
        while (!shard.tryBegin()) {
            Thread.yield();
        }
        try {
            return what.getAsLong();
        } finally {
            shard.end();
        }
    }
}

package dev.pagoda.pagecache.replacement;

/**
 * Pages that left, and when they had entered: 4 bytes each, half for a fingerprint and half for the time in coarse steps.
 *
 * <p>Sets of {@link #WAYS} places; in a full set the oldest goes. A stranger is taken for a ghost once in some 8,000 questions, and a ghost for a
 * younger one after the time has gone round, 256 times the pages of the shard: both cost a page a wrong place in the queues and nothing
 * else. One thread at a time.
 */
final class Ghosts {
    private static final int WAYS = 8;
    private static final int STEPS = 256;
    private static final int STAMP_BITS = 16;
    private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;
    private static final int FINGERPRINT_SHIFT = 48;

    private final int[] places;
    private final int sets;
    private final int stepShift;

    /** With room for about so many. */
    Ghosts(int capacity) {
        sets = Math.max(1, capacity / WAYS);
        places = new int[sets * WAYS];
        stepShift = Integer.SIZE - Integer.numberOfLeadingZeros(capacity / STEPS);
    }

    /** Remembers a page. */
    void add(long hash, int stamp, int now) {
        int first = first(hash);
        int victim = first;
        int most = -1;
        for (int at = first; at < first + WAYS; at++) {
            int age = places[at] == 0 ? Integer.MAX_VALUE : age(places[at], now);
            if (age > most) {
                most = age;
                victim = at;
            }
        }
        places[victim] = fingerprint(hash) << STAMP_BITS | stamp >>> stepShift & STAMP_MASK;
    }

    /** Forgets a page; returns how long ago it had entered, rounded down to steps, or -1 if it is not remembered. */
    int take(long hash, int now) {
        int first = first(hash);
        int fingerprint = fingerprint(hash);
        for (int at = first; at < first + WAYS; at++) {
            if (places[at] >>> STAMP_BITS == fingerprint) {
                int age = age(places[at], now);
                places[at] = 0;
                return age << stepShift;
            }
        }
        return -1;
    }

    long bytes() {
        return (long) places.length * Integer.BYTES;
    }

    private int age(int place, int now) {
        return (now >>> stepShift) - place & STAMP_MASK;
    }

    private int first(long hash) {
        return (int) ((hash >>> 8 & 0x7fff_ffffL) % sets) * WAYS;
    }

    /** Never 0, which is an empty place. */
    private static int fingerprint(long hash) {
        return Math.max(1, (int) (hash >>> FINGERPRINT_SHIFT));
    }
}

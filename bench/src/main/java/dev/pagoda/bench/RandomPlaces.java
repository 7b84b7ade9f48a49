package dev.pagoda.bench;

/**
 * Places of a list, drawn at random by an xorshift generator: two nanoseconds each. Used by one thread.
 *
 * <p>What changes has a line of its own: beside another thread's, two threads that share nothing took up to twice as long as one.
 */
final class RandomPlaces {
    /** Longs that no other thread's are near: two lines, as processors fetch them in pairs. */
    private static final int LINE_LONGS = 16;

    private final int places;
    private final long[] random = new long[2 * LINE_LONGS];

    /** Draws below a number of places; each seed has a sequence of its own. */
    RandomPlaces(int places, int seed) {
        this.places = places;
        this.random[LINE_LONGS] = 0x9E3779B97F4A7C15L * (seed + 1);
    }

    /** The next place. */
    int next() {
        long x = random[LINE_LONGS];
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        random[LINE_LONGS] = x;
        return (int) ((x >>> 32) * places >>> 32);
    }
}

package dev.pagoda.bench;

/** Places of a list, drawn at random by an xorshift generator: two nanoseconds each. Used by one thread. */
final class RandomPlaces {
    private final int places;
    private long random;

    /** Draws below a number of places; each seed has a sequence of its own. */
    RandomPlaces(int places, int seed) {
        this.places = places;
        this.random = 0x9E3779B97F4A7C15L * (seed + 1);
    }

    /** The next place. */
    int next() {
        long x = random;
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        random = x;
        return (int) ((x >>> 32) * places >>> 32);
    }
}

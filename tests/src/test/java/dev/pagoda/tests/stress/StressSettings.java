package dev.pagoda.tests.stress;

/** What can be set for all stress tests on the command line. */
final class StressSettings {
    /** How long a scenario runs: {@code -Dpagoda.stress.seconds=20}. */
    static final long SECONDS = Long.getLong("pagoda.stress.seconds", 3);

    private StressSettings() {}

    /** The seed of a test, printed: {@code -Dpagoda.seed=1}. */
    static long seed(String test) {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        System.out.println(test + " seed " + seed);
        return seed;
    }
}

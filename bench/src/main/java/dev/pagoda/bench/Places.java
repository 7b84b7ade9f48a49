package dev.pagoda.bench;

/**
 * Addresses that benchmarks choose themselves, the same in the process as in the host. Nothing else lies there: the host places maps from the top
 * down and never comes so far, so what a benchmark moves away leaves a hole that stays empty.
 */
final class Places {
    private static final long FIRST = 0x2000_0000_0000L;
    private static final int THREAD_SHIFT = 34;

    private Places() {}

    /** 16 GiB for a thread. */
    static long of(int thread) {
        return FIRST + ((long) thread << THREAD_SHIFT);
    }

    /** 16 GiB for all threads. */
    static long ofAll() {
        return FIRST - (1L << THREAD_SHIFT);
    }
}

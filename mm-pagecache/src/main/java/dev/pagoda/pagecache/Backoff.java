package dev.pagoda.pagecache;

import java.util.concurrent.locks.LockSupport;

/** Waiting for a change of a word that another thread will make soon: lets others run first, and then rests between two looks. */
final class Backoff {
    /** About the time that a short read from the host's own cache takes. */
    private static final int YIELDS = 64;

    private static final long REST_NANOS = 20_000;

    private int rounds;

    /** Lets others run. Never inside an epoch. */
    void pause() {
        if (rounds < YIELDS) {
            rounds++;
            Thread.yield();
        } else {
            LockSupport.parkNanos(REST_NANOS);
        }
    }
}

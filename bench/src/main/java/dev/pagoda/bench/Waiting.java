package dev.pagoda.bench;

/** How one of two threads waits for the other. */
final class Waiting {
    private static final int SPINS = 64;

    private Waiting() {}

    /** One look later. Now and then the CPU is offered to others: on a busy machine the other thread may be waiting for just this one. */
    static void pause(int looks) {
        if (looks % SPINS == SPINS - 1) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}

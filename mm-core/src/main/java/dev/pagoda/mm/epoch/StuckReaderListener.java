package dev.pagoda.mm.epoch;

/** Told who holds up grace periods for long; set when {@link Epochs} is made. */
@FunctionalInterface
public interface StuckReaderListener {
    /**
     * Told of one participant: after it has held up a grace period for a second, again after two seconds in all, four, eight and so on, as long as anybody waits for it.
     *
     * <p>Called by a thread that waits, or that would dispose of retired memory, outside of any epoch and without a lock; by several threads at the same time for
     * different participants. Must not throw, and must not wait for retired memory.
     *
     * @param stuck who, how long, and who waits
     */
    void isStuck(StuckReader stuck);

    /** A listener that logs a warning of one line to the {@link System.Logger} named like this package. */
    static StuckReaderListener logging() {
        return stuck -> System.getLogger(StuckReaderListener.class.getPackageName())
                .log(System.Logger.Level.WARNING, stuck.toString());
    }
}

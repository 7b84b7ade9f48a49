package dev.pagoda.tests.stopped;

/**
 * Two operations that meet, and what must be true afterwards. {@link StoppedRaces} stops the first before each access of memory that others may see, and has the second
 * carried out then, as far as it does not wait for the first. One instance for each stop, loaded by {@link StoppingLoader}; its constructor makes the start.
 */
public interface StoppedRace {
    /** At how many points, from the first, the thread is stopped at most. */
    default int points() {
        return Integer.MAX_VALUE;
    }

    /** By the thread that is stopped. */
    void stopped() throws Exception;

    /** By another, meanwhile; that which waits for nobody. */
    void meanwhile() throws Exception;

    /** By a third, after that: it may wait until the stopped one goes on. */
    default void waiting() throws Exception {}

    /** Whether they met, when all have ended, in the way that the race is for; false tells only that this stop showed nothing. */
    default boolean isMet() {
        return true;
    }

    /** Looks when all have ended; throws an AssertionError if something is wrong. */
    void check() throws Exception;

    /** Gives the memory back, when all was right. */
    void close();
}

package dev.pagoda.runtime.stress;

/**
 * What is known of the size of a file that several threads make longer and shorter: two bounds, in bytes. Who changes it says so before and after; who sets it takes turns
 * with others that do, so that of two sizes that are set the second holds. Thread-safe.
 */
final class FileSize {
    /** What each worker is about to write up to; 0 if nothing. */
    private final long[] writing;
    /** Raised when a size is being set and when it is. */
    private long settings;

    private boolean isBeingSet;
    /** How far writes go that were under way since the size began to be set. */
    private long writtenMeanwhile;

    private long least;
    private long most;
    private long growths;
    /** What a sync has made the least. */
    private long durableLeast;

    FileSize(int workers) {
        writing = new long[workers];
    }

    /**
     * What was known at one moment.
     *
     * @param least the file is at least so long
     * @param most and at most so long
     * @param settings which setting of the size came last
     * @param growths how often something began to make it longer
     * @param stable whether no size is just being set
     */
    record Known(long least, long most, long settings, long growths, boolean stable) {
        /** Whether the file was not set to a size between two moments, of which this is the first. */
        boolean isStableUntil(Known later) {
            return stable && settings == later.settings;
        }
    }

    synchronized Known known() {
        return new Known(least, most, settings, growths, !isBeingSet);
    }

    /** A worker is about to write up to there. */
    synchronized Known beginWrite(int worker, long end) {
        writing[worker] = end;
        writtenMeanwhile = Math.max(writtenMeanwhile, end);
        growths += end > most ? 1 : 0;
        most = Math.max(most, end);
        return known();
    }

    /** He has written up to there; 0 if nothing. */
    synchronized void endWrite(int worker, Known before, long end) {
        writing[worker] = 0;
        if (before.isStableUntil(known())) {
            least = Math.max(least, end);
        }
    }

    synchronized void beginSet(long size) {
        settings++;
        isBeingSet = true;
        growths++;
        least = Math.min(least, size);
        most = Math.max(most, size);
        durableLeast = Math.min(durableLeast, size);
        writtenMeanwhile = 0;
        for (long end : writing) {
            writtenMeanwhile = Math.max(writtenMeanwhile, end);
        }
    }

    synchronized void endSet(long size, boolean done) {
        settings++;
        isBeingSet = false;
        if (done) {
            // Writes only make it longer.
            least = size;
            most = Math.max(size, writtenMeanwhile);
        }
    }

    /** A sync has ended that began when this was known. */
    synchronized void synced(Known before) {
        if (before.isStableUntil(known())) {
            durableLeast = Math.max(durableLeast, before.least);
        }
    }

    synchronized long durableLeast() {
        return durableLeast;
    }

    /** After a power cut. */
    synchronized void settle(long size) {
        settings++;
        least = size;
        most = size;
        durableLeast = size;
    }
}

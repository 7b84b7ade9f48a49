package dev.pagoda.mm.epoch;

/** What becomes of a retired record once no reader can reach it any more; implemented by the layer that retires. */
@FunctionalInterface
public interface Retired {
    /**
     * Disposes of one record.
     *
     * <p>Called once for each record, outside of any epoch, by whichever participant reclaims. Must not wait.
     *
     * @param record the word that was retired
     * @param stripe the reclaiming participant's stripe
     */
    void dispose(long record, int stripe);
}

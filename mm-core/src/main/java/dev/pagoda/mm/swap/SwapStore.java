package dev.pagoda.mm.swap;

/**
 * What pages are written to and read from: slots of 4 KiB, numbered from 0. {@link SwapFile} is the real one; tests have one that fails.
 *
 * <p>Any thread may call, for different slots at the same time; blocks for the device.
 */
public interface SwapStore extends AutoCloseable {
    /** Its name, for messages. */
    String name();

    /** Number of slots, at most 2^28. */
    long slots();

    /**
     * Reads neighbouring slots.
     *
     * @param slot the first
     * @param pages addresses of the pages that they go to, one for each slot
     * @param count how many
     * @return 0 when all are read, or a negated errno: what the pages hold is undefined then
     */
    int read(long slot, long[] pages, int count);

    /**
     * Writes neighbouring slots: as {@link #read}, the other way. Nothing else may change the pages meanwhile.
     *
     * @return 0 when all are written, or a negated errno: what the slots hold is undefined then
     */
    int write(long slot, long[] pages, int count);

    /** Gives it up; nothing is read or written any more. */
    @Override
    void close();
}

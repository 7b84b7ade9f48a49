package dev.pagoda.pagecache;

import java.io.IOException;

/**
 * Where the content of a file lives when it is not in memory. Offsets and lengths are bytes.
 *
 * <p>Called by any thread, several at a time; the caller sees to it that no two calls that meet in a byte write it. Methods block on the device. Memory is
 * named by its absolute address and stays what it is during the call.
 */
interface Store extends AutoCloseable {
    /** The size that the device knows: smaller than the file's while new pages wait to be written. */
    long size() throws IOException;

    /**
     * Reads into memory.
     *
     * @return how many bytes were read: fewer than asked for only at the end
     */
    int read(long offset, long address, int bytes) throws IOException;

    /** Writes all of it, making the store longer if need be. */
    void write(long offset, long address, int bytes) throws IOException;

    /** Cuts the store, or makes it longer; what is new reads as zero. */
    void resize(long bytes) throws IOException;

    /** Makes a part of what is there zero, without changing the size. */
    void zero(long first, long end) throws IOException;

    /** Returns when the device has everything that was written before the call. */
    void force(boolean metadataToo) throws IOException;

    /** Whether {@link #write}, {@link #resize} and {@link #zero} can succeed. */
    boolean isWritable();

    @Override
    void close() throws IOException;
}

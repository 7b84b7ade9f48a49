package dev.pagoda.pagecache;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where the content of a file lives when it is not in memory. Offsets and lengths are bytes.
 *
 * <p>Called by any thread, several at a time; the caller sees to it that no two calls that meet in a byte write it. Methods block on the device. Memory is
 * named by the addresses of pages, which together are one piece, and stays what it is during the call.
 */
public interface Store extends AutoCloseable {
    /** What stands between the cache and the host's files, for programs that want to see, change or refuse what goes there: {@link PageCache#setLayer}. */
    @FunctionalInterface
    interface Layer {
        /** Nothing in between. */
        Layer NONE = (path, host) -> host;

        /**
         * Called by any thread each time a file is opened that is not in the cache; several at once for the same file if they come together, of which all but one are closed again.
         *
         * @param path the file
         * @param host the host's file, open for reading: who writes to it here makes it writable first
         * @return what the cache reads and writes; closing it closes the host's file
         * @throws IOException if it cannot be opened; the cache closes the host's file then
         */
        Store over(Path path, Store host) throws IOException;
    }

    /** The size that the device knows: smaller than the file's while new pages wait to be written. */
    long size() throws IOException;

    /**
     * Reads into pages, some of what is asked for.
     *
     * @param offset where in the file
     * @param pages addresses of pages
     * @param from where in them the first byte goes
     * @param bytes how many
     * @return how many bytes were read: 0 only at the end
     */
    int read(long offset, long[] pages, int from, int bytes) throws IOException;

    /**
     * Reads for a guest thread, as {@link #read}, without keeping its CPU: what the host has at hand, or the thread is parked meanwhile.
     *
     * @return how many bytes were read: 0 if that cannot be, or failed; then a thread that may wait has to read
     */
    default int readAsGuest(long offset, long[] pages, int bytes) throws IOException {
        return 0;
    }

    /** Whether pages go straight between the device and memory, and nobody else keeps them in memory as well. */
    default boolean isDirect() {
        return false;
    }

    /**
     * Writes pages, some of what is asked for, making the store longer if need be.
     *
     * @param offset where in the file
     * @param pages addresses of pages
     * @param from where in them the first byte lies
     * @param bytes how many
     * @return how many bytes were written, at least 1
     */
    int write(long offset, long[] pages, int from, int bytes) throws IOException;

    /** Cuts the store, or makes it longer; what is new reads as zero. */
    void resize(long bytes) throws IOException;

    /** Makes a part of what is there zero, without changing the size. */
    void zero(long first, long end) throws IOException;

    /**
     * Has the device keep room for a range, which may lie behind the end, so that writing it later cannot fail for want of room. The size stays.
     *
     * @return false if this cannot be known: then a later write may fail all the same
     * @throws IOException if there is no room
     */
    boolean reserve(long first, long end) throws IOException;

    /** Where content begins at or behind an offset, as far as the store can tell; {@link Long#MAX_VALUE} if there is none. Without holes all is content up to the end. */
    default long data(long offset) throws IOException {
        return offset < size() ? offset : Long.MAX_VALUE;
    }

    /** Where a hole begins at or behind an offset: behind the end all is one. */
    default long hole(long offset) throws IOException {
        return Math.max(offset, size());
    }

    /** Returns when the device has everything that was written before the call. */
    void force(boolean metadataToo) throws IOException;

    /**
     * Sees to it that {@link #write}, {@link #resize}, {@link #zero} and {@link #reserve} can succeed. Called before the file is opened for writing, and not sooner: a host does not execute a program that is open for
     * writing. May be called again, and by several threads at once.
     *
     * @return 0, or why it cannot be, a negated errno
     */
    int makeWritable();

    @Override
    void close() throws IOException;

    /** Reads until there is enough, or the store ends; returns how many bytes were read. */
    default int readAll(long offset, long[] pages, int bytes) throws IOException {
        return readRest(offset, pages, 0, bytes);
    }

    /** As {@link #readAll}, of which some is read already; returns how many bytes there are with that. */
    default int readRest(long offset, long[] pages, int before, int bytes) throws IOException {
        int done = before;
        while (done < bytes) {
            int got = read(offset + done, pages, done, bytes - done);
            if (got == 0) {
                break;
            }
            done += got;
        }
        return done;
    }

    /** Writes all of it. */
    default void writeAll(long offset, long[] pages, int bytes) throws IOException {
        for (int done = 0; done < bytes; ) {
            done += write(offset + done, pages, done, bytes - done);
        }
    }
}

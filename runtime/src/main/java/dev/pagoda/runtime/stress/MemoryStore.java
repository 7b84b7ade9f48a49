package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.pagecache.Store;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A file's content in Java's memory, for disks that are to be faster than the host's. Pages that were never written are zero. */
final class MemoryStore implements Store {
    private static final int PAGE = 4096;

    private final AtomicReferenceArray<byte[]> pages;
    private long size;

    MemoryStore(int mostPages) {
        pages = new AtomicReferenceArray<>(mostPages);
    }

    @Override
    public synchronized long size() {
        return size;
    }

    @Override
    public int read(long offset, long[] memory, int from, int bytes) {
        int count = Math.clamp(size() - offset, 0, bytes);
        for (int done = 0; done < count; ) {
            byte[] page = pages.get((int) ((offset + done) / PAGE));
            int step = step(offset, from, done, count);
            long to = address(memory, from + done);
            if (page == null) {
                RawMemory.fill(to, step, (byte) 0);
            } else {
                RawMemory.copyIn(page, (int) ((offset + done) % PAGE), to, step);
            }
            done += step;
        }
        return count;
    }

    @Override
    public int write(long offset, long[] memory, int from, int bytes) {
        for (int done = 0; done < bytes; ) {
            int step = step(offset, from, done, bytes);
            byte[] page = page((int) ((offset + done) / PAGE));
            RawMemory.copyOut(address(memory, from + done), page, (int) ((offset + done) % PAGE), step);
            done += step;
        }
        synchronized (this) {
            size = Math.max(size, offset + bytes);
        }
        return bytes;
    }

    /** As far as neither a page of the file nor one of memory ends. */
    private static int step(long offset, int from, int done, int bytes) {
        int inFile = PAGE - (int) ((offset + done) % PAGE);
        return Math.min(bytes - done, Math.min(inFile, PAGE - (from + done) % PAGE));
    }

    private static long address(long[] memory, int at) {
        return memory[at / PAGE] + at % PAGE;
    }

    private byte[] page(int index) {
        byte[] page = pages.get(index);
        if (page == null) {
            page = new byte[PAGE];
            byte[] other = pages.compareAndExchange(index, null, page);
            page = other == null ? page : other;
        }
        return page;
    }

    @Override
    public synchronized void resize(long bytes) {
        if (bytes < size) {
            zero(bytes, size);
        }
        size = bytes;
    }

    @Override
    public synchronized void zero(long first, long end) {
        long stop = Math.min(end, size);
        for (long at = first; at < stop; ) {
            int inPage = (int) (at % PAGE);
            int step = (int) Math.min(stop - at, PAGE - inPage);
            byte[] page = pages.get((int) (at / PAGE));
            if (page != null) {
                Arrays.fill(page, inPage, inPage + step, (byte) 0);
            }
            at += step;
        }
    }

    @Override
    public boolean reserve(long first, long end) {
        return true;
    }

    @Override
    public void force(boolean metadataToo) {
        // Nothing is nearer to the medium than this.
    }

    @Override
    public int makeWritable() {
        return 0;
    }

    @Override
    public void close() {
        // Opened again with what it has.
    }
}

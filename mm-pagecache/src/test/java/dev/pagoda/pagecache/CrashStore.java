package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A device with a cache of its own, which loses what it was not told to keep when the power is cut.
 *
 * <p>What was written since the last force reaches the medium in any order, in sectors, or not at all. It may also read and write less than it was asked for, be
 * slow, have no room, and fail: a write that fails may have been made in part, and after a force that fails it may forget all that it was to keep. Once the power is cut every call fails.
 */
final class CrashStore implements Store {
    private static final int SECTOR = 512;

    private final Random random;
    private final List<Change> pending = new ArrayList<>();
    private byte[] medium;
    private byte[] current;
    private boolean cut;

    /** Of so many calls one is short, one is slow, one write fails, one force fails; 0 for none. */
    int oneShortOf;

    int oneSlowOf;
    int oneFailsOf;
    int oneForceFailsOf;
    /** Whether a force that fails loses what was written before it. */
    boolean forgets;
    /** How long it may become. */
    long room = Long.MAX_VALUE;

    /**
     * Something that the medium does not have yet.
     *
     * @param offset where; a change of the size if there are no bytes
     * @param bytes what
     */
    private record Change(long offset, byte[] bytes) {}

    CrashStore(byte[] content, long seed) {
        this.medium = content.clone();
        this.current = content.clone();
        this.random = new Random(seed);
    }

    /** Cuts the power; returns what is on the medium. */
    synchronized byte[] cutPower() {
        cut = true;
        byte[] left = medium;
        for (Change change : pending) {
            if (change.bytes == null) {
                // The file system's journal keeps these in their order.
                left = Arrays.copyOf(left, (int) change.offset);
                continue;
            }
            for (int at = 0; at < change.bytes.length; ) {
                int length = Math.min(change.bytes.length - at, SECTOR - (int) ((change.offset + at) % SECTOR));
                int end = (int) change.offset + at + length;
                if (random.nextBoolean()) {
                    left = left.length < end ? Arrays.copyOf(left, end) : left;
                    System.arraycopy(change.bytes, at, left, (int) change.offset + at, length);
                }
                at += length;
            }
        }
        return left;
    }

    private void begin(String call) throws IOException {
        if (cut) {
            throw new IOException("Input/output error");
        }
        if (happens(oneSlowOf)) {
            LockSupport.parkNanos(random.nextInt(200_000));
        }
    }

    private boolean happens(int oneOf) {
        return oneOf > 0 && random.nextInt(oneOf) == 0;
    }

    private int some(int bytes) {
        return bytes > 1 && happens(oneShortOf) ? 1 + random.nextInt(bytes - 1) : bytes;
    }

    private static long address(long[] pages, int at) {
        return pages[at / TestKernel.PAGE] + at % TestKernel.PAGE;
    }

    @Override
    public synchronized long size() throws IOException {
        begin("size");
        return current.length;
    }

    @Override
    public synchronized int read(long offset, long[] pages, int from, int bytes) throws IOException {
        begin("read");
        if (happens(oneFailsOf)) {
            throw new IOException("Input/output error");
        }
        int count = some(Math.clamp(current.length - offset, 0, bytes));
        for (int i = 0; i < count; i++) {
            RawMemory.setByte(address(pages, from + i), current[(int) offset + i]);
        }
        return count;
    }

    @Override
    public synchronized int write(long offset, long[] pages, int from, int bytes) throws IOException {
        begin("write");
        boolean fails = happens(oneFailsOf);
        int count = fails ? random.nextInt(bytes) : some(bytes);
        if (offset + count > room) {
            throw new IOException("No space left on device");
        }
        byte[] content = new byte[count];
        for (int i = 0; i < count; i++) {
            content[i] = RawMemory.getByte(address(pages, from + i));
        }
        if (offset + count > current.length) {
            current = Arrays.copyOf(current, (int) offset + count);
        }
        System.arraycopy(content, 0, current, (int) offset, count);
        pending.add(new Change(offset, content));
        if (fails) {
            throw new IOException("Input/output error");
        }
        return count;
    }

    @Override
    public synchronized void resize(long bytes) throws IOException {
        begin("resize");
        current = Arrays.copyOf(current, (int) bytes);
        pending.add(new Change(bytes, null));
    }

    @Override
    public synchronized void zero(long first, long end) throws IOException {
        begin("zero");
        int stop = (int) Math.min(end, current.length);
        if (first < stop) {
            Arrays.fill(current, (int) first, stop, (byte) 0);
            pending.add(new Change(first, new byte[stop - (int) first]));
        }
    }

    @Override
    public synchronized boolean reserve(long first, long end) throws IOException {
        begin("reserve");
        if (end > room) {
            throw new IOException("No space left on device");
        }
        return true;
    }

    @Override
    public synchronized void force(boolean metadataToo) throws IOException {
        begin("force");
        if (happens(oneForceFailsOf)) {
            if (forgets) {
                current = medium.clone();
                pending.clear();
            }
            throw new IOException("Input/output error");
        }
        medium = current.clone();
        pending.clear();
    }

    @Override
    public int makeWritable() {
        return 0;
    }

    @Override
    public void close() {
        // The medium is looked at afterwards.
    }
}

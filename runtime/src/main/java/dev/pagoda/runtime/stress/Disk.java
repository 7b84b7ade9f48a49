package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.pagecache.Store;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One file on a disk with a cache of its own, which loses what it was not told to keep when the power is cut.
 *
 * <p>What was written since the last force reaches the medium in any order, in sectors, or not at all; changes of the size in their order, as a file system's
 * journal keeps them, or not at all. Below lies the file as programs see it while the power is on: the host's, or one in memory. Of what was changed since the last
 * force the disk remembers what the medium has. Thread-safe; transfers go on at the same time.
 */
final class Disk {
    private static final int PAGE = 4096;
    private static final int SECTOR = FileStamp.SECTOR_BYTES;
    /** Above this the disk writes to its medium without being told to. */
    private static final long MOST_PENDING = 16L << 20;
    /** Of so many forces the host makes one as well: they are slow, and the power that is cut is not its own. */
    private static final int HOST_FORCES = 8;

    private final DeviceFaults faults;
    private final Random random;
    private final long roomWhenFull;
    /** Null if the content is in the host's file. */
    private final MemoryStore memory;
    /** Whether no write fails but for want of power. */
    private final boolean reliable;

    private final MemorySegment scratch = Arena.ofAuto().allocate(PAGE, PAGE);

    // Under the lock
    private final Map<Long, byte[]> medium = new HashMap<>();
    private final List<Change> pending = new ArrayList<>();
    private long pendingBytes;
    private long mediumSize;
    private long forces;
    private long failures;
    private boolean powerWasCut;

    /**
     * Something that the medium does not have yet.
     *
     * @param offset where; the new size if this is a change of it
     * @param bytes what; null for a change of the size
     */
    private record Change(long offset, byte[] bytes) {}

    /**
     * An empty file.
     *
     * @param roomWhenFull bytes that it may have while disks are full
     * @param memory where its content is; null for the host's file
     * @param reliable whether no write may fail but for want of power
     */
    Disk(DeviceFaults faults, long seed, long roomWhenFull, MemoryStore memory, boolean reliable) {
        this.memory = memory;
        this.reliable = reliable;
        this.faults = faults;
        this.random = new Random(seed);
        this.roomWhenFull = roomWhenFull;
    }

    /** Opens the file over the host's; what the medium has is there if the power was cut. */
    synchronized Store over(Store host) throws IOException {
        Store below = memory == null ? host : memory;
        // What the medium has is written to it here, whoever opens it.
        if (below.makeWritable() != 0) {
            throw new IOException("the host does not let the file of a disk be written");
        }
        if (powerWasCut) {
            restore(below);
        }
        return new Opened(below, host);
    }

    /** Writes and forces that failed: what syncs have to tell of. */
    synchronized long failures() {
        return failures;
    }

    /** The power was cut, and nobody uses the file any more: when it is opened next, it has what was on the medium. */
    synchronized void losePower() {
        powerWasCut = true;
    }

    private void begin() throws IOException {
        if (faults.isCut()) {
            throw new Injected("Input/output error");
        }
        faults.delay(random);
    }

    private boolean failsWrite() {
        return !reliable && faults.failsWrite(random);
    }

    private boolean hasNoRoom(long end) {
        return !reliable && faults.areFull() && end > roomWhenFull;
    }

    /** What went wrong on purpose. */
    private static final class Injected extends IOException {
        private static final long serialVersionUID = 1L;

        Injected(String text) {
            super(text);
        }
    }

    /** Counts a write or a force that failed; returns why. */
    private synchronized IOException failed(IOException error) {
        failures++;
        if (!(error instanceof Injected)) {
            faults.hostFailed(error);
        }
        return error;
    }

    // Under the lock

    /** Remembers what the medium has of a range that is about to change. */
    private void save(Store below, long first, long end) throws IOException {
        for (long page = first / PAGE; page * PAGE < end; page++) {
            if (!medium.containsKey(page)) {
                byte[] content = new byte[PAGE];
                int there = below.readAll(page * PAGE, new long[] {scratch.address()}, PAGE);
                RawMemory.copyOut(scratch.address(), content, 0, there);
                medium.put(page, content);
                pendingBytes += PAGE;
            }
        }
    }

    private void add(Store below, Change change) throws IOException {
        if (faults.isCut()) {
            throw new Injected("Input/output error");
        }
        pending.add(change);
        pendingBytes += change.bytes == null ? 0 : change.bytes.length;
        if (pendingBytes > MOST_PENDING) {
            keep(below);
        }
    }

    private void keep(Store below) throws IOException {
        medium.clear();
        pending.clear();
        pendingBytes = 0;
        mediumSize = below.size();
    }

    private void restore(Store below) throws IOException {
        long changesOfSize =
                pending.stream().filter(change -> change.bytes == null).count();
        long keptOfThem = random.nextLong(changesOfSize + 1);
        for (Change change : pending) {
            if (change.bytes != null) {
                surviveInPart(change);
            } else if (keptOfThem-- > 0) {
                cutMedium(change.offset);
            }
        }
        below.resize(mediumSize);
        for (Map.Entry<Long, byte[]> page : medium.entrySet()) {
            long start = page.getKey() * PAGE;
            int bytes = Math.clamp(mediumSize - start, 0, PAGE);
            RawMemory.copyIn(page.getValue(), 0, scratch.address(), bytes);
            below.writeAll(start, new long[] {scratch.address()}, bytes);
        }
        keep(below);
        powerWasCut = false;
    }

    private void surviveInPart(Change change) {
        for (int at = 0; at < change.bytes.length; ) {
            long offset = change.offset + at;
            int length = Math.min(change.bytes.length - at, SECTOR - (int) (offset % SECTOR));
            if (random.nextBoolean()) {
                System.arraycopy(change.bytes, at, medium.get(offset / PAGE), (int) (offset % PAGE), length);
                mediumSize = Math.max(mediumSize, offset + length);
            }
            at += length;
        }
    }

    private void cutMedium(long size) {
        for (Map.Entry<Long, byte[]> page : medium.entrySet()) {
            int kept = Math.clamp(size - page.getKey() * PAGE, 0, PAGE);
            Arrays.fill(page.getValue(), kept, PAGE, (byte) 0);
        }
        mediumSize = size;
    }

    /** The file while it is open; several at once if it is opened several times. */
    private final class Opened implements Store {
        private final Store below;
        private final Store host;

        Opened(Store below, Store host) {
            this.below = below;
            this.host = host;
        }

        @Override
        public long size() throws IOException {
            begin();
            return below.size();
        }

        @Override
        public int read(long offset, long[] pages, int from, int bytes) throws IOException {
            begin();
            if (faults.failsRead(random)) {
                throw new Injected("Input/output error");
            }
            return below.read(offset, pages, from, faults.some(random, bytes));
        }

        @Override
        public int readAsGuest(long offset, long[] pages, int bytes) throws IOException {
            // Another thread may wait in its place: what goes wrong goes wrong there.
            return faults.isCut() ? 0 : below.readAsGuest(offset, pages, faults.some(random, bytes));
        }

        @Override
        public int write(long offset, long[] pages, int from, int bytes) throws IOException {
            boolean fails = failsWrite();
            int count = fails ? random.nextInt(bytes) & -Long.BYTES : faults.some(random, bytes);
            try {
                begin();
                if (hasNoRoom(offset + count)) {
                    throw new Injected("No space left on device");
                }
                synchronized (Disk.this) {
                    save(below, offset, offset + count);
                    add(below, new Change(offset, content(pages, from, count)));
                }
                for (int done = 0; done < count; ) {
                    done += below.write(offset + done, pages, from + done, count - done);
                }
            } catch (IOException e) {
                throw failed(e);
            }
            if (fails) {
                throw failed(new Injected("Input/output error"));
            }
            return count;
        }

        private byte[] content(long[] pages, int from, int count) {
            byte[] content = new byte[count];
            for (int done = 0; done < count; ) {
                int at = from + done;
                int step = Math.min(count - done, PAGE - at % PAGE);
                RawMemory.copyOut(pages[at / PAGE] + at % PAGE, content, done, step);
                done += step;
            }
            return content;
        }

        @Override
        public void resize(long bytes) throws IOException {
            begin();
            if (failsWrite()) {
                throw new Injected("Input/output error");
            }
            synchronized (Disk.this) {
                long size = below.size();
                if (bytes < size) {
                    save(below, bytes, size);
                }
                add(below, new Change(bytes, null));
                below.resize(bytes);
            }
        }

        @Override
        public void zero(long first, long end) throws IOException {
            begin();
            if (failsWrite()) {
                throw new Injected("Input/output error");
            }
            synchronized (Disk.this) {
                long stop = Math.min(end, below.size());
                if (first < stop) {
                    save(below, first, stop);
                    add(below, new Change(first, new byte[(int) (stop - first)]));
                    below.zero(first, stop);
                }
            }
        }

        @Override
        public boolean reserve(long first, long end) throws IOException {
            begin();
            if (hasNoRoom(end)) {
                throw new Injected("No space left on device");
            }
            return true;
        }

        @Override
        public void force(boolean metadataToo) throws IOException {
            try {
                begin();
                if (!reliable && faults.failsForce(random)) {
                    throw new Injected("Input/output error");
                }
                synchronized (Disk.this) {
                    if (faults.isCut()) {
                        throw new Injected("Input/output error");
                    }
                    if (++forces % HOST_FORCES == 0) {
                        below.force(metadataToo);
                    }
                    keep(below);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public boolean isDirect() {
            // What is in memory passes for a disk that takes several writes at once.
            return memory != null || host.isDirect();
        }

        @Override
        public int makeWritable() {
            return host.makeWritable();
        }

        @Override
        public void close() throws IOException {
            host.close();
        }
    }
}

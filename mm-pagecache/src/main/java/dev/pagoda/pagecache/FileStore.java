package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.PosixFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file of the host: read and written past the host's own cache where its file system can do that, else through it, and then what is cached here is cached there as well until the
 * host drops it.
 *
 * <p>Past the cache go whole pages only: the last page of a file that ends in its middle is written through it, and the host sees to it that both ways show the same. Reads and writes go straight between the file and the frames, any
 * number of them in one call of the host.
 *
 * <p>Opened for reading, and once more when somebody wants to write: a host executes no program that is open for writing, nor any at all while its dynamic linker is.
 */
final class FileStore implements Store {
    private static final int ZERO_PAGES = 64;
    private static final int ANY = PosixFiles.O_CLOEXEC;
    private static final int NONE = -1;
    private static final int PAGE_BYTES = PhysicalMemory.FRAME_BYTES;

    private static final Handles CLOSED = new Handles(NONE, NONE, false);

    /** Where guest threads wait for the device; null if there is none. */
    private final CpuRings rings;

    private final AtomicReference<Handles> handles;
    /** All descriptors: those that are no longer among the handles may still be in use by others, so they stay open until the end. */
    private final Queue<Integer> opened = new ConcurrentLinkedQueue<>();

    /**
     * How the file is reached.
     *
     * @param buffered a descriptor, through the host's cache
     * @param direct one past it; {@link #NONE} if that cannot be
     * @param writable whether they are open for writing as well
     */
    private record Handles(int buffered, int direct, boolean writable) {
        /** Opens a file that is reached by a descriptor past the host's cache too, if its file system can do that. */
        static Handles withDirect(int buffered, boolean writable) {
            int access = writable ? PosixFiles.O_RDWR : PosixFiles.O_RDONLY;
            int direct = PosixFiles.open(PosixFiles.path(buffered), access | ANY | PosixFiles.O_DIRECT);
            return new Handles(buffered, Math.max(direct, NONE), writable);
        }
    }

    private FileStore(Handles handles, CpuRings rings) {
        this.rings = rings;
        this.handles = new AtomicReference<>(handles);
        note(handles);
    }

    private void note(Handles fresh) {
        opened.add(fresh.buffered);
        if (fresh.direct != NONE) {
            opened.add(fresh.direct);
        }
    }

    /** Opens a file that exists, to be read and written through the host's cache. */
    static FileStore open(Path path) throws IOException {
        FileStore store = open(path, false, null);
        HostError.check(store.makeWritable(), "open");
        return store;
    }

    /**
     * Opens a file that exists, for reading.
     *
     * @param direct whether to go past the host's cache if its file system can do that
     * @param rings where guest threads wait for the device then, or null
     */
    static FileStore open(Path path, boolean direct, CpuRings rings) throws IOException {
        int descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDONLY | ANY);
        if (descriptor == -HostErrors.ENOENT) {
            throw new NoSuchFileException(path.toString());
        }
        HostError.check(descriptor, "open");
        Handles handles = direct ? Handles.withDirect(descriptor, false) : new Handles(descriptor, NONE, false);
        return new FileStore(handles, rings);
    }

    @Override
    public int makeWritable() {
        Handles seen = handles.get();
        while (!seen.writable) {
            int buffered = PosixFiles.open(PosixFiles.path(seen.buffered), PosixFiles.O_RDWR | ANY);
            if (buffered < 0) {
                return buffered;
            }
            Handles fresh =
                    seen.direct == NONE ? new Handles(buffered, NONE, true) : Handles.withDirect(buffered, true);
            note(fresh);
            if (handles.compareAndSet(seen, fresh)) {
                return 0;
            }
            seen = handles.get();
        }
        return 0;
    }

    @Override
    public boolean isDirect() {
        return handles.get().direct != NONE;
    }

    private int descriptor() {
        return handles.get().buffered;
    }

    @Override
    public long size() throws IOException {
        long size = PosixFiles.size(descriptor());
        // Files that the host makes up when they are read, such as those of /proc, have none.
        return size == -HostErrors.EINVAL ? 0 : HostError.check(size, "lseek");
    }

    @Override
    public int read(long offset, long[] pages, int from, int bytes) throws IOException {
        Handles by = handles.get();
        int whole = by.direct == NONE ? 0 : wholePages(offset, from, bytes);
        if (whole > 0) {
            long got = PosixFiles.read(by.direct, offset, pages, from, whole, 0);
            if (got != -HostErrors.EINVAL) {
                return (int) HostError.check(got, "preadv");
            }
            giveUpDirect(by);
        }
        return (int) HostError.check(PosixFiles.read(by.buffered, offset, pages, from, bytes, 0), "preadv");
    }

    @Override
    public int readAsGuest(long offset, long[] pages, int bytes) throws IOException {
        // What cannot be told here is told by the call that waits.
        Handles by = handles.get();
        if (by.direct == NONE) {
            return (int) Math.max(0, PosixFiles.read(by.buffered, offset, pages, 0, bytes, PosixFiles.NOWAIT));
        }
        int whole = rings == null ? 0 : wholePages(offset, 0, bytes);
        return whole == 0 ? 0 : Math.max(0, rings.read(by.direct, offset, pages, 0, whole));
    }

    @Override
    public int write(long offset, long[] pages, int from, int bytes) throws IOException {
        Handles by = handles.get();
        int whole = by.direct == NONE ? 0 : wholePages(offset, from, bytes);
        long written = whole > 0 ? PosixFiles.write(by.direct, offset, pages, from, whole) : -HostErrors.EINVAL;
        if (written == -HostErrors.EINVAL) {
            if (whole > 0) {
                giveUpDirect(by);
            }
            written = PosixFiles.write(by.buffered, offset, pages, from, bytes);
        }
        if (written == 0) {
            throw new HostError("pwritev", HostErrors.EIO);
        }
        return (int) HostError.check(written, "pwritev");
    }

    /** How many bytes from there on can go past the host's cache: 0 if none. */
    private static int wholePages(long offset, int from, int bytes) {
        boolean fits = offset % PAGE_BYTES == 0 && from % PAGE_BYTES == 0;
        return fits ? bytes & -PAGE_BYTES : 0;
    }

    /** A file system may take the flag, and then want larger blocks than pages. The descriptor stays open: another thread may be using it. */
    private void giveUpDirect(Handles by) {
        // If another was faster, he gave it up, or it is looked at once more by the handles that he made.
        handles.compareAndSet(by, new Handles(by.buffered, NONE, by.writable));
    }

    @Override
    public void resize(long bytes) throws IOException {
        // Nothing is cut that was written meanwhile: pages are written only up to the file's size, which becomes larger
        // after this, and smaller before.
        HostError.check(PosixFiles.resize(descriptor(), bytes), "ftruncate");
    }

    @Override
    public void zero(long first, long end) throws IOException {
        long stop = Math.min(end, size());
        if (first >= stop) {
            return;
        }
        int how = PosixFiles.PUNCH_HOLE | PosixFiles.KEEP_SIZE;
        int result = PosixFiles.allocate(descriptor(), how, first, stop - first);
        if (result == -HostErrors.EOPNOTSUPP) {
            writeZeroes(first, stop);
        } else {
            HostError.check(result, "fallocate");
        }
    }

    private void writeZeroes(long first, long end) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeroes = arena.allocate(PAGE_BYTES, PAGE_BYTES);
            long[] pages = new long[ZERO_PAGES];
            Arrays.fill(pages, zeroes.address());
            for (long at = first; at < end; ) {
                int bytes = (int) Math.min(end - at, (long) ZERO_PAGES * PAGE_BYTES);
                writeAll(at, pages, bytes);
                at += bytes;
            }
        }
    }

    @Override
    public boolean reserve(long first, long end) throws IOException {
        int result = PosixFiles.allocate(descriptor(), PosixFiles.KEEP_SIZE, first, end - first);
        if (result == -HostErrors.EOPNOTSUPP) {
            return false;
        }
        HostError.check(result, "fallocate");
        return true;
    }

    @Override
    public long data(long offset) throws IOException {
        long data = PosixFiles.seek(descriptor(), offset, PosixFiles.SEEK_DATA);
        if (data == -HostErrors.EINVAL) {
            return Store.super.data(offset);
        }
        return data == -HostErrors.ENXIO ? Long.MAX_VALUE : HostError.check(data, "lseek");
    }

    @Override
    public long hole(long offset) throws IOException {
        long hole = PosixFiles.seek(descriptor(), offset, PosixFiles.SEEK_HOLE);
        if (hole == -HostErrors.EINVAL) {
            return Store.super.hole(offset);
        }
        return hole == -HostErrors.ENXIO ? offset : HostError.check(hole, "lseek");
    }

    @Override
    public void force(boolean metadataToo) throws IOException {
        HostError.check(PosixFiles.force(descriptor(), metadataToo), metadataToo ? "fsync" : "fdatasync");
    }

    @Override
    public void close() throws IOException {
        handles.set(CLOSED);
        int refused = 0;
        for (Integer descriptor = opened.poll(); descriptor != null; descriptor = opened.poll()) {
            int result = PosixFiles.close(descriptor);
            refused = refused == 0 ? result : refused;
        }
        HostError.check(refused, "close");
    }
}

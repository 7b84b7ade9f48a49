package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.PosixFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of the host: read and written past the host's own cache where its file system can do that, else through it, and then what is cached here is cached there as well until the
 * host drops it.
 *
 * <p>Past the cache go whole pages only: the last page of a file that ends in its middle is written through it, and the host sees to it that both ways show the same. Opened for writing where the
 * host allows it, whatever the first opener asked for, so that a later one can share the pages. Reads and writes go straight between the file and the frames, any
 * number of them in one call of the host.
 */
final class FileStore implements Store {
    private static final int ZERO_PAGES = 64;
    private static final int ANY = PosixFiles.O_CLOEXEC;
    private static final int NONE = -1;
    private static final int PAGE_BYTES = PhysicalMemory.FRAME_BYTES;

    private final boolean writable;
    /** Where guest threads wait for the device; null if there is none. */
    private final CpuRings rings;
    /** {@link #NONE} when closed. */
    private volatile int descriptor;
    /** The same file, past the host's cache; {@link #NONE} if that cannot be. */
    private volatile int direct;
    /** The descriptor that {@link #direct} was, after it was given up. */
    private volatile int refusedDirect = NONE;

    private FileStore(int descriptor, int direct, boolean writable, CpuRings rings) {
        this.rings = rings;
        this.descriptor = descriptor;
        this.direct = direct;
        this.writable = writable;
    }

    /** Opens a file that exists, to be read and written through the host's cache. */
    static FileStore open(Path path) throws IOException {
        return open(path, false, null);
    }

    /**
     * Opens a file that exists.
     *
     * @param direct whether to go past the host's cache if its file system can do that
     * @param rings where guest threads wait for the device then, or null
     */
    static FileStore open(Path path, boolean direct, CpuRings rings) throws IOException {
        int descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDWR | ANY);
        boolean writable = descriptor >= 0;
        if (isForReadingOnly(descriptor)) {
            descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDONLY | ANY);
        }
        if (descriptor == -HostErrors.ENOENT) {
            throw new NoSuchFileException(path.toString());
        }
        HostError.check(descriptor, "open");
        int access = writable ? PosixFiles.O_RDWR : PosixFiles.O_RDONLY;
        int past = direct ? PosixFiles.open(PosixFiles.path(descriptor), access | ANY | PosixFiles.O_DIRECT) : NONE;
        return new FileStore(descriptor, Math.max(past, NONE), writable, rings);
    }

    private static boolean isForReadingOnly(int refusal) {
        return switch (-refusal) {
            case HostErrors.EACCES, HostErrors.EROFS, HostErrors.EPERM, HostErrors.ETXTBSY -> true;
            default -> false;
        };
    }

    @Override
    public boolean isDirect() {
        return direct != NONE;
    }

    @Override
    public long size() throws IOException {
        long size = PosixFiles.size(descriptor);
        // Files that the host makes up when they are read, such as those of /proc, have none.
        return size == -HostErrors.EINVAL ? 0 : HostError.check(size, "lseek");
    }

    @Override
    public int read(long offset, long[] pages, int from, int bytes) throws IOException {
        int past = direct;
        int whole = past == NONE ? 0 : wholePages(offset, from, bytes);
        if (whole > 0) {
            long got = PosixFiles.read(past, offset, pages, from, whole, 0);
            if (got != -HostErrors.EINVAL) {
                return (int) HostError.check(got, "preadv");
            }
            giveUpDirect(past);
        }
        return (int) HostError.check(PosixFiles.read(descriptor, offset, pages, from, bytes, 0), "preadv");
    }

    @Override
    public int readAsGuest(long offset, long[] pages, int bytes) throws IOException {
        // What cannot be told here is told by the call that waits.
        int past = direct;
        if (past == NONE) {
            return (int) Math.max(0, PosixFiles.read(descriptor, offset, pages, 0, bytes, PosixFiles.NOWAIT));
        }
        int whole = rings == null ? 0 : wholePages(offset, 0, bytes);
        return whole == 0 ? 0 : Math.max(0, rings.read(past, offset, pages, 0, whole));
    }

    @Override
    public int write(long offset, long[] pages, int from, int bytes) throws IOException {
        int past = direct;
        int whole = past == NONE ? 0 : wholePages(offset, from, bytes);
        long written = whole > 0 ? PosixFiles.write(past, offset, pages, from, whole) : -HostErrors.EINVAL;
        if (written == -HostErrors.EINVAL) {
            if (whole > 0) {
                giveUpDirect(past);
            }
            written = PosixFiles.write(descriptor, offset, pages, from, bytes);
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
    private void giveUpDirect(int past) {
        refusedDirect = past;
        direct = NONE;
    }

    @Override
    public void resize(long bytes) throws IOException {
        // Nothing is cut that was written meanwhile: pages are written only up to the file's size, which becomes larger
        // after this, and smaller before.
        HostError.check(PosixFiles.resize(descriptor, bytes), "ftruncate");
    }

    @Override
    public void zero(long first, long end) throws IOException {
        long stop = Math.min(end, size());
        if (first >= stop) {
            return;
        }
        int result = PosixFiles.allocate(descriptor, PosixFiles.PUNCH_HOLE | PosixFiles.KEEP_SIZE, first, stop - first);
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
        int result = PosixFiles.allocate(descriptor, PosixFiles.KEEP_SIZE, first, end - first);
        if (result == -HostErrors.EOPNOTSUPP) {
            return false;
        }
        HostError.check(result, "fallocate");
        return true;
    }

    @Override
    public long data(long offset) throws IOException {
        long data = PosixFiles.seek(descriptor, offset, PosixFiles.SEEK_DATA);
        if (data == -HostErrors.EINVAL) {
            return Store.super.data(offset);
        }
        return data == -HostErrors.ENXIO ? Long.MAX_VALUE : HostError.check(data, "lseek");
    }

    @Override
    public long hole(long offset) throws IOException {
        long hole = PosixFiles.seek(descriptor, offset, PosixFiles.SEEK_HOLE);
        if (hole == -HostErrors.EINVAL) {
            return Store.super.hole(offset);
        }
        return hole == -HostErrors.ENXIO ? offset : HostError.check(hole, "lseek");
    }

    @Override
    public void force(boolean metadataToo) throws IOException {
        HostError.check(PosixFiles.force(descriptor, metadataToo), metadataToo ? "fsync" : "fdatasync");
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void close() throws IOException {
        int buffered = descriptor;
        int past = Math.max(direct, refusedDirect);
        descriptor = NONE;
        direct = NONE;
        if (past != NONE) {
            PosixFiles.close(past);
        }
        HostError.check(PosixFiles.close(buffered), "close");
    }
}

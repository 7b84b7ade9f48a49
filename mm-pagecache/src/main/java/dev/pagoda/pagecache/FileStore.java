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
 * A file of the host, buffered by the host: what is cached here is cached there as well until the host drops it.
 *
 * <p>Opened for writing where the host allows it, whatever the first opener asked for, so that a later one can share the pages. Reads and writes go
 * straight between the file and the frames, any number of them in one call of the host.
 */
final class FileStore implements Store {
    private static final int ZERO_PAGES = 64;
    private static final int ANY = PosixFiles.O_CLOEXEC;

    private final boolean writable;
    /** -1 when closed. */
    private volatile int descriptor;

    private FileStore(int descriptor, boolean writable) {
        this.descriptor = descriptor;
        this.writable = writable;
    }

    /** Opens a file that exists. */
    static FileStore open(Path path) throws IOException {
        int descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDWR | ANY);
        boolean writable = descriptor >= 0;
        if (descriptor == -HostErrors.EACCES
                || descriptor == -HostErrors.EROFS
                || descriptor == -HostErrors.EPERM
                || descriptor == -HostErrors.ETXTBSY) {
            descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDONLY | ANY);
        }
        if (descriptor == -HostErrors.ENOENT) {
            throw new NoSuchFileException(path.toString());
        }
        return new FileStore((int) HostError.check(descriptor, "open"), writable);
    }

    @Override
    public long size() throws IOException {
        return HostError.check(PosixFiles.size(descriptor), "lseek");
    }

    @Override
    public int read(long offset, long[] pages, int from, int bytes) throws IOException {
        return (int) HostError.check(PosixFiles.read(descriptor, offset, pages, from, bytes, 0), "preadv");
    }

    @Override
    public int write(long offset, long[] pages, int from, int bytes) throws IOException {
        long written = HostError.check(PosixFiles.write(descriptor, offset, pages, from, bytes), "pwritev");
        if (written == 0) {
            throw new HostError("pwritev", HostErrors.EIO);
        }
        return (int) written;
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
            MemorySegment zeroes = arena.allocate(PhysicalMemory.FRAME_BYTES, PhysicalMemory.FRAME_BYTES);
            long[] pages = new long[ZERO_PAGES];
            Arrays.fill(pages, zeroes.address());
            for (long at = first; at < end; ) {
                int bytes = (int) Math.min(end - at, (long) ZERO_PAGES * PhysicalMemory.FRAME_BYTES);
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
    public void force(boolean metadataToo) throws IOException {
        HostError.check(PosixFiles.force(descriptor, metadataToo), metadataToo ? "fsync" : "fdatasync");
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void close() throws IOException {
        int before = descriptor;
        descriptor = -1;
        HostError.check(PosixFiles.close(before), "close");
    }
}

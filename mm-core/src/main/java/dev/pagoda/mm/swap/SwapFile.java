package dev.pagoda.mm.swap;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * A file of the host with slots for pages, its room reserved, past the host's own cache where the file system can do that.
 *
 * <p>The first page says what the file is; a file that holds something else is refused, so that nobody's data is overwritten by a slip. A lock of the host keeps other kernels
 * out while it is open, those of other programs and of this one. What it holds means nothing to the next kernel; the file stays. Only its owner may read it.
 */
public final class SwapFile implements SwapStore {
    /** The smallest that is worth it. */
    public static final long LEAST_BYTES = 1 << 20;
    /** What words can name: 2^28 slots. */
    public static final long MOST_BYTES = 1L << 40;

    private static final byte[] MARK = "pagoda swap 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int EFBIG = 27;
    private static final int EIO = 5;

    private final Path path;
    private final FileChannel channel;
    private final int descriptor;
    private final long slots;
    private boolean closed;

    private SwapFile(Path path, FileChannel channel, int descriptor, long slots) {
        this.path = path;
        this.channel = channel;
        this.descriptor = descriptor;
        this.slots = slots;
    }

    /**
     * Opens a swap file, or makes it.
     *
     * @param path a file that does not exist, or was made here before
     * @param bytes its size, {@link #LEAST_BYTES} to {@link #MOST_BYTES}; rounded down to pages. A file that is smaller grows
     * @throws SwapRefused if the file cannot be used
     */
    public static SwapFile open(Path path, long bytes) {
        if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw new SwapRefused(
                    "swap of " + bytes + " bytes in " + path + " cannot be used: it must be between 1M and 1T");
        }
        boolean isNew = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (!isNew && !Files.isRegularFile(path)) {
            throw new SwapRefused(path + " is not a regular file; name one, or a name that is free");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            SwapFile opened = prepare(path, channel, bytes & -PhysicalMemory.FRAME_BYTES);
            channel = null;
            return opened;
        } catch (IOException e) {
            throw new SwapRefused(
                    "swap file " + path + " cannot be opened for writing (" + reason(e) + "); name one that can be");
        } finally {
            // Refused.
            if (channel != null) {
                giveUp(channel, isNew ? path : null);
            }
        }
    }

    private static SwapFile prepare(Path path, FileChannel channel, long bytes) throws IOException {
        lock(path, channel);
        requireOurs(path, channel);
        // O_DIRECT is tried first: frames and slots are pages, as large as any device's blocks.
        int descriptor =
                PosixFiles.open(path.toString(), PosixFiles.O_RDWR | PosixFiles.O_CLOEXEC | PosixFiles.O_DIRECT);
        if (descriptor == -EINVAL) {
            descriptor = PosixFiles.open(path.toString(), PosixFiles.O_RDWR | PosixFiles.O_CLOEXEC);
        }
        if (descriptor < 0) {
            throw new SwapRefused("swap file " + path + " cannot be opened (the host's errno " + -descriptor + ")");
        }
        int refused = PosixFiles.allocate(descriptor, 0, 0, bytes);
        if (refused < 0) {
            // The lock goes with the descriptor, and the file is given up anyway.
            PosixFiles.close(descriptor);
            throw new SwapRefused(
                    refused == -ENOSPC || refused == -EFBIG
                            ? "there is no room for " + bytes + " bytes of swap in " + path
                                    + "; ask for less, or name a file elsewhere"
                            : "the file system of " + path + " cannot reserve room for swap (the host's errno "
                                    + -refused + "); name a file elsewhere");
        }
        channel.write(ByteBuffer.wrap(MARK), 0);
        return new SwapFile(path, channel, descriptor, bytes >> PhysicalMemory.FRAME_SHIFT);
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException ofThisProgram) {
            locked = false;
        }
        if (!locked) {
            throw new SwapRefused("swap file " + path + " is used by another kernel; name another file");
        }
    }

    private static void requireOurs(Path path, FileChannel channel) throws IOException {
        if (channel.size() == 0) {
            return;
        }
        ByteBuffer begins = ByteBuffer.allocate(MARK.length);
        while (begins.hasRemaining() && channel.read(begins, begins.position()) >= 0) {}
        if (!Arrays.equals(begins.array(), MARK)) {
            throw new SwapRefused(path + " holds something else than swap; name a file that does not exist");
        }
    }

    private static String reason(IOException e) {
        String simple = e.getClass().getSimpleName();
        return e instanceof java.nio.file.FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : simple;
    }

    private static void giveUp(FileChannel channel, Path made) {
        try {
            channel.close();
            if (made != null) {
                Files.deleteIfExists(made);
            }
        } catch (IOException nothingMoreToDo) {
            // What was refused before is what the caller is told.
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long slots() {
        return slots;
    }

    @Override
    public int read(long slot, long[] pages, int count) {
        return transfer(false, slot, pages, count);
    }

    @Override
    public int write(long slot, long[] pages, int count) {
        return transfer(true, slot, pages, count);
    }

    private int transfer(boolean write, long slot, long[] pages, int count) {
        long bytes = (long) count << PhysicalMemory.FRAME_SHIFT;
        long offset = slot << PhysicalMemory.FRAME_SHIFT;
        for (long done = 0; done < bytes; ) {
            long moved = write
                    ? PosixFiles.write(descriptor, offset + done, pages, done, bytes - done)
                    : PosixFiles.read(descriptor, offset + done, pages, done, bytes - done, 0);
            if (moved <= 0) {
                // Somebody else has cut the file, or its device fails.
                return moved == 0 ? -EIO : (int) moved;
            }
            done += moved;
        }
        return 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            PosixFiles.close(descriptor);
            giveUp(channel, null);
        }
    }
}

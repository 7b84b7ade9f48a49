package dev.pagoda.mm.swap;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file of the host with slots for pages, its room reserved, past the host's own cache where the file system can do that.
 *
 * <p>The first page says what the file is; a file that holds something else is refused, so that nobody's data is overwritten by a slip. A lock of the host keeps other kernels
 * out while it is open, those of other programs and of this one. What it holds means nothing to the next kernel; the file stays. Only its owner may read it. Any
 * thread may read and write, several at a time, of different slots; each call blocks on the device.
 */
public final class SwapFile implements SwapStore {
    /** The smallest that is worth it. */
    public static final long LEAST_BYTES = 1 << 20;
    /** What words can name: 2^28 slots. */
    public static final long MOST_BYTES = 1L << 40;

    private static final Set<StandardOpenOption> READ_WRITE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final byte[] MARK = "pagoda swap 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int EFBIG = 27;
    private static final int EIO = 5;

    /** Files open in this program, by the host's key: opening and closing one once more would lose its lock. */
    private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Object key;
    private final FileChannel channel;
    private final int descriptor;
    private final long slots;
    private boolean closed;

    private SwapFile(Path path, Object key, FileChannel channel, int descriptor, long slots) {
        this.path = path;
        this.key = key;
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
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path)) {
            throw new SwapRefused(path + " is not a regular file; name one, or a name that is free");
        }
        try {
            return make(path, bytes & -PhysicalMemory.FRAME_BYTES);
        } catch (FileAlreadyExistsException there) {
            try {
                if (OPEN.contains(keyOf(path))) {
                    throw inUse(path);
                }
                return prepare(path, FileChannel.open(path, READ_WRITE), bytes & -PhysicalMemory.FRAME_BYTES, false);
            } catch (IOException e) {
                throw cannotBeOpened(path, e);
            }
        } catch (IOException e) {
            throw cannotBeOpened(path, e);
        }
    }

    private static SwapFile make(Path path, long bytes) throws IOException {
        FileChannel made = FileChannel.open(
                path,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return prepare(path, made, bytes, true);
    }

    private static SwapRefused cannotBeOpened(Path path, IOException e) {
        String reason;
        if (e instanceof NoSuchFileException) {
            reason = "there is no such directory";
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else {
            reason = e.getMessage();
        }
        return new SwapRefused(
                "swap file " + path + " cannot be opened for writing: " + reason + "; name one that can be");
    }

    /** Closes the channel if it cannot be used, and removes the file if it was made in vain. */
    private static SwapFile prepare(Path path, FileChannel channel, long bytes, boolean made) throws IOException {
        SwapFile opened = null;
        // From the lock on nobody else uses the file.
        boolean locked = false;
        try {
            lock(path, channel);
            locked = true;
            opened = prepareLocked(path, channel, bytes);
            return opened;
        } finally {
            if (opened == null) {
                giveUp(channel, made && locked ? path : null);
            }
        }
    }

    private static SwapFile prepareLocked(Path path, FileChannel channel, long bytes) throws IOException {
        requireOurs(path, channel);
        requireRoom(path, channel.size(), bytes);
        channel.write(ByteBuffer.wrap(MARK), 0);
        Object key = keyOf(path);
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
            throw refused == -ENOSPC || refused == -EFBIG
                    ? noRoom(path, bytes)
                    : new SwapRefused("the file system of " + path + " cannot reserve room for swap (the host's errno "
                            + -refused + "); name a file elsewhere");
        }
        OPEN.add(key);
        return new SwapFile(path, key, channel, descriptor, bytes >> PhysicalMemory.FRAME_SHIFT);
    }

    /** Before room is reserved: a host that finds out in the middle has filled its disk by then, for others too, and leaves a file that was there as large as it got. */
    private static void requireRoom(Path path, long hasBytes, long bytes) throws IOException {
        if (Files.getFileStore(path).getUsableSpace() < bytes - hasBytes) {
            throw noRoom(path, bytes);
        }
    }

    private static SwapRefused noRoom(Path path, long bytes) {
        return new SwapRefused("there is no room for " + bytes + " bytes of swap in " + path
                + "; ask for less, or name a file elsewhere");
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException ofThisProgram) {
            locked = false;
        }
        if (!locked) {
            throw inUse(path);
        }
    }

    private static SwapRefused inUse(Path path) {
        return new SwapRefused("swap file " + path + " is used by another kernel; name another file");
    }

    private static Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
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
            OPEN.remove(key);
        }
    }
}

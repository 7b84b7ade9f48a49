package dev.pagoda.pagecache;

import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open file description: a file, what may be done with it, and a position.
 *
 * <p>Made by one open and shared by its dups; {@link #close} once, when the last of them is closed. Calls answer a value or a negated errno, and check
 * numbers, not rights: whether the file is open for reading or writing is asked with {@link #isReadable} and {@link #isWritable}. Thread-safe: calls that use the
 * position take turns, as on Linux; others do not meet. All may block on the host, outside of epochs.
 */
public final class OpenFile implements AutoCloseable {
    private static final int O_ACCMODE = 3;
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;
    private static final int O_DSYNC = 010000;
    /** What O_SYNC has beside O_DSYNC. */
    private static final int O_SYNC_ALONE = 04000000;

    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int PERMISSION_BITS = 9;
    private static final int SYNC_RANGE_WAIT_BEFORE = 1;
    private static final int SYNC_RANGE_WRITE = 2;
    private static final int SYNC_RANGE_WAIT_AFTER = 4;
    private static final int SYNC_RANGE_FLAGS = SYNC_RANGE_WAIT_BEFORE | SYNC_RANGE_WRITE | SYNC_RANGE_WAIT_AFTER;
    private static final int FADV_NORMAL = 0;
    private static final int FADV_RANDOM = 1;
    private static final int FADV_SEQUENTIAL = 2;
    private static final int FADV_WILLNEED = 3;
    private static final int FADV_DONTNEED = 4;
    private static final int FADV_NOREUSE = 5;

    private final PagedObject object;
    private final boolean readable;
    private final boolean writable;
    private final boolean syncsContent;
    private final boolean syncsSize;
    private volatile boolean append;
    private final ReentrantLock positioning = new ReentrantLock();
    private long position;
    private final ReadAhead readAhead = new ReadAhead();
    /** The failed writes that this description has heard of. */
    private final AtomicLong heard = new AtomicLong();

    private OpenFile(PagedObject object, int flags) {
        int access = flags & O_ACCMODE;
        this.object = object;
        // Access 3 is neither (OPEN_FMODE of Linux's fs.h).
        this.readable = access == O_RDONLY || access == O_RDWR;
        this.writable = access == O_WRONLY || access == O_RDWR;
        this.append = (flags & O_APPEND) != 0;
        this.syncsContent = (flags & O_DSYNC) != 0;
        this.syncsSize = syncsContent && (flags & O_SYNC_ALONE) != 0;
        if (object instanceof CachedFile file) {
            heard.set(file.errors().sample());
        }
    }

    /**
     * What came of opening a file: the file, or why not.
     *
     * @param file the open file, or null
     * @param errno 0, or the positive error number
     * @param reason a sentence that says why; empty for success
     */
    public record Opening(OpenFile file, int errno, String reason) {}

    /**
     * Opens a file of the host, and makes it first if the flags ask for it.
     *
     * @param cache the kernel's
     * @param path the file
     * @param flags Linux's for open(2): access mode, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DSYNC, O_SYNC; others are not looked at
     * @param mode permissions of a new file, as open(2)
     */
    public static Opening open(PageCache cache, Path path, int flags, int mode) {
        CachedFile file;
        try {
            file = find(cache, path, flags, mode);
        } catch (NoSuchFileException e) {
            return leadsThroughAFile(path)
                    ? new Opening(null, HostErrors.ENOTDIR, path + " leads through a file")
                    : new Opening(null, HostErrors.ENOENT, reason(path, e));
        } catch (IOException e) {
            return new Opening(null, HostErrors.errno(e), reason(path, e));
        }
        OpenFile opened = new OpenFile(file, flags);
        int forbidden = opened.writable ? file.makeWritable() : 0;
        if (forbidden != 0) {
            opened.close();
            return new Opening(null, -forbidden, "the host does not let " + path + " be written");
        }
        if (opened.writable && (flags & O_TRUNC) != 0) {
            long refused = file.truncate(0);
            if (refused != 0) {
                opened.close();
                return new Opening(null, (int) -refused, path + " could not be cut");
            }
        }
        return new Opening(opened, 0, "");
    }

    /**
     * Makes a file of the host that has no name: O_TMPFILE.
     *
     * @param directory whose file system keeps it
     * @param flags as for {@link #open}
     * @param mode permissions, as open(2)
     */
    public static Opening nameless(PageCache cache, Path directory, int flags, int mode) {
        try {
            Path path = Files.createTempFile(directory, ".pagoda", ".tmp");
            try {
                return open(cache, path, flags & ~(O_CREAT | O_EXCL), mode);
            } finally {
                // It lives on while it is open or mapped.
                Files.delete(path);
            }
        } catch (IOException e) {
            return new Opening(null, HostErrors.errno(e), reason(directory, e));
        }
    }

    private static CachedFile find(PageCache cache, Path path, int flags, int mode) throws IOException {
        boolean create = (flags & O_CREAT) != 0;
        boolean exclusive = create && (flags & O_EXCL) != 0;
        while (true) {
            if (create && make(path, mode) || !exclusive) {
                try {
                    return cache.open(path);
                } catch (NoSuchFileException e) {
                    // Another program removed it since; a link that leads nowhere is not made a file of.
                    if (!create || Files.isSymbolicLink(path)) {
                        throw e;
                    }
                }
            } else {
                throw new FileAlreadyExistsException(path.toString());
            }
        }
    }

    /** Makes a file; false if there is one. */
    private static boolean make(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < PERMISSION_BITS; bit++) {
            if ((mode >>> PERMISSION_BITS - 1 - bit & 1) != 0) {
                permissions.add(all[bit]);
            }
        }
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(permissions));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Whether the last directory of a path that is there is none: Java does not tell ENOTDIR from ENOENT. */
    private static boolean leadsThroughAFile(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && !Files.isDirectory(above);
    }

    private static String reason(Path path, IOException error) {
        return switch (HostErrors.errno(error)) {
            case HostErrors.ENOENT -> "there is no file " + path;
            case HostErrors.EACCES -> "the host does not let " + path + " be opened";
            case HostErrors.EEXIST -> path + " exists already";
            case HostErrors.EISDIR -> path + " is a directory";
            default -> path + " cannot be opened: " + error.getMessage();
        };
    }

    /**
     * Makes an empty file that lives in memory, open for reading and writing.
     *
     * @param cache the kernel's
     * @param name what maps shows of it
     * @param sealable whether seals may be added
     */
    public static OpenFile inMemory(PageCache cache, String name, boolean sealable) {
        return new OpenFile(
                new MemoryFile(
                        cache.core(), cache.actors(), cache.guesses(), name, sealable ? 0 : MemoryFile.SEAL_SEAL, true),
                O_RDWR);
    }

    /** As {@link #inMemory}, of a file that nobody may execute, and that takes seals. */
    public static OpenFile inMemoryNotExecutable(PageCache cache, String name) {
        return new OpenFile(
                new MemoryFile(cache.core(), cache.actors(), cache.guesses(), name, MemoryFile.SEAL_EXEC, false),
                O_RDWR);
    }

    /** Opens an object that the caller holds and hands over. */
    static OpenFile of(PagedObject object, int flags) {
        return new OpenFile(object, flags);
    }

    /** The file behind it: what is mapped. */
    public PagedObject object() {
        return object;
    }

    /** Whether it is open for reading. */
    public boolean isReadable() {
        return readable;
    }

    /** Whether it is open for writing. */
    public boolean isWritable() {
        return writable;
    }

    /** Has writes go to the end from now on, or not. */
    public void append(boolean always) {
        append = always;
    }

    /** Bytes. */
    public long size() {
        return object.size();
    }

    /** Where mmap ends: the largest offset that Linux takes for such a file, which may lie beyond what it can hold. */
    public long largestSize() {
        return object.largestSize();
    }

    /** Ends this description; the file lives on while it is mapped. */
    @Override
    public void close() {
        closeAndTell();
    }

    /**
     * As {@link #close}: the last word about writes. It writes back what is dirty if nobody else uses the file, and tells a description open for writing of a
     * failure that it has not heard of. Closed it is in any case.
     *
     * @return 0 or a negated errno
     */
    public long closeAndTell() {
        object.letGo();
        return writable && object instanceof CachedFile file ? -file.errors().hear(heard) : 0;
    }

    // At the position

    /** Reads into a program's memory at the position, which moves on by what was read. */
    public long read(View view, long address, long length) {
        positioning.lock();
        try {
            long moved = pread(view, address, length, position);
            position += Math.max(0, moved);
            return moved;
        } finally {
            positioning.unlock();
        }
    }

    /** As {@link #read(View, long, long)}, into several ranges, one after the other. */
    public long read(View view, MemoryRanges ranges) {
        positioning.lock();
        try {
            long moved = pread(view, ranges, position);
            position += Math.max(0, moved);
            return moved;
        } finally {
            positioning.unlock();
        }
    }

    /** Writes from a program's memory at the position, or at the end if the file is open for appending; the position is behind it then. */
    public long write(View view, long address, long length) {
        return writeAtPosition(new Transfer.Memory(view, address), length);
    }

    /** As {@link #write(View, long, long)}, of several ranges: no other write through this description, and none that appends, comes between them. */
    public long write(View view, MemoryRanges ranges) {
        return writeAtPosition(new Transfer.Ranges(view, ranges), ranges.bytes());
    }

    private long writeAtPosition(Transfer transfer, long length) {
        positioning.lock();
        try {
            FileWrite.Result result = write(transfer, position, length);
            if (result.moved() > 0) {
                position = result.start() + result.moved();
            }
            return result.moved();
        } finally {
            positioning.unlock();
        }
    }

    /**
     * Moves the position: 0 from the start, 1 from where it is, 2 from the end, 3 to content, 4 to a hole, of which the last begins at the end. Returns it, or
     * EINVAL, or ENXIO where there is no more content.
     */
    public long seek(long offset, int whence) {
        positioning.lock();
        try {
            long from;
            switch (whence) {
                case SEEK_SET -> from = 0;
                case SEEK_CUR -> from = position;
                case SEEK_END -> from = object.size();
                case SEEK_DATA, SEEK_HOLE -> {
                    long size = object.size();
                    if (Long.compareUnsigned(offset, size) >= 0) {
                        return -HostErrors.ENXIO;
                    }
                    long found =
                            whence == SEEK_DATA ? Holes.data(object, offset, size) : Holes.hole(object, offset, size);
                    position = found < 0 ? position : found;
                    return found;
                }
                default -> {
                    return -HostErrors.EINVAL;
                }
            }
            long to = from + offset;
            if (to < 0 || to > largestSize()) {
                return -HostErrors.EINVAL;
            }
            position = to;
            return to;
        } finally {
            positioning.unlock();
        }
    }

    // Anywhere

    /** Whether a range is negative, or ends behind the last offset there is: looked at before the file is (fs/read_write.c, rw_verify_area). */
    private static boolean isNoRange(long offset, long length) {
        return (offset | length | offset + length) < 0;
    }

    /** Reads into a program's memory. */
    public long pread(View view, long address, long length, long offset) {
        if (isNoRange(offset, length)) {
            return -HostErrors.EINVAL;
        }
        return new FileRead(object, new Transfer.Memory(view, address), readAhead).run(offset, length);
    }

    /** As {@link #pread(View, long, long, long)}, into several ranges. */
    public long pread(View view, MemoryRanges ranges, long offset) {
        if (isNoRange(offset, ranges.bytes())) {
            return -HostErrors.EINVAL;
        }
        return new FileRead(object, new Transfer.Ranges(view, ranges), readAhead).run(offset, ranges.bytes());
    }

    /** As {@link #pwrite(View, long, long, long)}, of several ranges. */
    public long pwrite(View view, MemoryRanges ranges, long offset) {
        return write(new Transfer.Ranges(view, ranges), offset, ranges.bytes()).moved();
    }

    /** Writes from a program's memory; at the end if the file is open for appending, as on Linux. */
    public long pwrite(View view, long address, long length, long offset) {
        return write(new Transfer.Memory(view, address), offset, length).moved();
    }

    /** Reads into an array. */
    public long pread(byte[] bytes, int start, int length, long offset) {
        if (isNoRange(offset, length)) {
            return -HostErrors.EINVAL;
        }
        Actor actor = object.actors().borrow();
        try {
            return new FileRead(object, new Transfer.Array(actor.participant(), bytes, start), readAhead)
                    .run(offset, length);
        } finally {
            object.actors().giveBack(actor);
        }
    }

    /** As {@link #pread(byte[], int, int, long)}, by the thread of a view, which pays less. */
    public long pread(View view, byte[] bytes, int start, int length, long offset) {
        if (isNoRange(offset, length)) {
            return -HostErrors.EINVAL;
        }
        return new FileRead(object, new Transfer.ArrayOfThread(view, bytes, start), readAhead).run(offset, length);
    }

    /**
     * As {@link #pread(byte[], int, int, long)}, if all of it lies in one page that is in memory, for a caller that is inside an epoch. The epoch may stand for a count of this
     * description, if whoever closes it makes it unreachable and calls {@link #awaitHits} first. Wait-free; allocates nothing, and writes nothing that other
     * readers write.
     *
     * @return the length; or -1 if there is more to do, with bytes perhaps moved: leave the epoch, and read as always
     */
    public int preadHit(byte[] bytes, int start, int length, long offset) {
        return offset < 0 ? FileRead.NO_HIT : FileRead.hit(object, bytes, start, length, offset);
    }

    /** Waits until every {@link #preadHit} that was under way has ended: for one grace period, by yielding; outside of epochs. */
    public void awaitHits() {
        object.core().epochs().awaitGrace();
    }

    /** As {@link #pwrite(byte[], int, int, long)}, by the thread of a view, which pays less. */
    public long pwrite(View view, byte[] bytes, int start, int length, long offset) {
        return write(new Transfer.ArrayOfThread(view, bytes, start), offset, length)
                .moved();
    }

    /** Writes an array; at the end if the file is open for appending. */
    public long pwrite(byte[] bytes, int start, int length, long offset) {
        Actor actor = object.actors().borrow();
        try {
            return write(new Transfer.Array(actor.participant(), bytes, start), offset, length)
                    .moved();
        } finally {
            object.actors().giveBack(actor);
        }
    }

    /** As {@link #pwrite(View, byte[], int, int, long)}, at the offset also if the file is open for appending. */
    long pwriteThere(View view, byte[] bytes, int start, int length, long offset) {
        return write(new Transfer.ArrayOfThread(view, bytes, start), offset, length, false)
                .moved();
    }

    private FileWrite.Result write(Transfer transfer, long offset, long length) {
        return write(transfer, offset, length, append);
    }

    private FileWrite.Result write(Transfer transfer, long offset, long length, boolean atEnd) {
        if (isNoRange(offset, length)) {
            return new FileWrite.Result(-HostErrors.EINVAL, offset);
        }
        if (length == 0) {
            return new FileWrite.Result(0, offset);
        }
        // A seal is the answer before the program's memory is looked at; it is looked at again with each page.
        int refused = object.refusesWrite();
        if (refused != 0) {
            return new FileWrite.Result(refused, offset);
        }
        FileWrite.Result result = new FileWrite(object, transfer).run(offset, length, atEnd);
        return syncsContent && result.moved() > 0 ? synced(result) : result;
    }

    /** What was written is with the device, or the failure is the answer (generic_write_sync of Linux's fs.h). */
    private FileWrite.Result synced(FileWrite.Result result) {
        long first = result.start() >>> PagedObject.PAGE_SHIFT;
        long end = PagedObject.pagesOf(result.start() + result.moved());
        int failed = sync(first, end, syncsSize);
        return failed == 0 ? result : new FileWrite.Result(failed, result.start());
    }

    /**
     * A way to the content for one thread, without calls and copies; see {@link FileCursor}. The caller closes it.
     *
     * @param view the thread's
     * @throws IllegalStateException if the file is not open for reading, or was closed
     */
    public FileCursor cursor(View view) {
        if (!readable) {
            throw new IllegalStateException("the file is not open for reading");
        }
        if (!object.hold()) {
            throw new IllegalStateException("the file was closed");
        }
        return new FileCursor(this, view, syncsContent);
    }

    // The file as a whole

    /** Cuts the file or makes it longer. */
    public long truncate(long bytes) {
        return object.truncate(bytes);
    }

    /** Has room found for a range and makes the file so long (mode 0) or leaves its size (keep size), or makes a hole in it (punch and keep size). Others are EOPNOTSUPP. */
    public long fallocate(int mode, long offset, long length) {
        if (offset < 0 || length <= 0) {
            return -HostErrors.EINVAL;
        }
        if (length > largestSize() - offset) {
            return -HostErrors.EFBIG;
        }
        return switch (mode) {
            case 0 -> object.allocate(offset, offset + length, false);
            case FALLOC_FL_KEEP_SIZE -> object.allocate(offset, offset + length, true);
            case FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE -> object.punch(offset, length);
            default -> -HostErrors.EOPNOTSUPP;
        };
    }

    /**
     * Says how a range will be used: posix_fadvise(2). What holds for the description (normal, random, sequential) holds for all of it, as on Linux; WILLNEED reads, not more at once
     * than the cache can spare; DONTNEED has dirty pages written and gives the others up, whole pages only.
     *
     * @param length in bytes; 0 for all there is
     * @return 0, or EINVAL for an advice that does not exist or a negative length
     */
    public long advise(long offset, long length, int advice) {
        if (length < 0 || advice < FADV_NORMAL || advice > FADV_NOREUSE) {
            return -HostErrors.EINVAL;
        }
        long end = length == 0 || offset + length < offset ? Long.MAX_VALUE : offset + length;
        switch (advice) {
            case FADV_NORMAL -> readAhead.advise(ReadAhead.Advice.NORMAL);
            case FADV_RANDOM -> readAhead.advise(ReadAhead.Advice.RANDOM);
            case FADV_SEQUENTIAL -> readAhead.advise(ReadAhead.Advice.SEQUENTIAL);
            case FADV_WILLNEED -> willNeed(offset, end);
            case FADV_DONTNEED -> giveUp(offset, end);
            default -> {
                // NOREUSE: a page that is read once goes as soon as any other.
            }
        }
        return 0;
    }

    private void willNeed(long offset, long end) {
        long stop = Math.min(end, object.size());
        if (offset >= 0 && offset < stop) {
            object.willNeed(offset >>> PagedObject.PAGE_SHIFT, PagedObject.pagesOf(stop));
        }
    }

    /** Pages of which only a part is meant stay, but for the last of the file (mm/fadvise.c). */
    private void giveUp(long offset, long end) {
        long size = object.size();
        long first = PagedObject.pagesOf(Math.max(0, offset));
        long last = end >= size ? PagedObject.pagesOf(size) : end >>> PagedObject.PAGE_SHIFT;
        if (first < last) {
            object.pageOut(first, last);
        }
    }

    ReadAhead readAhead() {
        return readAhead;
    }

    /** Returns when the device has all content and the file's own data; tells of a failed write once, whoever wrote. */
    public long fsync() {
        return sync(0, ObjectTree.MAX_PAGES, true);
    }

    /** Returns when the device has all content; tells of a failed write once, whoever wrote. */
    public long fdatasync() {
        return sync(0, ObjectTree.MAX_PAGES, false);
    }

    /**
     * Writes a range to the host, or waits until others have, without having the device keep it: sync_file_range(2).
     *
     * @param length in bytes; 0 for all there is
     * @param flags 1 waits for what is being written already, 2 writes what is dirty and left by others, 4 waits once more; those that wait tell of a failed write
     * @return 0 or a negated errno
     */
    public long syncRange(long offset, long length, int flags) {
        long end = offset + length;
        if ((flags & ~SYNC_RANGE_FLAGS) != 0 || offset < 0 || length < 0 || end < 0) {
            return -HostErrors.EINVAL;
        }
        if (!(object instanceof CachedFile file)) {
            return 0;
        }
        long first = offset >>> PagedObject.PAGE_SHIFT;
        long stop = length == 0 ? ObjectTree.MAX_PAGES : PagedObject.pagesOf(end);
        int told = 0;
        if ((flags & SYNC_RANGE_WAIT_BEFORE) != 0) {
            file.awaitWriteBack(first, stop);
            told = file.errors().hear(heard);
        }
        if (told == 0 && (flags & SYNC_RANGE_WRITE) != 0) {
            file.writeBack(first, stop, false);
        }
        if (told == 0 && (flags & SYNC_RANGE_WAIT_AFTER) != 0) {
            file.awaitWriteBack(first, stop);
            told = file.errors().hear(heard);
        }
        return -told;
    }

    /** Writes a range back for this description; returns 0 or a negated errno: what failed in this call, else what it has not heard of. */
    int sync(long firstIndex, long endIndex, boolean metadataToo) {
        if (!(object instanceof CachedFile file)) {
            return 0;
        }
        int refused = file.sync(firstIndex, endIndex, metadataToo);
        int told = file.errors().hear(heard);
        return refused != 0 ? refused : -told;
    }
}

package dev.pagoda.syscalls;

import dev.pagoda.pagecache.OpenFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a descriptor refers to: an open file, something that has no pages (a directory, a process), or a path (O_PATH).
 *
 * <p>Counted by its descriptors and by the calls that are using it; the last one closes the file, after a grace period, so that who found it inside an epoch
 * may use it there uncounted. Thread-safe; lock-free but for that grace period.
 */
final class Description {
    /** {@link #pid} of what is no process. */
    static final int NO_PROCESS = 0;

    /** Flags of open that mean that moment only, or the number (do_dentry_open of Linux's fs/open.c). */
    private static final int FORGOTTEN =
            Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOCTTY | Linux.O_TRUNC | Linux.O_CLOEXEC;
    /** SETFL_MASK and FASYNC of Linux's fs/fcntl.c. */
    private static final int CHANGEABLE =
            Linux.O_APPEND | Linux.O_NONBLOCK | Linux.O_ASYNC | Linux.O_DIRECT | Linux.O_NOATIME;

    private final OpenFile file;
    /** The same if a read may begin with it, else null. */
    private final OpenFile readable;

    /** Whether the file is /dev/zero. */
    private final boolean zero;

    private final int pid;
    /** Where a directory was when it was opened; null of anything else. */
    private final Path path;
    /** What F_GETFL tells. */
    private final AtomicInteger flags;

    private final DescriptionUsers users = new DescriptionUsers();
    private final AtomicLong position = new AtomicLong();

    private Description(OpenFile file, boolean zero, int pid, Path path, int flags) {
        this.file = file;
        boolean reads = file != null && !zero && file.isReadable() && (flags & Linux.O_PATH) == 0;
        this.readable = reads ? file : null;
        this.zero = zero;
        this.pid = pid;
        this.path = path;
        this.flags = new AtomicInteger(flags & ~FORGOTTEN);
    }

    /** Takes an open file over. */
    static Description of(OpenFile file, int flags) {
        return new Description(file, false, NO_PROCESS, null, flags);
    }

    /** Takes an open file over that is /dev/zero. */
    static Description zero(OpenFile file, int flags) {
        return new Description(file, true, NO_PROCESS, null, flags);
    }

    static Description directory(Path path, int flags) {
        return new Description(null, false, NO_PROCESS, path, flags);
    }

    /** What pidfd_open makes: numbers of processes are never used again, so that the number is the process, also when it has ended. */
    static Description process(int pid, int flags) {
        return new Description(null, false, pid, null, Linux.O_RDWR | flags & Linux.O_NONBLOCK);
    }

    /** Whether it stands for a path only: nothing can be done with what is there. */
    boolean isPath() {
        return (flags.get() & Linux.O_PATH) != 0;
    }

    /** Whether it is {@link ZeroDevice}. */
    boolean isZero() {
        return zero;
    }

    /** Whether it is a directory. */
    boolean isDirectory() {
        return file == null && pid == NO_PROCESS;
    }

    /** Where a directory was when it was opened; null of anything else. */
    Path path() {
        return path;
    }

    /** The access mode and flags, as F_GETFL tells them. */
    int flags() {
        return flags.get();
    }

    /** Changes those flags that may be changed. */
    void changeFlags(int wanted) {
        int changed = flags.updateAndGet(had -> had & ~CHANGEABLE | wanted & CHANGEABLE);
        if (file != null) {
            file.append((changed & Linux.O_APPEND) != 0);
        }
    }

    /** The position of a directory, which nothing here reads. */
    AtomicLong position() {
        return position;
    }

    /** The process that it refers to, or {@link #NO_PROCESS}. */
    int pid() {
        return pid;
    }

    /** The open file, or null for a directory or a process. */
    OpenFile file() {
        return file;
    }

    /** The open file if reads of it are allowed, else null: what a hit asks, in one look. */
    OpenFile readable() {
        return readable;
    }

    /** Counts a descriptor more; false if the last one was closed. */
    boolean addDescriptor() {
        return users.addDescriptor();
    }

    /**
     * Counts a descriptor less; the last user closes the file. Returns 0, or the negated errno of a write that failed and that nobody was told of.
     */
    long removeDescriptor() {
        return users.removeDescriptor() ? close() : 0;
    }

    /**
     * Keeps the file open for a call, also when its last descriptor is closed meanwhile; false if that was before.
     *
     * @param stripe the index of the caller's participant; the same for {@link #leave}
     */
    boolean enter(int stripe) {
        DescriptionUsers.Entry entry = users.enter(stripe);
        if (entry == DescriptionUsers.Entry.LAST) {
            close();
        }
        return entry == DescriptionUsers.Entry.IN;
    }

    /** Ends a call; the last user closes the file. */
    void leave(int stripe) {
        if (users.leave(stripe)) {
            close();
        }
    }

    private long close() {
        if (file == null) {
            return 0;
        }
        // Whoever found it in a table inside an epoch is not counted. It stands in no table any more.
        file.awaitHits();
        return file.closeAndTell();
    }
}

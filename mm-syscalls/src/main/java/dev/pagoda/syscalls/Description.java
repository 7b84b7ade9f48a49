package dev.pagoda.syscalls;

import dev.pagoda.pagecache.OpenFile;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a descriptor refers to: an open file, something that has no pages (a directory, a process), or a path (O_PATH).
 *
 * <p>Counted by its descriptors and by the calls that are using it; the last one closes the file. Thread-safe, lock-free.
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
    private final int pid;
    /** What F_GETFL tells. */
    private final AtomicInteger flags;

    private final AtomicInteger holds = new AtomicInteger(1);
    private final AtomicLong position = new AtomicLong();

    private Description(OpenFile file, int pid, int flags) {
        this.file = file;
        this.pid = pid;
        this.flags = new AtomicInteger(flags & ~FORGOTTEN);
    }

    /** Takes an open file over. */
    static Description of(OpenFile file, int flags) {
        return new Description(file, NO_PROCESS, flags);
    }

    static Description directory(int flags) {
        return new Description(null, NO_PROCESS, flags);
    }

    /** What pidfd_open makes: numbers of processes are never used again, so that the number is the process, also when it has ended. */
    static Description process(int pid, int flags) {
        return new Description(null, pid, Linux.O_RDWR | flags & Linux.O_NONBLOCK);
    }

    /** Whether it stands for a path only: nothing can be done with what is there. */
    boolean isPath() {
        return (flags.get() & Linux.O_PATH) != 0;
    }

    /** Whether it is a directory. */
    boolean isDirectory() {
        return file == null && pid == NO_PROCESS;
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

    /** Keeps the file open; false if its last descriptor was closed. */
    boolean holdUnlessGone() {
        return holds.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    /** Ends the use of the file; the last one closes it. Returns 0, or the negated errno of a write that failed and that nobody was told of. */
    long letGo() {
        return holds.decrementAndGet() == 0 && file != null ? file.closeAndTell() : 0;
    }
}

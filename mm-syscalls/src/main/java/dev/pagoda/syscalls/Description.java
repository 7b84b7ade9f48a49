package dev.pagoda.syscalls;

import dev.pagoda.pagecache.OpenFile;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a descriptor refers to: an open file, or something that has no pages (a directory, a process).
 *
 * <p>Counted by its descriptors and by the calls that are using it; the last one closes the file. Thread-safe, lock-free.
 */
final class Description {
    /** {@link #pid} of what is no process. */
    static final int NO_PROCESS = 0;

    private final OpenFile file;
    private final int pid;
    private final AtomicInteger holds = new AtomicInteger(1);

    private Description(OpenFile file, int pid) {
        this.file = file;
        this.pid = pid;
    }

    /** Takes an open file over. */
    static Description of(OpenFile file) {
        return new Description(file, NO_PROCESS);
    }

    static Description directory() {
        return new Description(null, NO_PROCESS);
    }

    /** What pidfd_open makes: numbers of processes are never used again, so that the number is the process, also when it has ended. */
    static Description process(int pid) {
        return new Description(null, pid);
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

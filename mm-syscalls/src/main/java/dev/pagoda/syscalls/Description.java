package dev.pagoda.syscalls;

import dev.pagoda.pagecache.OpenFile;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a descriptor refers to: an open file, or something that has no pages (a directory).
 *
 * <p>Counted by its descriptors and by the calls that are using it; the last one closes the file. Thread-safe, lock-free.
 */
final class Description {
    private final OpenFile file;
    private final AtomicInteger holds = new AtomicInteger(1);

    private Description(OpenFile file) {
        this.file = file;
    }

    /** Takes an open file over. */
    static Description of(OpenFile file) {
        return new Description(file);
    }

    static Description directory() {
        return new Description(null);
    }

    /** The open file, or null for a directory. */
    OpenFile file() {
        return file;
    }

    /** The largest size that a file of this kind can have, in bytes. */
    long largestSize() {
        return file == null ? Long.MAX_VALUE : file.largestSize();
    }

    /** Keeps the file open; false if its last descriptor was closed. */
    boolean holdUnlessGone() {
        return holds.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    /** Ends the use of the file; the last one closes it. */
    void letGo() {
        if (holds.decrementAndGet() == 0 && file != null) {
            file.close();
        }
    }
}

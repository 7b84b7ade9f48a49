package dev.pagoda.syscalls;

import java.util.concurrent.atomic.AtomicInteger;

/** In place of an open file: how often it was released. */
final class ReleasedFile {
    private final AtomicInteger releases = new AtomicInteger();

    boolean isThere() {
        return releases.get() == 0;
    }

    void release() {
        releases.incrementAndGet();
    }

    int releases() {
        return releases.get();
    }
}

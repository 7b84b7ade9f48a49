package dev.pagoda.runtime.stress;

import dev.pagoda.pagecache.PageCache;
import dev.pagoda.runtime.Process;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.concurrent.CountDownLatch;

/** A guest thread that reads for a round, and judges what it reads as the workers do. Begun and ended at rest. */
final class CacheGuest {
    private final CacheWorker reader;
    private GuestThread thread;
    private volatile boolean ends;
    private volatile Throwable failure;

    CacheGuest(CacheWorker reader) {
        this.reader = reader;
    }

    void begin(Process process, PageCache cache) {
        ends = false;
        CountDownLatch entered = new CountDownLatch(1);
        thread = process.start("reader " + reader.index, -1, calls -> run(calls, cache, entered));
        await(entered::await);
        requireWell();
    }

    private void run(LinuxCalls calls, PageCache cache, CountDownLatch entered) {
        try {
            reader.enter(calls, cache);
            entered.countDown();
            while (!ends) {
                reader.readStep();
                // Guest threads are not interrupted: the others would not run before this one waits for a disk.
                Thread.yield();
            }
            reader.closeFiles();
        } catch (Throwable e) {
            failure = e;
            entered.countDown();
        }
    }

    void end() {
        ends = true;
        await(thread::join);
        requireWell();
    }

    private interface Waiting {
        void end() throws InterruptedException;
    }

    private static void await(Waiting waiting) {
        try {
            waiting.end();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Throws what the guest thread met. By any thread. */
    void requireWell() {
        Throwable met = failure;
        if (met != null) {
            throw new IllegalStateException(met.getMessage() + "\nin a guest, " + reader.lastOperations(), met);
        }
    }

    long steps() {
        return reader.steps();
    }
}

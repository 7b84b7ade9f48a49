package dev.pagoda.pagecache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes dirty pages before anybody asks for it: those of a file that has been dirty for long, and any when there are many. One thread for each cache.
 *
 * <p>Two limits, parts of the cache's bound as Linux has parts of memory (vm.dirty_background_ratio, vm.dirty_ratio). Above the first this thread writes until
 * it is reached again; above the second whoever makes pages dirty writes some himself before he goes on, so that writers become as fast as the device. That is asked outside of epochs, after
 * the page was made dirty, so the second limit is passed by what is under way; the cache's bound is never passed. Where the device refuses nobody is held up:
 * pages stay dirty, whoever wrote them hears of it at the next sync, and the bound stops him.
 */
final class Flusher implements AutoCloseable {
    /** How long a file may be dirty, as Linux's vm.dirty_expire_centisecs. */
    private static final long OLD_NANOS = 30_000_000_000L;
    /** How often that is looked at, as Linux's vm.dirty_writeback_centisecs. */
    private static final long INTERVAL_NANOS = 5_000_000_000L;
    /** After a pass in which nothing could be written. */
    private static final long RETRY_NANOS = 100_000_000;
    /** Longest that one call is held up while others write, as Linux's MAX_PAUSE. */
    private static final long MOST_PAUSE_NANOS = 200_000_000;

    private static final int BACKGROUND_PERCENT = 10;
    private static final int THROTTLE_PERCENT = 20;
    /** A small cache may be dirty to a quarter, and a half, if that is no more pages than these: less would be written one by one. */
    private static final long SMALL_BACKGROUND = 64;

    private static final long SMALL_THROTTLE = 128;

    private final PageCache cache;
    private final long backgroundPages;
    private final long throttlePages;
    private final LongAdder dirty = new LongAdder();
    private final Thread thread;
    /** The thread looks, or will: nobody need wake it. */
    private volatile boolean awake;

    private volatile boolean atWork;
    private volatile boolean closed;

    Flusher(PageCache cache) {
        this.cache = cache;
        long bound = cache.bound();
        this.backgroundPages = Math.max(bound * BACKGROUND_PERCENT / 100, Math.min(bound / 4, SMALL_BACKGROUND));
        this.throttlePages = Math.max(bound * THROTTLE_PERCENT / 100, Math.min(bound / 2, SMALL_THROTTLE));
        this.thread = Thread.ofPlatform().daemon().name("page cache write-back").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Pages that are newer than their files, those under write-back left out. */
    long dirtyPages() {
        return dirty.sum();
    }

    /** Dirty pages above which the background writes. */
    long backgroundPages() {
        return backgroundPages;
    }

    /** Dirty pages above which those write who make more. */
    long throttlePages() {
        return throttlePages;
    }

    /** Counts a page that became dirty. Does not wait: may be called inside an epoch. */
    void becameDirty() {
        dirty.increment();
        if (!awake && dirty.sum() > backgroundPages) {
            wake();
        }
    }

    /** Counts pages that are dirty no more, or under write-back. */
    void becameClean(long pages) {
        dirty.add(-pages);
    }

    /** Has the thread look now. */
    void wake() {
        awake = true;
        LockSupport.unpark(thread);
    }

    /**
     * Holds up whoever has just made pages dirty while there are too many: he writes some, or waits a little for others who do. Outside of epochs; one sum if there are few.
     */
    void throttle() {
        if (dirty.sum() <= throttlePages) {
            return;
        }
        cache.statistics().throttled.increment();
        Backoff backoff = new Backoff();
        long start = System.nanoTime();
        while (dirty.sum() > throttlePages && System.nanoTime() - start < MOST_PAUSE_NANOS) {
            int written = writeSome();
            if (written != 0) {
                // Written: as many as he may have made dirty since he was here last. Refused: it is not his fault.
                return;
            }
            backoff.pause();
        }
    }

    /** Writes a batch of the file that is dirty for longest; returns how many pages, 0 if others write them all, or -1 if the device refuses. */
    private int writeSome() {
        for (CachedFile file : dirtyFiles()) {
            if (file.visit()) {
                try {
                    int written = file.writeBatch();
                    if (written != 0) {
                        return written;
                    }
                } finally {
                    file.leave();
                }
            }
        }
        return 0;
    }

    /** Files that became dirty since they were last written as a whole, those that did first before the others. */
    private List<CachedFile> dirtyFiles() {
        List<CachedFile> found = new ArrayList<>();
        for (CachedFile file : cache.files()) {
            if (file.dirtySince() != CachedFile.CLEAN) {
                found.add(file);
            }
        }
        long now = System.nanoTime();
        found.sort(Comparator.comparingLong(file -> file.dirtySince() - now));
        return found;
    }

    private void run() {
        while (!closed) {
            awake = true;
            atWork = true;
            boolean refused = false;
            if (dirty.sum() > backgroundPages) {
                refused = !writeDownTo(backgroundPages);
            }
            writeOlderThan(OLD_NANOS);
            atWork = false;
            awake = false;
            // Between the last look and the flag nobody has woken this thread.
            if (closed || !refused && dirty.sum() > backgroundPages) {
                continue;
            }
            LockSupport.parkNanos(this, refused ? RETRY_NANOS : INTERVAL_NANOS);
        }
    }

    /** Writes until no more pages are dirty than that; false if the device refuses, or others write them all. */
    private boolean writeDownTo(long pages) {
        while (dirty.sum() > pages && !closed) {
            if (writeSome() <= 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes every file that has been dirty for so long. */
    void writeOlderThan(long nanos) {
        for (CachedFile file : dirtyFiles()) {
            if (System.nanoTime() - file.dirtySince() < nanos) {
                return;
            }
            if (file.visit()) {
                try {
                    file.writeInBackground();
                } finally {
                    file.leave();
                }
            }
        }
    }

    /** Whether it is writing. */
    boolean isAtWork() {
        return atWork;
    }

    /** Ends the thread; waits for what it is writing. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

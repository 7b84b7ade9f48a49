package dev.pagoda.pagecache;

import java.util.concurrent.locks.LockSupport;

/**
 * Evicts before anybody has to wait for room: when less than a 64th of the bound is free, or 1024 pages, until twice as much is. One thread for each cache, none for a cache so small that this would be next to nothing.
 *
 * <p>It looks when a miss has taken room; a look that found nothing to evict, because all is dirty and the device refuses it for example, is not repeated for a while.
 */
final class Evictor implements AutoCloseable {
    private static final int FREE_PART = 64;
    private static final long MOST_FREE = 1024;
    private static final long LEAST_FREE = 8;
    private static final int AT_ONCE = 128;
    private static final long RETRY_NANOS = 10_000_000;

    private final PageCache cache;
    private final long low;
    private final Thread thread;
    /** The thread looks, or will: nobody need wake it. */
    private volatile boolean awake;

    private volatile long lastFailure = System.nanoTime() - RETRY_NANOS;
    private volatile boolean closed;

    Evictor(PageCache cache) {
        this.cache = cache;
        long part = Math.min(cache.bound() / FREE_PART, MOST_FREE);
        this.low = part < LEAST_FREE ? 0 : part;
        this.thread = Thread.ofPlatform().daemon().name("page cache eviction").unstarted(this::run);
    }

    void start() {
        if (low > 0) {
            thread.start();
        }
    }

    /** Room below which it evicts. */
    long low() {
        return low;
    }

    /** Told of so much room after a miss has taken some; does not wait. */
    void roomLeft(long pages) {
        if (low > 0 && pages < low && !awake && System.nanoTime() - lastFailure >= RETRY_NANOS) {
            awake = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            while (!closed && awake && cache.room() < 2 * low) {
                if (cache.evict(AT_ONCE) == 0) {
                    lastFailure = System.nanoTime();
                    break;
                }
            }
            awake = false;
            if (!closed) {
                LockSupport.park(this);
            }
        }
    }

    /** Whether it is evicting, or about to. */
    boolean isAtWork() {
        return awake;
    }

    /** Ends the thread; waits for what it is evicting. */
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

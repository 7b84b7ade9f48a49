package dev.pagoda.pagecache;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads that wait for the device in place of others: of guest threads, whose CPU runs another meanwhile, and of readers who asked for pages in advance.
 *
 * <p>A platform thread waits for itself. As many reads are in flight as there are threads here, made when they are needed. Thread-safe.
 */
final class IoThreads implements AutoCloseable {
    /** Reads in flight at one time: twice what the device needs to be busy (32). */
    private static final int MOST_THREADS = 64;
    /** Reads in advance that wait for a thread; more are not worth it. */
    private static final int MOST_WAITING = 64;

    private static final long IDLE_SECONDS = 10;
    /** After so long a guest thread makes its call itself if nobody has begun it: the threads here may all wait for something that needs it. */
    private static final long PATIENCE_NANOS = 100_000_000;

    private final ThreadPoolExecutor threads;
    /** Things to be done later that are not done. */
    private final AtomicInteger pending = new AtomicInteger();

    IoThreads() {
        threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("page cache I/O ", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** A call of the device. */
    @FunctionalInterface
    interface Transfer {
        int run() throws IOException;
    }

    /** Makes a call and waits for it: here, or, for a virtual thread, by parking until another thread has made it. */
    int call(Transfer transfer) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return transfer.run();
        }
        Waiting waiting = new Waiting(transfer, Thread.currentThread());
        try {
            threads.execute(waiting);
        } catch (RejectedExecutionException e) {
            // The cache is being closed.
            return transfer.run();
        }
        return waiting.await();
    }

    private static final class Waiting implements Runnable {
        private final Transfer transfer;
        private final Thread caller;
        private int result;
        private Throwable failure;
        private final AtomicBoolean begun = new AtomicBoolean();
        private volatile boolean done;

        Waiting(Transfer transfer, Thread caller) {
            this.transfer = transfer;
            this.caller = caller;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            try {
                result = transfer.run();
            } catch (Throwable e) {
                failure = e;
            }
            done = true;
            LockSupport.unpark(caller);
        }

        int await() throws IOException {
            boolean interrupted = false;
            while (!done) {
                LockSupport.parkNanos(this, PATIENCE_NANOS);
                interrupted |= Thread.interrupted();
                if (!begun.get()) {
                    run();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure) {
                case null -> {
                    return result;
                }
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }

    /**
     * Makes calls, several at a time, and returns when all are made. A platform thread takes part, so that it never waits for a thread that has not begun.
     *
     * @param count how many
     * @param atOnce how many at a time
     * @param call makes one, by its number; throws nothing
     */
    void all(int count, int atOnce, IntConsumer call) {
        boolean guest = Thread.currentThread().isVirtual();
        Many many = new Many(count, call, Thread.currentThread());
        int helpers = Math.min(count, atOnce) - (guest ? 0 : 1);
        boolean helped = helpers > 0;
        for (int i = 0; i < helpers && helped; i++) {
            try {
                threads.execute(many);
            } catch (RejectedExecutionException e) {
                // The cache is being closed.
                helped = i > 0;
                break;
            }
        }
        if (!guest || !helped) {
            many.run();
        }
        many.await();
    }

    private static final class Many implements Runnable {
        private final int count;
        private final IntConsumer call;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger made = new AtomicInteger();
        private volatile Throwable failure;

        Many(int count, IntConsumer call, Thread caller) {
            this.count = count;
            this.call = call;
            this.caller = caller;
        }

        @Override
        public void run() {
            for (int which = next.getAndIncrement(); which < count; which = next.getAndIncrement()) {
                try {
                    call.accept(which);
                } catch (Throwable e) {
                    failure = e;
                }
                if (made.incrementAndGet() == count) {
                    LockSupport.unpark(caller);
                }
            }
        }

        void await() {
            boolean interrupted = false;
            while (made.get() < count) {
                LockSupport.parkNanos(this, PATIENCE_NANOS);
                interrupted |= Thread.interrupted();
                if (next.get() < count) {
                    run();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Has something done later, if not too much is waiting already; returns whether it will be. */
    boolean later(Runnable task) {
        if (pending.incrementAndGet() <= MOST_WAITING) {
            try {
                threads.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        pending.decrementAndGet();
                    }
                });
                return true;
            } catch (RejectedExecutionException e) {
                // The cache is being closed.
            }
        }
        pending.decrementAndGet();
        return false;
    }

    /** Whether nothing is left to be done later. */
    boolean isIdle() {
        return pending.get() == 0;
    }

    /** Waits for what is under way; nothing is done later any more. */
    @Override
    public void close() {
        threads.close();
    }
}

package dev.pagoda.tests.stopped;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one thread can be stopped: {@link StoppingLoader} has the kernel's code call {@link #reach} before each access of memory that other threads may
 * see. One thread is armed at a time; for all others a point is one load.
 */
public final class StopPoints {
    private static volatile Stop armed;

    private StopPoints() {}

    /** A stop of one thread at one of its points. */
    public static final class Stop {
        private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

        private volatile Thread thread;
        private volatile Future<?> work;
        private volatile CountDownLatch resumed = new CountDownLatch(1);
        private int left;
        private volatile boolean stopped;

        private Stop(int points) {
            this.left = points;
        }

        /** What the thread carries out. */
        public Future<?> work() {
            return work;
        }

        /** Waits until the thread stops, or has ended: whether it stands there now. */
        public boolean await() {
            long limit = System.nanoTime() + LIMIT_NANOS;
            while (!stopped) {
                if (work.isDone()) {
                    return stopped;
                }
                if (System.nanoTime() > limit) {
                    throw new IllegalStateException("the thread neither stops nor ends");
                }
                LockSupport.parkNanos(1);
            }
            return true;
        }

        /** Lets the thread go on. */
        public void resume() {
            armed = null;
            resumed.countDown();
        }

        /** Lets the thread, which is stopped, go on until it has passed so many more points, the one before which it stands included. */
        public void resumeUntil(int points) {
            CountDownLatch first = resumed;
            left = points;
            resumed = new CountDownLatch(1);
            stopped = false;
            first.countDown();
        }

        private void pass() {
            left--;
            if (left < 0) {
                CountDownLatch next = resumed;
                stopped = true;
                try {
                    next.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Has a thread carry something out, and stop before it passes one point more than so many. */
    public static Stop run(ExecutorService threads, int points, Callable<?> body) {
        Stop stop = new Stop(points);
        stop.work = threads.submit(() -> {
            stop.thread = Thread.currentThread();
            armed = stop;
            return body.call();
        });
        return stop;
    }

    /** Called by the kernel's code. */
    public static void reach() {
        Stop stop = armed;
        if (stop != null && stop.thread == Thread.currentThread() && !stop.stopped) {
            stop.pass();
        }
    }
}

package dev.pagoda.tests.stopped;

import java.util.concurrent.CountDownLatch;

/**
 * Where one thread can be stopped: {@link StoppingLoader} has the kernel's code call {@link #reach} before each access of memory that other threads may
 * see. One thread is armed at a time; for all others a point is one load.
 */
public final class StopPoints {
    private static volatile Stop armed;

    private StopPoints() {}

    /** A stop of one thread at one of its points. */
    public static final class Stop {
        private final Thread thread;
        private final CountDownLatch resumed = new CountDownLatch(1);
        private int left;
        private volatile boolean stopped;

        private Stop(Thread thread, int points) {
            this.thread = thread;
            this.left = points;
        }

        /** Whether the thread stands there now, or has stood there. */
        public boolean isStopped() {
            return stopped;
        }

        /** Lets the thread go on. */
        public void resume() {
            armed = null;
            resumed.countDown();
        }

        private void pass() {
            left--;
            if (left < 0) {
                stopped = true;
                try {
                    resumed.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Has the calling thread stop before it passes one point more than so many. */
    public static Stop arm(int points) {
        Stop stop = new Stop(Thread.currentThread(), points);
        armed = stop;
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

package dev.pagoda.tests.stress;

import java.util.List;
import java.util.Map.Entry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Runs workers for a while, each in a thread of its own, under a watchdog: a thread that makes no progress for ten seconds fails the test
 * with the stacks of all threads. What fails is reported with the seed and what each worker did last.
 */
final class Crew {
    /** How long a scenario runs: {@code -Dpagoda.stress.seconds=20}. */
    static final long SECONDS = Long.getLong("pagoda.stress.seconds", 3);

    private static final long STUCK_NANOS = 10_000_000_000L;
    private static final long LOOK_MILLIS = 20;

    private final long seed;
    private final List<Worker> workers;

    Crew(long seed, List<Worker> workers) {
        this.seed = seed;
        this.workers = workers;
    }

    static long seed(String test) {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        System.out.println(test + " seed " + seed);
        return seed;
    }

    /** Has every worker repeat its step until the time is over; then all threads have ended. */
    void run(long nanos, Consumer<Worker> step) {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[workers.size()];
        for (int i = 0; i < threads.length; i++) {
            Worker worker = workers.get(i);
            threads[i] = new Thread(
                    () -> {
                        try {
                            while (!stop.get()) {
                                step.accept(worker);
                            }
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                            stop.set(true);
                        }
                    },
                    "worker " + i);
            // A stuck thread must not keep the JVM alive.
            threads[i].setDaemon(true);
            threads[i].start();
        }
        watch(threads, stop, System.nanoTime() + nanos, failure);
        if (failure.get() != null) {
            throw new AssertionError(report(), failure.get());
        }
    }

    private void watch(Thread[] threads, AtomicBoolean stop, long end, AtomicReference<Throwable> failure) {
        long[] steps = new long[threads.length];
        long[] since = new long[threads.length];
        java.util.Arrays.fill(since, System.nanoTime());
        boolean alive = true;
        while (alive) {
            alive = false;
            for (int i = 0; i < threads.length; i++) {
                join(threads[i]);
                long now = System.nanoTime();
                if (now > end) {
                    stop.set(true);
                }
                if (!threads[i].isAlive()) {
                    continue;
                }
                alive = true;
                if (workers.get(i).steps != steps[i]) {
                    steps[i] = workers.get(i).steps;
                    since[i] = now;
                } else if (now - since[i] > STUCK_NANOS) {
                    AssertionError stuck = new AssertionError("worker " + i + " is stuck\n" + stacks() + report());
                    if (failure.get() != null) {
                        stuck.addSuppressed(failure.get());
                    }
                    throw stuck;
                }
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(LOOK_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        for (Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(entry.getKey().getName()).append('\n');
            for (StackTraceElement element : entry.getValue()) {
                text.append("    at ").append(element).append('\n');
            }
        }
        return text.toString();
    }

    private String report() {
        StringBuilder text = new StringBuilder("seed " + seed + "\n");
        workers.forEach(worker -> text.append(worker.lastOperations()).append('\n'));
        return text.toString();
    }
}

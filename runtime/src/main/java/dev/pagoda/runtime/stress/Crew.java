package dev.pagoda.runtime.stress;

import java.util.Arrays;
import java.util.List;
import java.util.Map.Entry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Runs workers for a while, each in a thread of its own, under a watchdog: when a thread makes no progress for ten seconds, the run fails with the
 * stacks of all threads and the epochs they are in. What fails is reported with the seed and what each worker did last.
 *
 * @param <W> the workers
 */
public final class Crew<W extends Worker> {
    private static final long STUCK_NANOS = 10_000_000_000L;
    private static final long LOOK_MILLIS = 20;

    private final long seed;
    private final List<W> workers;
    private final long stuckNanos;

    /**
     * A crew at rest.
     *
     * @param seed for the report
     * @param workers one for each thread
     */
    public Crew(long seed, List<W> workers) {
        this(seed, workers, STUCK_NANOS);
    }

    Crew(long seed, List<W> workers, long stuckNanos) {
        this.seed = seed;
        this.workers = workers;
        this.stuckNanos = stuckNanos;
    }

    /** As {@link #run(long, Consumer, Runnable)}, without looking. */
    public void run(long nanos, Consumer<? super W> step) {
        run(nanos, step, () -> {});
    }

    /**
     * Has every worker repeat its step until the time is over; then all threads have ended.
     *
     * @param nanos how long
     * @param step what a worker repeats
     * @param look called by this thread several times a second
     * @throws StressFailure when a step throws, or a thread makes no progress; in the second case threads may still run
     */
    public void run(long nanos, Consumer<? super W> step, Runnable look) {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[workers.size()];
        for (int i = 0; i < threads.length; i++) {
            W worker = workers.get(i);
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
        watch(threads, stop, System.nanoTime() + nanos, failure, look);
        if (failure.get() != null) {
            throw describe(failure.get());
        }
    }

    /** What went wrong, with the seed and what each worker did last. Called when the workers are at rest. */
    public StressFailure describe(Throwable cause) {
        return new StressFailure(cause.getMessage() + "\n" + report(), cause);
    }

    private void watch(
            Thread[] threads, AtomicBoolean stop, long end, AtomicReference<Throwable> failure, Runnable look) {
        long[] steps = new long[threads.length];
        long[] since = new long[threads.length];
        Arrays.fill(since, System.nanoTime());
        boolean alive = true;
        while (alive) {
            alive = false;
            look.run();
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
                if (workers.get(i).steps() != steps[i]) {
                    steps[i] = workers.get(i).steps();
                    since[i] = now;
                } else if (now - since[i] > stuckNanos) {
                    String message = "worker " + i + " has made no progress for " + stuckNanos / 1_000_000 + " ms\n";
                    throw new StressFailure(message + states() + stacks() + report(), failure.get());
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

    private String states() {
        StringBuilder text = new StringBuilder();
        workers.forEach(worker -> text.append(worker.state()).append('\n'));
        return text.toString();
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
        StringBuilder text = new StringBuilder("seed " + seed);
        workers.forEach(worker -> text.append('\n').append(worker.lastOperations()));
        return text.toString();
    }
}

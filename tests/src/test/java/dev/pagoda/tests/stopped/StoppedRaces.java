package dev.pagoda.tests.stopped;

import java.lang.reflect.Constructor;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries out a {@link StoppedRace} once for each point of its first operation. */
final class StoppedRaces {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Time for an operation that does not wait though it should. */
    private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int NEVER_AGAIN = -1;

    private StoppedRaces() {}

    /** Stops everywhere; returns at how many points. */
    static int run(String race) throws Exception {
        Constructor<?> start = start(race);
        ExecutorService threads = Executors.newCachedThreadPool(StoppedRaces::daemon);
        try {
            int points = 0;
            while (stopAt(start, points, NEVER_AGAIN, threads).hasMore) {
                points++;
            }
            return points;
        } finally {
            // One that waits for ever is left alone.
            threads.shutdown();
        }
    }

    /**
     * Stops twice, and has the third's operation carried out only at the second stop.
     *
     * @param first at how many points, from the beginning, the first stop is
     * @param from after how many more the second is at first
     * @param to where it is not any more
     * @return at how many pairs of stops the two met as the race wants it
     */
    static int runTwice(String race, int first, int from, int to) throws Exception {
        Constructor<?> start = start(race);
        ExecutorService threads = Executors.newCachedThreadPool(StoppedRaces::daemon);
        try {
            int met = 0;
            for (int points = 0; points < first; points++) {
                for (int more = from; more < to; more++) {
                    met += stopAt(start, points, more, threads).isMet ? 1 : 0;
                }
            }
            return met;
        } finally {
            threads.shutdown();
        }
    }

    private static Constructor<?> start(String race) throws Exception {
        String outer = race.contains("$") ? race.substring(0, race.indexOf('$')) : race;
        Constructor<?> start = new StoppingLoader(Set.of(outer)).loadClass(race).getDeclaredConstructor();
        start.setAccessible(true);
        return start;
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body);
        // One that waits for ever must not keep the JVM alive.
        thread.setDaemon(true);
        return thread;
    }

    /**
     * What came of one stop.
     *
     * @param hasMore whether the first operation has more points than these
     * @param isMet whether the two met as the race wants it
     */
    private record Outcome(boolean hasMore, boolean isMet) {}

    private static Outcome stopAt(Constructor<?> start, int points, int more, ExecutorService threads)
            throws Exception {
        String where = start.getDeclaringClass().getSimpleName() + ", stopped before point " + points
                + (more == NEVER_AGAIN ? "" : ", and after " + more);
        StoppedRace race = (StoppedRace) start.newInstance();
        StopPoints.Stop stop = StopPoints.run(threads, points, called(race::stopped));
        boolean isStopped = stop.await();
        if (!isStopped) {
            // The same thread may be the one that comes next.
            stop.resume();
        }
        finish(threads.submit(called(race::meanwhile)), where);
        if (isStopped && more != NEVER_AGAIN) {
            stop.resumeUntil(more);
            stop.await();
        }
        Future<?> waiting = threads.submit(called(race::waiting));
        if (isStopped) {
            awaitFor(waiting, WAITING_NANOS);
        }
        stop.resume();
        finish(stop.work(), where);
        finish(waiting, where);
        try {
            race.check();
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError(where + ": " + wrong.getMessage(), wrong);
        }
        // Not if something was wrong: a thread may still be at it.
        race.close();
        return new Outcome(isStopped && points + 1 < race.points(), race.isMet());
    }

    /** What is called for its effect, and may throw. */
    private interface Step {
        void run() throws Exception;
    }

    private static Callable<?> called(Step step) {
        return () -> {
            step.run();
            return null;
        };
    }

    private static void awaitFor(Future<?> work, long nanos) throws Exception {
        try {
            work.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException waits) {
            // As it should, or may.
        }
    }

    private static void finish(Future<?> work, String where) throws Exception {
        try {
            work.get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(where + ": nobody got on for " + LIMIT_NANOS / 1_000_000_000L + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError(where + ": " + e.getCause(), e.getCause());
        }
    }
}

package dev.pagoda.runtime.stress;

import java.util.function.Consumer;

/** Runs a scenario for a while in rounds, with an audit at the pause after each. Used by one thread. */
public final class StressRun {
    private static final long DEFAULT_ROUND_NANOS = 1_000_000_000L;

    private final long seed;
    private final long nanos;
    private final long roundNanos;
    private final Consumer<Progress> listener;

    /** How far a run is. */
    public record Progress(long nanos, long totalNanos, long operations, int audits) {}

    /**
     * A run with a pause after each second.
     *
     * @param seed what the workers' numbers depend on, for reports
     * @param nanos how long
     * @param listener told several times a second
     */
    public StressRun(long seed, long nanos, Consumer<Progress> listener) {
        this(seed, nanos, DEFAULT_ROUND_NANOS, listener);
    }

    /** A run with pauses of one's own choice, which nobody looks at. */
    public StressRun(long seed, long nanos, long roundNanos) {
        this(seed, nanos, roundNanos, progress -> {});
    }

    private StressRun(long seed, long nanos, long roundNanos, Consumer<Progress> listener) {
        this.seed = seed;
        this.nanos = nanos;
        this.roundNanos = roundNanos;
        this.listener = listener;
    }

    /**
     * Runs the scenario to its end.
     *
     * @param scenario a scenario that has not run
     * @return what was done
     * @throws StressFailure at the first difference
     */
    public <W extends Worker> Progress run(Scenario<W> scenario) {
        Crew<W> crew = new Crew<>(seed, scenario.workers());
        long start = System.nanoTime();
        int audits = 0;
        long left = nanos;
        while (left > 0) {
            int done = audits;
            crew.run(
                    Math.min(left, roundNanos), scenario::step, () -> listener.accept(progress(scenario, start, done)));
            check(crew, scenario::audit);
            audits++;
            left = start + nanos - System.nanoTime();
        }
        check(crew, scenario::finish);
        return progress(scenario, start, audits + 1);
    }

    private static void check(Crew<?> crew, Runnable audit) {
        try {
            audit.run();
        } catch (RuntimeException | Error difference) {
            throw crew.describe(difference);
        }
    }

    private Progress progress(Scenario<?> scenario, long start, int audits) {
        long operations = scenario.workers().stream().mapToLong(Worker::steps).sum();
        return new Progress(System.nanoTime() - start, nanos, operations, audits);
    }
}

package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.Kernel;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * A recording that has been read and planned, ready to be replayed on kernels of its own.
 *
 * <p>Reading and planning find everything that is wrong with the recording, so that nothing runs when a file is damaged.
 * Immutable; each {@link #replay} is for one thread that is no guest.
 */
public final class TraceReplay {
    private final Path file;
    private final Plan plan;

    private TraceReplay(Path file, Plan plan) {
        this.file = file;
        this.plan = plan;
    }

    /**
     * Reads and plans a recording.
     *
     * @throws TraceError if it is damaged
     */
    public static TraceReplay prepare(Path file) throws TraceError {
        return new TraceReplay(file, Planner.plan(TraceReader.read(file), HostFiles.THIS_MACHINE));
    }

    /** How many steps one repetition has, as {@code onSteps} of {@link #replay} counts them. */
    public long steps() {
        return Replay.workOf(plan);
    }

    /**
     * Replays the recording on a fresh kernel, which is closed afterwards.
     *
     * @param boot boots the kernel, with as many CPUs as the options say
     * @param onSteps told now and then how many more steps are done; called from any thread
     * @throws UncheckedIOException if there is no room for stand-ins
     * @throws InterruptedException if the calling thread is interrupted
     */
    public ReplayReport replay(Supplier<Kernel> boot, ReplayOptions options, IntConsumer onSteps)
            throws InterruptedException {
        return replayOn(() -> new KernelMachine(boot.get()), options, onSteps);
    }

    ReplayReport replayOn(Supplier<Machine> machines, ReplayOptions options, IntConsumer onSteps)
            throws InterruptedException {
        Tally sum = new Tally();
        long faults = 0;
        long nanoseconds = 0;
        try (StandIns standIns = new StandIns();
                Machine machine = machines.get()) {
            for (int i = 0; i < options.repeat(); i++) {
                Replay.Outcome outcome =
                        new Replay(machine, plan, standIns, options.touch(), options.threads() == 1, onSteps).run();
                sum.add(outcome.tally());
                faults += outcome.faults();
                nanoseconds += outcome.nanoseconds();
                standIns.empty();
            }
            return report(options, sum, faults, nanoseconds, machine.peakBytes(), machine.audit());
        }
    }

    private ReplayReport report(
            ReplayOptions options, Tally sum, long faults, long nanoseconds, long peakBytes, Machine.Audit audit) {
        List<Difference> differences = new ArrayList<>(sum.differences().values());
        Map<String, Long> skipReasons = new TreeMap<>();
        for (Step step : plan.steps()) {
            if (step.fate() == Step.Fate.UNSUPPORTED) {
                differences.add(Difference.of(step, true, "not carried out: " + step.reason()));
            } else if (step.fate() == Step.Fate.SKIPPED) {
                skipReasons.merge(withoutPath(step.reason()), 1L, Long::sum);
            }
        }
        differences.sort((a, b) -> Integer.compare(a.line(), b.line()));
        int repeat = options.repeat();
        // A step that is only skipped can still break down in its preparations; it then counts as differed.
        long brokenSkips = sum.differences().keySet().stream()
                .filter(number -> plan.steps().get(number).fate() == Step.Fate.SKIPPED)
                .count();
        return new ReplayReport(
                file.toString(),
                (long) plan.steps().size() * repeat,
                sum.agreed(),
                sum.differed(),
                sum.unsupported() + plan.count(Step.Fate.UNSUPPORTED) * repeat,
                plan.count(Step.Fate.SKIPPED) * repeat - brokenSkips * repeat,
                faults,
                sum.touchedPages(),
                sum.refusedTouches(),
                peakBytes,
                nanoseconds,
                skipReasons,
                List.copyOf(differences),
                List.copyOf(sum.refusals()),
                plan.countFiles(RecordedFile.Kind.STAND_IN),
                plan.countFiles(RecordedFile.Kind.REAL),
                plan.imagePlacements(),
                audit.differences(),
                audit.text());
    }

    /** Reasons are summed up by kind: the path behind a colon and the line of a fork make too many of them. */
    private static String withoutPath(String reason) {
        int path = reason.indexOf(": /");
        String kind = path < 0 ? reason : reason.substring(0, path);
        return kind.replaceAll(" of line [0-9]+", "");
    }
}

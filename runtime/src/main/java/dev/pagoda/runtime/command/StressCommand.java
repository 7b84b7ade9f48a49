package dev.pagoda.runtime.command;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.swap.SwapRefused;
import dev.pagoda.runtime.stress.Scenario;
import dev.pagoda.runtime.stress.Scenarios;
import dev.pagoda.runtime.stress.StressFailure;
import dev.pagoda.runtime.stress.StressRun;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda stress}: has threads do at random what a scenario allows, and audits at pauses and at the end.
 *
 * <p>Exit status: 1 at the first difference or when a thread makes no progress, with the seed and the last operations of each thread.
 */
@Command(
        name = "stress",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description = "Has threads do at random what a scenario allows, and audits at pauses and at the end.",
        footer = {
            "",
            "Scenarios:",
            "  fork       spaces that fork, store, move, unmap and end; now and then frames are refused",
            "  frames     blocks of all orders, taken and given back with memory 98 %% full",
            "  pagecache  files in a cache of an eighth of them, on disks that fail and lose power",
            "  space      mmap, accesses, mprotect, munmap and mremap on shared and own pages of one space",
            "  spaces     every memory call in several processes on the same pages, files among them, while frames are refused"
        })
public final class StressCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 1024;
    private static final int MOST_MINUTES = 60 * 24 * 7;
    private static final int DEFAULT_SECONDS = 60;
    private static final int LEAST_DEFAULT_THREADS = 2;
    private static final long SHOW_NANOS = 200_000_000L;

    private final Scenarios scenarios;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            required = true,
            description = "fork, frames, pagecache, space or spaces")
    private String name;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "0", description = "how long (default: 1)")
    private int minutes;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "0", description = "how long, beside the minutes")
    private int seconds;

    @Option(names = "--seed", paramLabel = "S", description = "start of all random numbers (default: a new one)")
    private Long seed;

    @Option(names = "--threads", paramLabel = "N", description = "threads (default: CPUs of the host, at least 2)")
    private int threads = Math.max(LEAST_DEFAULT_THREADS, Runtime.getRuntime().availableProcessors());

    @Mixin
    private MemoryOptions memory;

    /** For picocli. */
    public StressCommand() {
        this(Scenarios.all());
    }

    /** With other scenarios, for tests of the command. */
    StressCommand(Scenarios scenarios) {
        this.scenarios = scenarios;
    }

    @Override
    public Integer call() {
        requireBetween("--threads", threads, 1, MOST_THREADS);
        requireBetween("--minutes", minutes, 0, MOST_MINUTES);
        requireBetween("--seconds", seconds, 0, MOST_MINUTES * 60);
        long total = minutes * 60L + seconds;
        long nanos = (total == 0 ? DEFAULT_SECONDS : total) * 1_000_000_000L;
        long start = seed == null ? System.nanoTime() : seed;
        Scenario<?> scenario = boot(start);
        if (memory.prefault()) {
            prefault(scenario);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(name + ": " + threads + " threads, " + size() + " of memory, seed " + start);
        out.flush();
        boolean live = ErrorTerminal.isThere();
        StressRun.Progress end;
        try {
            end = new StressRun(start, nanos, live ? new Line() : progress -> {}).run(scenario);
        } catch (StressFailure failure) {
            explain(failure, start, live);
            return PagodaCommand.EXIT_FAILED;
        }
        if (live) {
            ErrorTerminal.clear();
        }
        out.printf(
                Locale.ROOT,
                "%s: balanced: %.1f s, %,d operations, %s operations/s, %d audits%n",
                name,
                end.nanos() / 1e9,
                end.operations(),
                rate(end),
                end.audits());
        if (!scenario.account().isEmpty()) {
            out.println(scenario.account());
        }
        out.flush();
        return 0;
    }

    private Scenario<?> boot(long start) {
        if (!scenarios.names().contains(name)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no scenario '" + name + "'; there is " + String.join(" and ", scenarios.names()));
        }
        try {
            return memory.swap().isEmpty()
                    ? scenarios.boot(name, memory.bytes(), threads, start)
                    : scenarios.boot(
                            name, memory.bytes(), threads, start, memory.swap().get());
        } catch (SwapRefused refused) {
            throw new CommandFailure("not with this --swap: " + refused.getMessage());
        } catch (MemoryRefused | IllegalArgumentException refused) {
            throw new CommandFailure("not with this --memory and --threads: " + refused.getMessage());
        }
    }

    private void prefault(Scenario<?> scenario) {
        try {
            memory.prefault(scenario.memory()
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "--prefault is not for the scenario " + name + ", which has an allocator but no memory")));
        } catch (CommandFailure | ParameterException refused) {
            scenario.finish();
            throw refused;
        }
    }

    private void explain(StressFailure failure, long start, boolean live) {
        if (live) {
            ErrorTerminal.clear();
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(name + ": difference: " + failure.getMessage());
        if (failure.getCause() != null && System.getenv("PAGODA_DEBUG") != null) {
            failure.getCause().printStackTrace(err);
        }
        err.println("again: pagoda stress --scenario " + name + " --seed " + start + " --threads " + threads
                + " --memory " + size()
                + memory.swap()
                        .map(swap -> " --swap " + swap.file() + ":" + swap.bytes())
                        .orElse(""));
        err.flush();
    }

    private String size() {
        int shift = Math.min(30, Long.numberOfTrailingZeros(memory.bytes()) / 10 * 10);
        return (memory.bytes() >> shift)
                + "_KMG".substring(shift / 10, shift / 10 + 1).replace("_", "");
    }

    private static String rate(StressRun.Progress progress) {
        return String.format(Locale.ROOT, "%,.0f", progress.operations() / (progress.nanos() / 1e9));
    }

    private void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be between " + least + " and " + most + ", not " + value);
        }
    }

    /** Progress, on one line of a terminal. */
    private final class Line implements Consumer<StressRun.Progress> {
        private long shown;

        @Override
        public void accept(StressRun.Progress progress) {
            if (progress.nanos() - shown < SHOW_NANOS) {
                return;
            }
            shown = progress.nanos();
            long left = Math.max(0, progress.totalNanos() - progress.nanos());
            ErrorTerminal.show(String.format(
                    Locale.ROOT,
                    "%s: %s operations/s, %d s left, audited %d times",
                    name,
                    rate(progress),
                    (left + 999_999_999L) / 1_000_000_000L,
                    progress.audits()));
        }
    }
}

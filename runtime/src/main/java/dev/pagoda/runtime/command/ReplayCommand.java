package dev.pagoda.runtime.command;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.trace.ReplayOptions;
import dev.pagoda.runtime.trace.ReplayReport;
import dev.pagoda.runtime.trace.ReplayText;
import dev.pagoda.runtime.trace.TouchExtent;
import dev.pagoda.runtime.trace.TraceError;
import dev.pagoda.runtime.trace.TraceReplay;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code pagoda replay}: carries recorded programs out on a kernel and compares each result with the recorded one.
 *
 * <p>All recordings are read before the first one runs. Exit status: 1 if a call differed or was unsupported or the kernel's books
 * do not balance, 2 if a recording cannot be read.
 */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description =
                "Replays programs recorded with strace -f -o FILE, and compares each result with the recorded one.",
        footer = {
            "",
            "Record with: strace -f -o FILE -e trace=%%memory,%%desc,%%process PROGRAM",
            "Your files are only read; what a recording writes goes to stand-ins in a temporary directory."
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 1024;
    private static final int MOST_REPETITIONS = 1_000_000;
    /** Below this many steps a replay is over before a progress bar could be read. */
    private static final long STEPS_WORTH_A_BAR = 50_000;
    /** Columns of the progress bar: what every terminal has. */
    private static final int BAR_WIDTH = 79;

    @Spec
    private CommandSpec spec;

    @Mixin
    private MemoryOptions memory;

    @Option(
            names = "--buffered",
            description = "read and write files through the host's own cache; without it past that (direct I/O),"
                    + " so that memory is not spent twice, where the file system can do it")
    private boolean buffered;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "CPUs; 1 keeps the recorded order, with more each recorded thread keeps its own"
                    + " (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "replay each recording N times (default: ${DEFAULT-VALUE})")
    private int repeat;

    @Option(
            names = "--touch",
            paramLabel = "none|first|all",
            defaultValue = "first",
            converter = ExtentName.class,
            description = "which pages of each new mapping to access (default: ${DEFAULT-VALUE})")
    private TouchExtent touch;

    @Option(names = "--json", description = "print the results as JSON")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "recordings (.strace)")
    private List<String> files = new ArrayList<>();

    /** For picocli. */
    public ReplayCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        requireBetween("--threads", threads, MOST_THREADS);
        requireBetween("--repeat", repeat, MOST_REPETITIONS);
        List<TraceReplay> replays = prepareAll();
        List<ReplayReport> reports = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        long steps = replays.stream().mapToLong(TraceReplay::steps).sum() * repeat;
        boolean good = true;
        try (ProgressBar bar = steps >= STEPS_WORTH_A_BAR && ErrorTerminal.isThere() ? startBar(steps) : null) {
            IntConsumer onSteps = bar == null ? done -> {} : bar::stepBy;
            for (TraceReplay replay : replays) {
                ReplayReport report = replay(replay, () -> boot(bar), onSteps);
                reports.add(report);
                good &= report.good();
            }
        }
        if (json) {
            ReplayText.printJson(out, reports);
        } else {
            reports.forEach(report -> ReplayText.printDetails(out, report));
            out.println();
            ReplayText.printTable(out, reports);
        }
        out.flush();
        return good ? 0 : PagodaCommand.EXIT_FAILED;
    }

    private List<TraceReplay> prepareAll() {
        List<TraceReplay> replays = new ArrayList<>();
        for (String file : files) {
            try {
                replays.add(TraceReplay.prepare(Path.of(file)));
            } catch (TraceError damage) {
                throw new CommandFailure(damage.describe(file));
            } catch (InvalidPathException e) {
                throw new CommandFailure("'" + file + "' is no path: " + e.getReason());
            }
        }
        return replays;
    }

    /** Boots a kernel, with the bar out of the way of what booting has to show. */
    private Kernel boot(ProgressBar bar) {
        if (bar == null) {
            return memory.boot(threads, !buffered);
        }
        bar.pause();
        try {
            return memory.boot(threads, !buffered);
        } finally {
            bar.resume();
        }
    }

    private ReplayReport replay(TraceReplay replay, Supplier<Kernel> boot, IntConsumer onSteps)
            throws InterruptedException {
        try {
            return replay.replay(boot, new ReplayOptions(threads, repeat, touch), onSteps);
        } catch (MemoryRefused refused) {
            throw new CommandFailure("not with this --memory: " + refused.getMessage());
        }
    }

    private void requireBetween(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be between 1 and " + most + ", not " + value);
        }
    }

    private static ProgressBar startBar(long steps) {
        return new ProgressBarBuilder()
                .setTaskName("replay")
                .setInitialMax(steps)
                .setUpdateIntervalMillis(200)
                // Told the width, it does not ask the terminal, which would answer into the command's own input.
                .setConsumer(new ConsoleProgressBarConsumer(System.err, BAR_WIDTH))
                .clearDisplayOnFinish()
                .build();
    }

    /** Reads the names of {@link TouchExtent} in lower case. */
    static final class ExtentName implements ITypeConverter<TouchExtent> {
        @Override
        public TouchExtent convert(String text) {
            for (TouchExtent extent : TouchExtent.values()) {
                if (extent.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return extent;
                }
            }
            throw new TypeConversionException("'" + text + "' is not none, first or all");
        }
    }
}

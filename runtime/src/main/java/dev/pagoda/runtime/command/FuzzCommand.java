package dev.pagoda.runtime.command;

import dev.pagoda.runtime.fuzz.FuzzOptions;
import dev.pagoda.runtime.fuzz.FuzzSession;
import dev.pagoda.runtime.fuzz.HostRefused;
import dev.pagoda.runtime.fuzz.RandomArguments;
import dev.pagoda.runtime.scratch.ScratchDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda fuzz}: makes sequences of calls from a seed, carries each out on Pagoda and on the host's Linux, and compares.
 *
 * <p>Exit status: 1 if a sequence differed and nothing explains it, 2 if the host is no Linux on x86-64 or refuses what is needed.
 */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description =
                "Carries random sequences of memory calls out on Pagoda and on the host's Linux, and compares them.",
        footer = {
            "",
            "A sequence that differs is made as small as it gets and printed as a script with Linux's answers.",
            "Linux is asked through a small program in processes of its own; the JVM's memory is not touched."
        })
public final class FuzzCommand implements Callable<Integer> {
    private static final int MOST_CALLS = 48;
    private static final long USUAL_SEQUENCES = 10_000;
    private static final long USUAL_CALLS = 1_000_000;
    private static final int MOST_MINUTES = 60 * 24 * 7;
    private static final int MOST_FINDINGS = 1000;
    private static final long SHOW_NANOS = 200_000_000L;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            description = "how many (default: 10000, or as many as --calls needs)")
    private Long sequences;

    @Option(names = "--calls", paramLabel = "N", description = "stop after N calls in all")
    private Long calls;

    @Option(
            names = "--arguments",
            description =
                    "calls with random numbers in every argument, checked on Pagoda alone (default: 1000000 calls)")
    private boolean arguments;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "40",
            description = "most calls of a sequence (default: ${DEFAULT-VALUE})")
    private int length;

    @Option(names = "--seed", paramLabel = "S", description = "seed of the first sequence (default: a new one)")
    private Long seed;

    @Option(
            names = "--groups",
            paramLabel = "A,B",
            split = ",",
            description = "what sequences are made of; -A leaves a group out (default: all)")
    private List<String> groups = List.of();

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "0", description = "stop after N minutes")
    private int minutes;

    @Option(names = "--save", paramLabel = "DIR", description = "write each script into a file of this directory")
    private String directory;

    @Option(
            names = "--findings",
            paramLabel = "N",
            defaultValue = "10",
            description = "stop when N sequences differed (default: ${DEFAULT-VALUE})")
    private int findings;

    private long shown;

    /** For picocli. */
    public FuzzCommand() {}

    @Override
    public Integer call() {
        long mostSequences = sequences != null ? sequences : calls != null ? Long.MAX_VALUE : USUAL_SEQUENCES;
        long mostCalls = calls != null ? calls : arguments ? USUAL_CALLS : Long.MAX_VALUE;
        requireBetween("--sequences", mostSequences, 1, Long.MAX_VALUE);
        requireBetween("--calls", mostCalls, 1, Long.MAX_VALUE);
        requireBetween("--length", length, 1, MOST_CALLS);
        requireBetween("--minutes", minutes, 0, MOST_MINUTES);
        requireBetween("--findings", findings, 1, MOST_FINDINGS);
        if (arguments) {
            return randomArguments(mostCalls);
        }
        FuzzOptions options = new FuzzOptions(
                seed == null ? System.nanoTime() : seed,
                mostSequences,
                mostCalls,
                length,
                minutes == 0 ? Long.MAX_VALUE : minutes * 60_000_000_000L,
                findings,
                groups);
        Path save = savePlace();
        PrintWriter out = spec.commandLine().getOut();
        try (FuzzSession session = FuzzSession.start(options)) {
            out.println("fuzz: seed " + options.seed() + ", beside Linux " + session.release() + ", groups "
                    + String.join(",", session.groups()));
            session.missing().forEach(group -> out.println("fuzz: this kernel does not have what " + group + " needs"));
            out.flush();
            session.run(this::show, finding -> report(finding, save));
            if (ErrorTerminal.isThere()) {
                ErrorTerminal.clear();
            }
            session.summary().forEach(out::println);
            out.flush();
            return session.findings() == 0 ? 0 : PagodaCommand.EXIT_FAILED;
        } catch (HostRefused refused) {
            throw new CommandFailure(refused.getMessage());
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage());
        }
    }

    private int randomArguments(long mostCalls) {
        PrintWriter out = spec.commandLine().getOut();
        long first = seed == null ? System.nanoTime() : seed;
        out.println("fuzz: seed " + first + ", random arguments");
        out.flush();
        long start = System.nanoTime();
        // In memory where there is such a place: nothing of these files is worth a disk's time.
        try (ScratchDirectory files = ScratchDirectory.makeInMemory("pagoda-fuzz-");
                RandomArguments run = new RandomArguments(first, files.path())) {
            List<String> wrong = run.run(mostCalls, made -> showCalls(made, mostCalls, start));
            if (ErrorTerminal.isThere()) {
                ErrorTerminal.clear();
            }
            out.print(run.summary((System.nanoTime() - start) / 1e9));
            wrong.forEach(text -> out.println("fuzz: " + text));
            out.flush();
            return wrong.isEmpty() ? 0 : PagodaCommand.EXIT_FAILED;
        }
    }

    private void showCalls(long made, long mostCalls, long start) {
        long nanos = System.nanoTime() - start;
        if (ErrorTerminal.isThere() && nanos - shown >= SHOW_NANOS) {
            shown = nanos;
            ErrorTerminal.show(String.format(
                    Locale.ROOT, "fuzz: %,d of %,d calls, %,.0f a second", made, mostCalls, made / (nanos / 1e9)));
        }
    }

    private Path savePlace() {
        if (directory == null) {
            return null;
        }
        try {
            return Files.createDirectories(Path.of(directory));
        } catch (IOException | InvalidPathException failure) {
            throw new CommandFailure("no scripts can be written to '" + directory + "': " + failure.getMessage());
        }
    }

    private void show(FuzzSession.Progress progress) {
        if (ErrorTerminal.isThere() && progress.nanos() - shown >= SHOW_NANOS) {
            shown = progress.nanos();
            ErrorTerminal.show(String.format(
                    Locale.ROOT,
                    "fuzz: %,d sequences, %,.0f a second, %d differ",
                    progress.sequences(),
                    progress.sequences() / (progress.nanos() / 1e9),
                    progress.findings()));
        }
    }

    private void report(FuzzSession.Finding finding, Path save) {
        if (ErrorTerminal.isThere()) {
            ErrorTerminal.clear();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("fuzz: seed " + finding.seed() + ": " + finding.what());
        Arrays.stream(finding.script().split("\n")).forEach(line -> out.println("    " + line));
        out.flush();
        if (save != null) {
            Path file = save.resolve("fuzz-" + Long.toHexString(finding.seed()) + ".mm");
            try {
                Files.writeString(file, finding.script());
            } catch (IOException failure) {
                throw new CommandFailure("the script cannot be written to '" + file + "': " + failure.getMessage());
            }
        }
    }

    private void requireBetween(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be between " + least + " and " + most + ", not " + value);
        }
    }
}

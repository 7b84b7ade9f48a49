package dev.pagoda.bench.command;

import dev.pagoda.bench.AddressReplay;
import dev.pagoda.bench.AddressReplayFresh;
import dev.pagoda.bench.AddressTrace;
import dev.pagoda.bench.BenchFile;
import dev.pagoda.bench.PageCacheBench;
import dev.pagoda.bench.Yardsticks;
import dev.pagoda.runtime.command.CommandFailure;
import dev.pagoda.runtime.command.PagodaCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda bench}: ours, peers and yardsticks of a group in one run, as a table with goals.
 *
 * <p>A goal that is missed is a result and no failure: exit status 0. Status 1 when a benchmark fails, 2 for a command line that makes no sense.
 */
@Command(
        name = "pagoda bench",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        subcommands = ReplacementCommand.class,
        description = "Measures a group of benchmarks beside their peers, and says which goals are met."
                + " Without a group: lists the groups.",
        footer = {
            "",
            "Times are the middle of all iterations, for one operation of one thread; the spread of a ratio is that of all",
            "pairs of iterations, or of the iterations in which both were measured by turns. Scaling is how many times the",
            "operations of one thread all threads made together."
        })
public final class BenchCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 256;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "GROUP", arity = "0..1", description = "what to measure, or 'all'")
    private String group;

    @Option(names = "--quick", description = "a minute or two for a group instead of many; rough")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "write everything measured to a file")
    private String json;

    @Option(
            names = "--threads",
            paramLabel = "N,N",
            split = ",",
            defaultValue = "1,2",
            description = "numbers of threads to measure with, one after the other (default: ${DEFAULT-VALUE})")
    private List<Integer> threads;

    @Option(
            names = "--addresses",
            paramLabel = "FILE",
            description = "with the group access: also replays recorded loads and stores, lines of 'l' or 's' and an"
                    + " address in hex, gzip or plain")
    private String addresses;

    /** For picocli. */
    public BenchCommand() {}

    /**
     * Runs the command and ends the JVM with its exit status.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine command = PagodaCommand.answerInOneLine(new CommandLine(new BenchCommand()));
        return command.setOut(out).setErr(err).execute(arguments);
    }

    @Override
    public Integer call() {
        SortedMap<String, List<Class<?>>> groups = BenchClasses.groups();
        PrintWriter out = spec.commandLine().getOut();
        if (group == null) {
            groups.forEach((name, classes) -> out.printf("%-10s %s%n", name, BenchClasses.about(classes)));
            out.printf("%-10s %s%n", ReplacementCommand.NAME, ReplacementCommand.ABOUT);
            out.printf("%-10s all of them, one after the other%n", BenchClasses.ALL);
            return 0;
        }
        if (!groups.containsKey(group) && !group.equals(BenchClasses.ALL)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no group '" + group + "'; there is " + String.join(", ", groups.keySet()) + " and "
                            + BenchClasses.ALL);
        }
        for (int count : threads) {
            if (count < 1 || count > MOST_THREADS) {
                throw new ParameterException(
                        spec.commandLine(), "--threads must be between 1 and " + MOST_THREADS + ", not " + count);
            }
        }
        threads = threads.stream().distinct().toList();
        Path jsonFile = json == null ? null : writable(json);
        Path log = Path.of(
                System.getProperty("pagoda.bench.log", System.getProperty("java.io.tmpdir") + "/pagoda-bench.log"));
        AddressTrace trace = addresses == null ? null : trace();
        List<Class<?>> classes = BenchClasses.withYardsticks(groups, group);
        if (trace != null) {
            classes = new ArrayList<>(classes);
            classes.addAll(0, List.of(AddressReplay.class, AddressReplayFresh.class));
        }
        if (classes.contains(PageCacheBench.class)) {
            BenchFile.lack().ifPresent(lack -> {
                throw new CommandFailure(lack);
            });
        }
        List<Measured> measured = measure(classes, log);
        List<Comparison> rows = Comparison.of(classes, measured);
        List<Measured> yardsticks = measured.stream()
                .filter(one -> one.name().startsWith(Yardsticks.class.getSimpleName() + "."))
                .toList();
        BenchTable table = new BenchTable(out, measured, rows);
        for (int count : threads) {
            table.print(count, yardsticks);
            out.println();
        }
        List<BreakEven> breakEvens = BreakEven.of(rows, trace == null ? 0 : trace.accesses());
        table.print(breakEvens);
        table.printSummary();
        if (quick) {
            out.println("Rough: one short run each (--quick). Without it the same takes several times as long.");
        }
        out.flush();
        if (jsonFile != null) {
            writeJson(jsonFile, measured, rows, breakEvens);
        }
        return 0;
    }

    /** Read before anything is measured, for the same reason as {@link #writable}. */
    private AddressTrace trace() {
        if (!group.equals("access") && !group.equals(BenchClasses.ALL)) {
            throw new ParameterException(
                    spec.commandLine(), "--addresses is for the group access, not for '" + group + "'");
        }
        try {
            addresses = Path.of(addresses).toAbsolutePath().toString();
            return AddressTrace.read(Path.of(addresses));
        } catch (IOException e) {
            throw new CommandFailure(addresses + ": " + e.getMessage());
        } catch (InvalidPathException e) {
            throw new CommandFailure("'" + addresses + "' is no path: " + e.getReason());
        }
    }

    private List<Measured> measure(List<Class<?>> classes, Path log) {
        Map<String, String> given = addresses == null ? Map.of() : Map.of(AddressReplay.FILE, addresses);
        try {
            return new BenchRun(classes, threads, quick, log, given).run();
        } catch (RunnerException e) {
            if (String.valueOf(e.getMessage()).contains("JMH lock")) {
                throw new CommandFailure("another run of JMH is measuring on this machine; wait for its end");
            }
            throw new CommandFailure(
                    "a benchmark failed: " + e.getMessage() + "; its output is in " + log, PagodaCommand.EXIT_FAILED);
        } catch (IOException e) {
            throw new CommandFailure(log + ": cannot be written: " + e.getMessage());
        }
    }

    /** Looked at before anything is measured, so that minutes are not spent in vain. */
    private static Path writable(String file) {
        try {
            Path path = Path.of(file).toAbsolutePath();
            if (Files.isDirectory(path)) {
                throw new CommandFailure(file + ": is a directory; --json takes a file");
            }
            if (!Files.isDirectory(path.getParent())) {
                throw new CommandFailure(file + ": there is no directory " + path.getParent());
            }
            // Opened and not asked about: a file system may refuse what the rights allow.
            boolean isNew = Files.notExists(path);
            Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (isNew) {
                Files.delete(path);
            }
            return path;
        } catch (IOException e) {
            throw new CommandFailure(file + ": may not be written");
        } catch (InvalidPathException e) {
            throw new CommandFailure("'" + file + "' is no path: " + e.getReason());
        }
    }

    private void writeJson(Path file, List<Measured> measured, List<Comparison> rows, List<BreakEven> breakEvens) {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            BenchJson.print(out, group, quick, measured, rows, breakEvens);
        } catch (IOException e) {
            throw new CommandFailure(file + ": cannot be written: " + e.getMessage());
        }
    }
}

package dev.pagoda.runtime.command;

import dev.pagoda.runtime.fuzz.HostRefused;
import dev.pagoda.runtime.fuzz.HostWorld;
import dev.pagoda.runtime.script.KernelWorld;
import dev.pagoda.runtime.script.Script;
import dev.pagoda.runtime.script.ScriptError;
import dev.pagoda.runtime.script.ScriptRunner;
import dev.pagoda.runtime.script.ScriptWorld;
import dev.pagoda.runtime.script.Tally;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda shell}: runs scripts of memory calls from files or standard input, or reads them at a terminal.
 *
 * <p>All scripts are read before the first one runs. Exit status: 1 if a check failed, 2 if a script cannot be read.
 */
@Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description = "Runs scripts of memory calls, in the notation of strace.",
        footer = {"", "Without a file: interactive at a terminal, else the script is read from standard input."})
public final class ShellCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final int MOST_CPUS = 1024;

    @Spec
    private CommandSpec spec;

    @Mixin
    private MemoryOptions memory;

    @Option(
            names = "--buffered",
            description = "read and write files through the host's own cache; without it past that (direct I/O),"
                    + " so that memory is not spent twice, where the file system can do it")
    private boolean buffered;

    @Option(names = "--cpus", paramLabel = "N", description = "CPUs of the kernel (default: those of the host)")
    private int cpus = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--explain",
            description = "after each line, show the words of the process's radix tree that it changed")
    private boolean explain;

    @Option(
            names = "--host",
            description = "ask the host's Linux instead of Pagoda, in processes of its own: prints what Linux answers")
    private boolean host;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "keep the lines that were typed in this file, and offer those of earlier sessions")
    private Path history;

    @Parameters(paramLabel = "FILE", description = "scripts (.mm); - is standard input")
    private List<String> files = new ArrayList<>();

    /** For picocli. */
    public ShellCommand() {}

    @Override
    public Integer call() throws IOException {
        if (cpus < 1 || cpus > MOST_CPUS) {
            throw new ParameterException(
                    spec.commandLine(), "--cpus must be between 1 and " + MOST_CPUS + ", not " + cpus);
        }
        if (host && explain) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--explain shows Pagoda's own words, which --host has not; leave one of them out");
        }
        PrintWriter out = spec.commandLine().getOut();
        Console console = System.console();
        if (files.isEmpty() && console != null && console.isTerminal()) {
            try (ScriptWorld world = world()) {
                return new InteractiveShell(world, explain, history).run();
            }
        }
        List<Script> scripts = read(files.isEmpty() ? List.of(STANDARD_INPUT) : files);
        try (ScriptWorld world = world()) {
            Tally tally = new ScriptRunner(world, out, explain).run(scripts);
            return tally.failed() > 0 ? PagodaCommand.EXIT_FAILED : 0;
        } catch (ScriptError error) {
            throw new CommandFailure(error.getMessage());
        }
    }

    private ScriptWorld world() {
        try {
            return host ? HostWorld.open() : new KernelWorld(memory.boot(cpus, !buffered));
        } catch (HostRefused refused) {
            throw new CommandFailure("--host: " + refused.getMessage());
        }
    }

    private static List<Script> read(List<String> files) {
        List<Script> scripts = new ArrayList<>();
        for (String file : files) {
            try {
                scripts.add(Script.parse(name(file), content(file)));
            } catch (ScriptError error) {
                throw new CommandFailure(error.getMessage());
            } catch (NoSuchFileException missing) {
                throw new CommandFailure(file + ": there is no such file");
            } catch (AccessDeniedException denied) {
                throw new CommandFailure(file + ": may not be read");
            } catch (IOException failure) {
                throw new CommandFailure(file + ": cannot be read: " + failure.getMessage());
            }
        }
        return scripts;
    }

    private static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    private static String content(String file) throws IOException {
        byte[] bytes = file.equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

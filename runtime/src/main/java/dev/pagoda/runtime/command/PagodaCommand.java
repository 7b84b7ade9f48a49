package dev.pagoda.runtime.command;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code pagoda} command: finds the subcommand and answers mistakes with one line.
 *
 * <p>Exit status: 0 when all is well, 1 when a check or a call differed, 2 when the command line or a file cannot be
 * read, 70 when Pagoda itself is at fault. A stack trace is shown only if {@code PAGODA_DEBUG} is set.
 */
@Command(
        name = "pagoda",
        description = "A memory kernel: runs scripts of memory calls, replays recorded programs, tests itself.",
        subcommands = {
            ShellCommand.class,
            ReplayCommand.class,
            ScmlCommand.class,
            CallsCommand.class,
            StressCommand.class,
            FuzzCommand.class
        },
        footer = {"", "The launcher has one command more: pagoda bench, which measures (pagoda bench --help)."},
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class PagodaCommand implements Runnable {
    /** Exit status when a check failed. */
    public static final int EXIT_FAILED = 1;
    /** Exit status for a command line or file that cannot be read. */
    public static final int EXIT_USAGE = 2;
    /** Exit status for a defect of Pagoda. */
    public static final int EXIT_DEFECT = 70;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public PagodaCommand() {}

    /**
     * Runs the command and ends the JVM with its exit status.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int status = run(out, err, arguments);
        out.flush();
        err.flush();
        // Not a return: a terminal or a CPU of the kernel that is still winding down must not hold the shell up.
        System.exit(status);
    }

    /**
     * Runs the command.
     *
     * @param out standard output
     * @param err standard error
     * @param arguments the command line
     * @return the exit status
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine command = answerInOneLine(new CommandLine(new PagodaCommand()))
                .setOut(out)
                .setErr(err);
        try {
            return command.execute(arguments);
        } catch (Error failure) {
            // Out of memory, say: picocli leaves errors alone.
            return explainFailure(failure, command);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: shell, replay, scml, calls, stress, fuzz or bench");
    }

    /**
     * Has a command answer mistakes with one line, as all of Pagoda's do.
     *
     * @param command the command, made but not run
     * @return the command
     */
    public static CommandLine answerInOneLine(CommandLine command) {
        return command.setParameterExceptionHandler(PagodaCommand::explainMisuse)
                .setExecutionExceptionHandler((failure, failed, parsed) -> explainFailure(failure, failed));
    }

    private static int explainMisuse(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        print(command, name + ": " + oneLine(mistake.getMessage()) + " (" + name + " --help tells more)");
        return EXIT_USAGE;
    }

    private static int explainFailure(Throwable failure, CommandLine command) {
        if (System.getenv("PAGODA_DEBUG") != null) {
            failure.printStackTrace(command.getErr());
        }
        String name = command.getCommandSpec().qualifiedName();
        if (failure instanceof CommandFailure mistake) {
            print(command, name + ": " + oneLine(mistake.getMessage()));
            return mistake.status();
        }
        if (failure instanceof UncheckedIOException refused) {
            // What the host's file system refuses is no defect of ours.
            String reason = refused.getCause().getMessage();
            String what = refused.getMessage();
            print(
                    command,
                    name + ": the host refused a file: "
                            + oneLine(what.endsWith(String.valueOf(reason)) ? what : what + ": " + reason));
            return EXIT_USAGE;
        }
        String what = failure.getClass().getSimpleName() + ": " + oneLine(String.valueOf(failure.getMessage()));
        print(command, name + ": defect in Pagoda: " + what + " (PAGODA_DEBUG=1 shows where)");
        return EXIT_DEFECT;
    }

    private static void print(CommandLine command, String line) {
        command.getOut().flush();
        command.getErr().println(line);
        command.getErr().flush();
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new BufferedWriter(
                new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), 1 << 16));
    }

    /** The version, as the build put it into the module. */
    public static final class Version implements IVersionProvider {
        /** For picocli. */
        public Version() {}

        @Override
        public String[] getVersion() {
            String built = PagodaCommand.class.getPackage().getImplementationVersion();
            var descriptor = PagodaCommand.class.getModule().getDescriptor();
            String version = descriptor != null && descriptor.rawVersion().isPresent()
                    ? descriptor.rawVersion().get()
                    : built != null ? built : "(unpackaged)";
            return new String[] {"pagoda " + version + ", Java " + Runtime.version()};
        }
    }
}

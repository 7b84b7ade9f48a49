package dev.pagoda.runtime.command;

import dev.pagoda.syscalls.CallArgument;
import dev.pagoda.syscalls.CallError;
import dev.pagoda.syscalls.CallGroup;
import dev.pagoda.syscalls.CallPages;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Flags;
import dev.pagoda.syscalls.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagoda calls}: what the kernel makes of each call, argument and flag. */
@Command(
        name = "calls",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description = "Lists the calls, or tells about one: its arguments, flags, errnos and manual page.")
public final class CallsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "a call, such as mmap")
    private String name;

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    @Option(names = "--pages", paramLabel = "DIR", description = "write the pages about all calls into a directory")
    private String directory;

    /** For picocli. */
    public CallsCommand() {}

    @Override
    public Integer call() {
        if (directory != null) {
            if (name != null || json) {
                throw new ParameterException(spec.commandLine(), "--pages goes without a name and without --json");
            }
            writePages();
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        List<CallRow> rows = name == null ? CallTable.rows() : List.of(find());
        if (json) {
            CallsJson.print(out, rows);
        } else if (name == null) {
            list(out);
        } else {
            describe(out, rows.getFirst());
        }
        out.flush();
        return 0;
    }

    private CallRow find() {
        return CallTable.find(name).orElseThrow(() -> {
            List<String> near = NearNames.of(
                    name, CallTable.rows().stream().map(CallRow::name).toList());
            String hint = near.isEmpty() ? "without a name all are listed" : "near it: " + String.join(", ", near);
            return new ParameterException(spec.commandLine(), "there is no call '" + name + "'; " + hint);
        });
    }

    private void writePages() {
        try {
            Path place = Files.createDirectories(Path.of(directory));
            for (Map.Entry<String, String> page : CallPages.all().entrySet()) {
                Files.writeString(place.resolve(page.getKey()), page.getValue());
            }
        } catch (IOException | InvalidPathException failure) {
            throw new CommandFailure("no pages can be written to '" + directory + "': " + failure.getMessage());
        }
    }

    private static void list(PrintWriter out) {
        for (CallGroup group : CallGroup.values()) {
            out.println(group.title());
            for (CallRow row : CallTable.of(group)) {
                out.printf(
                        "  %-18s %4d  %-10s %s%n",
                        row.name(),
                        row.number(),
                        row.errno() == 0 ? row.verdict().word() : Errno.name(row.errno()),
                        row.summary());
            }
        }
        out.println("All others are ENOSYS. pagoda calls NAME tells more about one.");
    }

    private static void describe(PrintWriter out, CallRow row) {
        out.println(row.prototype() + "   number " + row.number() + ", " + row.manual());
        out.println("  " + row.summary());
        for (CallArgument argument : row.arguments()) {
            out.println();
            out.println(argument.name() + ": " + argument.unit());
            for (Flags set : argument.values()) {
                set.rows().forEach(flag -> value(out, flag));
                value(out, set.others());
            }
        }
        out.println();
        if (row.errors().isEmpty()) {
            out.println("never an errno");
        }
        for (CallError error : row.errors()) {
            out.printf("  %-12s %s%n", Errno.name(error.errno()), error.when());
        }
    }

    private static void value(PrintWriter out, Flag flag) {
        String verdict = flag.verdict() == Verdict.REFUSED
                ? Errno.name(flag.errno())
                : flag.verdict().word();
        String strict = flag.verdict() != Verdict.REFUSED && flag.errno() != 0
                ? " (" + Errno.name(flag.errno()) + " of MAP_SHARED_VALIDATE)"
                : "";
        out.printf("  %-28s %-10s %s%s%n", flag.name(), verdict, flag.why(), strict);
    }
}

package dev.pagoda.runtime.command;

import dev.pagoda.runtime.scml.Judge;
import dev.pagoda.runtime.scml.Judgement;
import dev.pagoda.runtime.scml.RuleError;
import dev.pagoda.runtime.scml.RuleSet;
import dev.pagoda.runtime.scml.ScmlReport;
import dev.pagoda.runtime.scml.ScmlText;
import dev.pagoda.runtime.scml.Verdict;
import dev.pagoda.runtime.trace.Trace;
import dev.pagoda.runtime.trace.TraceCall;
import dev.pagoda.runtime.trace.TraceError;
import dev.pagoda.runtime.trace.TraceReader;
import dev.pagoda.syscalls.CallRules;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda scml}: says which calls of recorded programs are supported, by rules in SCML.
 *
 * <p>Exit status: 1 if a call is refused, 2 if rules or a recording cannot be read.
 */
@Command(
        name = "scml",
        mixinStandardHelpOptions = true,
        versionProvider = PagodaCommand.Version.class,
        description = "Says which calls of recorded programs are supported, ignored or refused.",
        footer = {
            "",
            "Without --rules the judge is this kernel's own table (pagoda calls). Rules are written in SCML: a call is supported",
            "when one rule for its name matches it. What has no effect stands in a comment behind the rules of a call, or",
            "behind a set for all calls of the file: // ignored: FLAG, FLAG",
            "Record with: strace -f -o FILE PROGRAM"
        })
public final class ScmlCommand implements Callable<Integer> {
    private static final String OWN = "own";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            arity = "1..*",
            description = "rules (.scml; default: this kernel's own)")
    private List<String> ruleFiles = new ArrayList<>();

    @Option(names = "--named", description = "refuse no call for being in no rule; it is counted as other")
    private boolean named;

    @Option(names = "--json", description = "print the results as JSON")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "recordings (.strace)")
    private List<String> files = new ArrayList<>();

    /** For picocli. */
    public ScmlCommand() {}

    @Override
    public Integer call() {
        // --rules takes what follows it, and so would take recordings that are named last.
        List<String> behindRules =
                ruleFiles.stream().filter(file -> file.endsWith(".strace")).toList();
        ruleFiles.removeAll(behindRules);
        files.addAll(behindRules);
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a recording is missing: name at least one FILE.strace");
        }
        Judge judge = rules();
        List<ScmlReport> reports = new ArrayList<>();
        for (String file : files) {
            reports.add(judge(file, judge));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ScmlText.printJson(out, reports);
        } else {
            ScmlText.print(out, reports);
        }
        out.flush();
        boolean refused = reports.stream().anyMatch(report -> report.count(Verdict.REFUSED) > 0);
        return refused ? PagodaCommand.EXIT_FAILED : 0;
    }

    private static ScmlReport judge(String file, Judge judge) {
        try {
            List<Integer> orphans = new ArrayList<>();
            Trace trace = TraceReader.read(Path.of(file), orphans);
            return ScmlReport.of(file, trace, orphans, judge);
        } catch (TraceError damage) {
            throw new CommandFailure(damage.describe(file));
        } catch (InvalidPathException e) {
            throw new CommandFailure("'" + file + "' is no path: " + e.getReason());
        }
    }

    /** What the table of calls says. Calls that it does not know do not concern this kernel; those that it refuses have no rule, but a reason. */
    private static Judge own() {
        RuleSet rules = new RuleSet();
        try {
            rules.add(OWN, CallRules.all());
        } catch (RuleError error) {
            throw new IllegalStateException("the kernel's own rules cannot be read: " + error.getMessage(), error);
        }
        return call -> CallTable.find(call.name())
                .map(row -> row.verdict() == dev.pagoda.syscalls.Verdict.REFUSED
                        ? new Judgement(Verdict.REFUSED, Errno.name(row.errno()) + ": " + row.summary())
                        : withoutPlace(call, rules.judge(call)))
                .orElseGet(() -> Judgement.other(call.name()));
    }

    /** The kernel's own rules are no file that could be looked into. */
    private static Judgement withoutPlace(TraceCall call, Judgement judgement) {
        String reason = judgement
                .reason()
                .replaceFirst(" \\(" + OWN + ":.*\\)$", " (pagoda calls " + call.name() + " tells more)");
        return new Judgement(judgement.verdict(), reason);
    }

    private Judge rules() {
        if (ruleFiles.isEmpty()) {
            return own();
        }
        RuleSet rules = new RuleSet();
        int count = 0;
        for (String file : ruleFiles) {
            try {
                count += rules.add(file, Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
            } catch (RuleError error) {
                throw new CommandFailure(error.getMessage());
            } catch (NoSuchFileException missing) {
                throw new CommandFailure(file + ": there is no such file; check the path");
            } catch (AccessDeniedException denied) {
                throw new CommandFailure(file + ": may not be read; check its permissions");
            } catch (InvalidPathException e) {
                throw new CommandFailure("'" + file + "' is no path: " + e.getReason());
            } catch (IOException failure) {
                throw new CommandFailure(file + ": cannot be read: " + failure.getMessage());
            }
        }
        if (count == 0) {
            throw new CommandFailure(ruleFiles.getLast()
                    + ": there is no rule for a call in it; write one, such as munmap(addr, length);");
        }
        return named ? call -> rules.names(call.name()) ? rules.judge(call) : Judgement.other(call.name()) : rules;
    }
}

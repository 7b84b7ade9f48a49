package dev.pagoda.runtime.script;

import dev.pagoda.mm.space.MemoryFault;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of one script while it runs: its processes, names, scratch directory and counts.
 *
 * <p>Lines are run one after the other on the calling thread; each is printed as strace would print it, with what it
 * gave. Closing ends the processes and removes the scratch directory.
 */
public final class ScriptSession implements AutoCloseable {
    /** One process, and what the session remembers of it. */
    static final class Running {
        private final ScriptProcess process;
        private long faultAddress;
        private boolean ended;

        private Running(ScriptProcess process) {
            this.process = process;
        }

        ScriptProcess process() {
            return process;
        }

        /** si_addr of the last fault, 0 before the first one. */
        long faultAddress() {
            return faultAddress;
        }

        void end() {
            ended = true;
        }
    }

    /** One case and its counts; the lines before the first case have none. */
    static final class Case {
        private final Line.CaseStart start;
        private Tally tally = Tally.NONE;

        private Case(Line.CaseStart start) {
            this.start = start;
        }

        Tally tally() {
            return tally;
        }

        /** How the summary calls the case of a file. */
        String title(String file) {
            return start == null
                    ? file + " (lines before the first case)"
                    : (start.id() + " " + start.title()).strip() + " ("
                            + start.source().place() + ")";
        }
    }

    private final ScriptWorld world;
    private final PrintWriter out;
    private final ScriptParser parser = new ScriptParser();
    private final Names names = new Names();
    private final List<Case> cases = new ArrayList<>();
    private final Map<Long, Running> children = new HashMap<>();
    private final Deque<Running> toClose = new ArrayDeque<>();
    private Scratch scratch = new Scratch();
    private Running first;
    private boolean anythingPrinted;
    private int linesRead;
    private boolean explains;

    /**
     * Starts a session with a fresh process.
     *
     * @param world the kernel
     * @param out where the lines go
     */
    public ScriptSession(ScriptWorld world, PrintWriter out) {
        this.world = world;
        this.out = out;
        cases.add(new Case(null));
        first = open(world.newProcess());
    }

    /**
     * Reads one line that a user typed and runs it.
     *
     * @param text the line
     * @throws ScriptError if it cannot be read; the session goes on
     */
    public void type(String text) {
        Line line = parser.parse(new SourceLine("input", ++linesRead, text));
        if (line != null) {
            run(line);
        }
    }

    /** Has each line followed by the words of the radix tree that it changed, or not. */
    public void explain(boolean on) {
        explains = on;
    }

    /** Names that lines have set, for completion. */
    public Iterable<String> setNames() {
        return Collections.unmodifiableSet(parser.names());
    }

    /** What was counted so far. */
    public Tally tally() {
        return cases.stream().map(Case::tally).reduce(Tally.NONE, Tally::plus);
    }

    @Override
    public void close() {
        endProcesses();
    }

    List<Case> cases() {
        return cases;
    }

    Names names() {
        return names;
    }

    Scratch scratch() {
        return scratch;
    }

    ScriptWorld world() {
        return world;
    }

    /** Prints a text of the kernel. */
    void show(String text) {
        text.lines().forEach(out::println);
    }

    /** Takes a child on, so that lines can run in it. */
    void adopt(long pid, ScriptProcess child) {
        children.put(pid, open(child));
    }

    /**
     * Runs one line.
     *
     * @throws ScriptError if a value is one that the notation does not allow
     */
    void run(Line line) {
        switch (line) {
            case Line.CaseStart start -> startCase(start);
            case Line.Action action -> run(action);
        }
    }

    private void startCase(Line.CaseStart start) {
        endProcesses();
        names.clear();
        cases.add(new Case(start));
        scratch = new Scratch();
        first = open(world.newProcess());
        if (anythingPrinted) {
            out.println();
        }
        anythingPrinted = true;
        out.println(("@ " + start.id() + " " + start.title()).strip());
    }

    private void run(Line.Action action) {
        Invocation call = null;
        Running running = null;
        Result result;
        TreeMap<Long, Long> before = null;
        try {
            running = runningOf(action.process());
            before = explains ? running.process.words() : null;
            result = switch (action.body()) {
                case Line.Calculation(Expression expression) -> new Result.Word(expression.evaluate(names));
                case Line.Call body -> {
                    call = new Invocation(action.source(), body, this, running);
                    count(1, 0, 0);
                    yield Calls.run(body.signature(), call);
                }
            };
        } catch (NotRun reason) {
            result = new Result.Skipped(reason.getMessage());
        } catch (MemoryFault fault) {
            running.faultAddress = fault.address();
            result = new Result.Fault(fault);
        }
        report(action, call, result);
        if (before != null && !running.ended) {
            WordChanges.text(before, running.process.words()).forEach(line -> out.println("#   " + line));
        }
        if (action.name() != null) {
            names.set(action.name(), result);
        }
    }

    private Running runningOf(String name) {
        Running running = first;
        if (name != null) {
            running = switch (names.result(name)) {
                case Result.Word(long pid) -> children.get(pid);
                case Result.Failure failure ->
                    throw new NotRun("there is no process " + name + ": its fork() gave " + failure.text());
                case Result.Skipped skipped ->
                    throw new NotRun("there is no process " + name + ": its line was not run");
                case null, default -> null;
            };
        }
        if (running == null) {
            throw new NotRun(name + " is no process of this script");
        } else if (running.ended) {
            throw new NotRun((name == null ? "the first process" : "process " + name) + " has exited");
        }
        return running;
    }

    private void report(Line.Action action, Invocation call, Result result) {
        anythingPrinted = true;
        out.println(new Report(action, call, result).text());
        Expectation expectation = action.expectation();
        String place = action.source().place();
        if (expectation != null) {
            String why = why(result);
            String expected = null;
            boolean met;
            try {
                met = expectation.isMetBy(result, names);
                expected = met ? null : expectation.print(action.body().resultKind(), names);
            } catch (NotRun reason) {
                met = false;
                expected = "a value";
                why = reason.getMessage();
            }
            count(0, 1, met ? 0 : 1);
            if (!met) {
                out.println("# expected " + expected + " at " + place + (why.isEmpty() ? "" : ": " + why));
            }
        } else if (!why(result).isEmpty()) {
            out.println("# at " + place + ": " + why(result));
        }
    }

    /** Why a line did not do what its author may have wanted; empty where there is nothing to say. */
    private static String why(Result result) {
        return switch (result) {
            case Result.Failure(int errno, String reason) -> reason;
            case Result.Fault(var fault) -> fault.getMessage();
            case Result.Skipped(String reason) -> "not run, " + reason;
            case Result.Word word -> "";
            case Result.Text text -> "";
            case Result.Ended ended -> "";
        };
    }

    private void count(long calls, long checks, long failed) {
        Case current = cases.getLast();
        current.tally = current.tally.plus(new Tally(calls, checks, failed));
    }

    private Running open(ScriptProcess process) {
        Running running = new Running(process);
        toClose.push(running);
        return running;
    }

    /** Children go before their parents. */
    private void endProcesses() {
        while (!toClose.isEmpty()) {
            toClose.pop().process.close();
        }
        children.clear();
        scratch.close();
    }
}

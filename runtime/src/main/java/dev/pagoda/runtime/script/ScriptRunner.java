package dev.pagoda.runtime.script;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs scripts on one kernel and counts what they gave.
 *
 * <p>Each script starts in a fresh process with an empty scratch directory. Used by one thread.
 */
public final class ScriptRunner {
    private final ScriptWorld world;
    private final PrintWriter out;
    private final boolean explains;

    /**
     * Prepares to run scripts.
     *
     * @param world the kernel
     * @param out where the lines and the summary go
     */
    public ScriptRunner(ScriptWorld world, PrintWriter out) {
        this(world, out, false);
    }

    /**
     * Prepares to run scripts.
     *
     * @param world the kernel
     * @param out where the lines and the summary go
     * @param explains whether each line is followed by the words of the radix tree that it changed
     */
    public ScriptRunner(ScriptWorld world, PrintWriter out, boolean explains) {
        this.world = world;
        this.out = out;
        this.explains = explains;
    }

    /**
     * Runs scripts one after the other, and prints every line, the cases that failed and the counts.
     *
     * @param scripts what to run
     * @return the counts of all
     * @throws ScriptError if a script cannot go on, with what was printed before left as it is
     */
    public Tally run(List<Script> scripts) {
        List<String> failures = new ArrayList<>();
        List<String> files = new ArrayList<>();
        Tally total = Tally.NONE;
        for (Script script : scripts) {
            if (scripts.size() > 1) {
                out.println((files.isEmpty() ? "" : System.lineSeparator()) + "# " + script.file());
            }
            Tally tally = run(script, failures);
            files.add(script.file() + ": " + tally);
            total = total.plus(tally);
        }
        if (!failures.isEmpty() || files.size() > 1) {
            out.println();
        }
        failures.forEach(out::println);
        if (files.size() > 1) {
            files.forEach(out::println);
        }
        out.println(total);
        out.flush();
        return total;
    }

    private Tally run(Script script, List<String> failures) {
        try (ScriptSession session = new ScriptSession(world, out)) {
            session.explain(explains);
            script.lines().forEach(session::run);
            for (ScriptSession.Case one : session.cases()) {
                if (one.tally().failed() > 0) {
                    String counts = one.tally().failed() + " of " + one.tally().checks() + " checks";
                    failures.add("failed: " + one.title(script.file()) + ": " + counts);
                }
            }
            return session.tally();
        }
    }
}

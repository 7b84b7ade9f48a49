package dev.pagoda.runtime.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The small recordings of the tests, written by hand. */
final class OwnTraces {
    static final List<String> ALL = List.of("start", "threads", "database", "pipeline", "family");

    private OwnTraces() {}

    static byte[] bytes(String name) {
        try (InputStream in = OwnTraces.class.getResourceAsStream("/traces/" + name + ".strace")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Trace read(String name) throws TraceError {
        return TraceReader.parse(name, bytes(name));
    }

    static Trace parse(String... lines) throws TraceError {
        String text = String.join("\n", lines) + "\n";
        return TraceReader.parse("text", text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Plan plan(String... lines) throws TraceError {
        return Planner.plan(parse(lines), HostFiles.NONE);
    }

    /** The step of the call that begins in a line. */
    static Step step(Plan plan, int line) {
        return plan.steps().stream()
                .filter(step -> step.call().firstLine() == line)
                .findFirst()
                .orElseThrow();
    }
}

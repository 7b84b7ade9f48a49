package dev.pagoda.tests;

import dev.pagoda.runtime.command.PagodaCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** Runs the command as a user would, in this JVM, and keeps what it said. */
record Command(int status, String out, String err) {
    static Command run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = PagodaCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Command(status, out.toString(), err.toString());
    }

    /** A file of the tests module, wherever the tests are started from. */
    static Path file(String name) {
        Path here = Path.of("").toAbsolutePath();
        Path module = here.endsWith("tests") ? here : here.resolve("tests");
        return module.resolve(name);
    }

    /** The last line that was printed. */
    String lastLine() {
        String[] lines = out.strip().split("\\R");
        return lines[lines.length - 1];
    }

    @Override
    public String toString() {
        return "exit status " + status + "\n" + out + err;
    }
}

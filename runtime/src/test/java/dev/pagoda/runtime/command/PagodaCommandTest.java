package dev.pagoda.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes on the command line: one line, exit status 2. */
class PagodaCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        return PagodaCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void tellsVersionAndHelp() {
        assertThat(run("--version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("shell", "--help")).isZero();
        assertThat(out.toString())
                .contains("pagoda ")
                .contains("shell")
                .contains("replay")
                .contains("--memory");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void answersMisuseWithOneLine() {
        assertMisuse("a command is missing: shell, replay, stress or bench");
        assertMisuse("unmatched", "fly");
        assertMisuse("Unknown option: '--fly'", "shell", "--fly");
        assertMisuse("is no size", "shell", "--memory", "much");
        assertMisuse("between 4M and 1T", "shell", "--memory=1");
        assertMisuse("--cpus must be between 1 and 1024, not 0", "shell", "--cpus", "0");
        assertMisuse(
                "there is no such file", "shell", directory.resolve("none.mm").toString());
    }

    @Test
    void answersAnUnreadableScriptWithItsPlace() throws IOException {
        Path script = Files.writeString(directory.resolve("bad.mm"), "1 = 1\nmunmap(1 = 0\n");
        assertMisuse("bad.mm:2:10: expected an operator, ',' or ')', found '='", "shell", script.toString());
        assertThat(out.toString()).isEmpty();
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).containsIgnoringCase(message);
    }
}

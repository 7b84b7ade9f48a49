package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.command.PagodaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a run: gone after a run that the user ended in its middle, and a clear refusal where none can be made. */
class EndedRunTest {
    private static final int MOST_SECONDS = 60;

    @TempDir
    Path directory;

    @ParameterizedTest
    @Timeout(2 * MOST_SECONDS)
    @ValueSource(
            strings = {
                "stress --scenario spaces --minutes 5",
                "stress --scenario pagecache --minutes 5",
                "fuzz --minutes 5"
            })
    void leavesNothingBehind(String command) throws IOException, InterruptedException {
        Path files = Files.createDirectory(directory.resolve("files"));
        Process process = start(files, command);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).as(this::errors).isNotNull().contains("seed");
            assertThat(files).isNotEmptyDirectory();
            // As Ctrl-C, which a test cannot send to one process alone. Of the process, which leaves its output to be
            // read.
            process.toHandle().destroy();
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(files).isEmptyDirectory();
        assertThat(errors()).doesNotContain("\tat ");
    }

    @Test
    @Timeout(MOST_SECONDS)
    void saysWhereNoFilesCanBeMade() throws IOException, InterruptedException {
        Path none = directory.resolve("none");
        Process process = start(none, "fuzz --sequences 1");
        try {
            assertThat(process.waitFor()).as(this::errors).isEqualTo(2);
            assertThat(errors().strip().lines()).as(errors()).hasSize(1);
            assertThat(errors())
                    .contains("no directory for files of this run can be made in " + none)
                    .doesNotContain("defect");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Path files, String arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.add(PagodaCommand.class.getName());
        command.addAll(List.of(arguments.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("TMPDIR", files.toString());
        return builder.start();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("err"));
        } catch (IOException unread) {
            return unread.toString();
        }
    }
}

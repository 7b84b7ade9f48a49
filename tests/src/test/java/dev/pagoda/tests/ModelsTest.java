package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick runs of the Spin models: each protocol holds whole, and breaks with one of its rules left out. The others are run by hand, with {@code go.sh}. */
class ModelsTest {
    private static final long LIMIT_MINUTES = 10;

    @Test
    void holdWholeAndBreakWithoutARule(@TempDir Path directory) throws IOException, InterruptedException {
        for (String tool : new String[] {"spin", "cc", "bash"}) {
            assumeTrue(isInstalled(tool), tool + " is not installed; on Debian: apt-get install spin gcc");
        }
        Path said = directory.resolve("said");
        Process run = new ProcessBuilder(
                        "bash", Command.file("src/models/go.sh").toString(), "quick")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as(() -> "ends within " + LIMIT_MINUTES + " minutes; so far it said\n" + text(said))
                    .isTrue();
            assertThat(run.exitValue()).as(() -> text(said)).isZero();
            assertThat(text(said)).contains(" 0 not as expected");
        } finally {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
    }

    private static boolean isInstalled(String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "nothing that can be read: " + e.getMessage();
        }
    }
}

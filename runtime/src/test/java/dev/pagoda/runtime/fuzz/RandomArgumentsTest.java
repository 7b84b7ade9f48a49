package dev.pagoda.runtime.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random numbers in every argument of every call: the build's share of what {@code pagoda fuzz --arguments} does. */
class RandomArgumentsTest {
    private static final int CALLS = 40_000;

    @TempDir
    Path directory;

    @Test
    @Timeout(240)
    void nothingEscapesAndTheBooksBalance() {
        long seed = System.nanoTime();
        System.out.println("RandomArgumentsTest seed " + seed);
        try (RandomArguments run = new RandomArguments(seed, directory)) {
            assertThat(run.run(CALLS, made -> {})).isEmpty();
        }
    }
}

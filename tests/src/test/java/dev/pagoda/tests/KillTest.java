package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is killed in the middle of its writes leaves in its file what it had synced, or newer; with {@code -Dpagoda.kills=100} a hundred times. */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("pagoda.kills", 2);

    @TempDir
    Path directory;

    @Test
    void whatWasSyncedIsInTheFile() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("KillTest seed " + seed + " rounds " + ROUNDS);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Path file = Files.write(directory.resolve("file"), new byte[KilledWriter.BYTES]);
            long[] synced = runAndKill(file, seed + round, 1 + random.nextInt(60));
            check(file, seed + round, synced, "seed " + seed + " round " + round);
        }
    }

    private long[] runAndKill(Path file, long seed, int lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledWriter.class.getName(),
                        file.toString(),
                        Long.toString(seed))
                .redirectError(directory.resolve("err").toFile())
                .start();
        long[] synced = new long[KilledWriter.THREADS];
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int read = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                int space = line.indexOf(' ');
                if (space < 0 || !line.substring(space + 1).matches("[0-9]+")) {
                    // The last one may have been cut off by the kill.
                    assertThat(read).as("'" + line + "' before it was killed").isGreaterThanOrEqualTo(lines);
                    break;
                }
                synced[Integer.parseInt(line.substring(0, space))] = Long.parseLong(line.substring(space + 1));
                read++;
                if (read == lines) {
                    // Of the process, which leaves its output to be read.
                    process.toHandle().destroyForcibly();
                }
            }
            assertThat(read)
                    .as("lines before it ended: " + Files.readString(directory.resolve("err")))
                    .isGreaterThanOrEqualTo(lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return synced;
    }

    private static void check(Path file, long seed, long[] synced, String what) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int thread : List.of(0, 1)) {
            for (long n = 1; n <= synced[thread]; n++) {
                long offset = KilledWriter.offset(seed, thread, n);
                long found = content.getLong((int) offset);
                assertThat(found)
                        .as(what + " thread " + thread + " at " + offset)
                        .isGreaterThanOrEqualTo(n);
                // And nothing but what was stored there.
                assertThat(KilledWriter.offset(seed, thread, found)).as(what).isEqualTo(offset);
            }
        }
    }
}

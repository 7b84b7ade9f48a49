package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts and recordings that end in the middle, or that a byte was damaged of: read, or refused with their place in one line. */
class CutInputTest {
    private static final String PLACE = "pagoda [a-z]+: .*:\\d+(:\\d+)?: .*";
    private static final int CUTS = 40;

    @TempDir
    Path directory;

    @Test
    void scripts() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (Path script : list("cases")) {
            byte[] whole = Files.readAllBytes(script);
            for (int i = 0; i < CUTS / 4; i++) {
                byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
                runs("seed " + seed, i, cut, "shell", "cut.mm");
            }
            for (int i = 0; i < CUTS / 4; i++) {
                byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                runs("seed " + seed, i, damaged, "shell", "cut.mm");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay", "scml"})
    void recordingsCutInsideALine(String command) throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (Path recording : list("recordings")) {
            byte[] whole = Files.readAllBytes(recording);
            for (int i = 0; i < CUTS; i++) {
                int length = 1 + random.nextInt(whole.length - 1);
                if (whole[length - 1] != '\n') {
                    Command run = run(Arrays.copyOf(whole, length), command, "cut.strace");
                    assertThat(run.status())
                            .as("seed %d: %s cut at %d: %s", seed, recording, length, run)
                            .isEqualTo(2);
                    assertThat(run.err().strip()).as("seed %d", seed).matches(PLACE);
                }
            }
        }
    }

    @Test
    void damagedRecordings() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (Path recording : list("recordings")) {
            byte[] whole = Files.readAllBytes(recording);
            for (int i = 0; i < CUTS; i++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                runs("seed " + seed, i, damaged, "scml", "cut.strace");
            }
        }
    }

    /** A recording that ends at a line is a program that was stopped there: its calls give what they gave. */
    @Test
    void recordingsCutAtALine() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (Path recording : list("recordings")) {
            List<String> lines = Files.readAllLines(recording, java.nio.charset.StandardCharsets.ISO_8859_1);
            String text = String.join("\n", lines.subList(0, 1 + random.nextInt(lines.size()))) + "\n";
            byte[] cut = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            Command run = run(cut, "replay", "cut.strace");
            assertThat(run.status()).as("seed %d: %s: %s", seed, recording, run).isZero();
        }
    }

    private void runs(String seed, int round, byte[] content, String command, String name) throws IOException {
        Command run = run(content, command, name);
        assertThat(run.status()).as("%s, round %d: %s", seed, round, run).isBetween(0, 2);
        if (run.status() == 2) {
            assertThat(run.err().strip()).as(seed).matches(PLACE);
        } else {
            assertThat(run.err()).as(seed).doesNotContain("\tat ");
        }
    }

    private Command run(byte[] content, String command, String name) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        return command.equals("scml")
                ? Command.run("scml", "--rules", rules().toString(), file.toString())
                : Command.run(command, "--memory", "256M", file.toString());
    }

    private Path rules() throws IOException {
        return Files.writeString(directory.resolve("rules.scml"), "mmap(addr, length, prot = PROT_READ, ..);\n");
    }

    private static List<Path> list(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Command.file(folder))) {
            return files.sorted().toList();
        }
    }
}

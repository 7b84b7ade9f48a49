package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole scripts: as they are, cut at every byte, and damaged. */
class ExampleScriptsTest {
    private final StringWriter printed = new StringWriter();

    private static byte[] content(String name) throws IOException {
        try (InputStream in = ExampleScriptsTest.class.getResourceAsStream("/scripts/" + name)) {
            return in.readAllBytes();
        }
    }

    private Tally run(byte[] content) {
        ModelWorld world = new ModelWorld(true);
        try {
            Script script = Script.parse("example", new String(content, StandardCharsets.UTF_8));
            return new ScriptRunner(world, new PrintWriter(printed)).run(List.of(script));
        } finally {
            assertThat(world.living).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory.mm", "files.mm", "numbers.mm"})
    void meetsEveryCheck(String name) throws IOException {
        Tally tally = run(content(name));
        assertThat(tally.failed()).as(printed.toString()).isZero();
        assertThat(tally.checks()).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory.mm", "files.mm", "numbers.mm"})
    void everyPrefixRunsOrIsExplained(String name) throws IOException {
        byte[] content = content(name);
        for (int length = 0; length <= content.length; length++) {
            runOrExplain(Arrays.copyOf(content, length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory.mm", "files.mm", "numbers.mm"})
    void everyDamageRunsOrIsExplained(String name) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            byte[] content = content(name);
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                content[random.nextInt(content.length)] = (byte)
                        (random.nextBoolean()
                                ? "()=+-*/|&~<>'\"\\#@[],0x \n".charAt(random.nextInt(24))
                                : random.nextInt(256));
            }
            runOrExplain(content);
        }
    }

    private void runOrExplain(byte[] content) {
        printed.getBuffer().setLength(0);
        try {
            run(content);
        } catch (ScriptError error) {
            assertThat(error.line()).isPositive();
            assertThat(error.column()).isPositive();
            assertThat(error).hasMessageStartingWith("example:" + error.line() + ":" + error.column() + ": expected ");
        }
    }
}

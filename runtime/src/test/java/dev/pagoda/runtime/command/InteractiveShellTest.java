package dev.pagoda.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.script.KernelWorld;
import dev.pagoda.runtime.script.ScriptWorld;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell as someone at a terminal sees it: keys go in, what the screen shows comes out. */
@Timeout(60)
class InteractiveShellTest {
    /** Ctrl-P, as the arrow up. */
    private static final String UP = "\u0010";

    @TempDir
    private Path directory;

    private String type(String type, boolean explain, Path history, String keys) throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        byte[] typed = keys.getBytes(StandardCharsets.UTF_8);
        try (Terminal terminal = new ExternalTerminal(
                        "test", type, new ByteArrayInputStream(typed), screen, StandardCharsets.UTF_8);
                ScriptWorld world = new KernelWorld(Kernel.boot(
                        KernelConfig.defaults().withMemoryBytes(64 << 20).withCpus(1)))) {
            assertThat(new InteractiveShell(world, explain, history).run(terminal))
                    .isZero();
        }
        // Colours, cursor moves and the paste mode are not what is asked about.
        return screen.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "");
    }

    @Test
    void answersCallsAndMistakesAndGoesOn() throws IOException {
        String screen = type("dumb", false, null, """
                A = 0x100000000000
                mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
                store(A, 1, 1)
                munmap(A
                munmap(A+1, PAGE) = 0

                nonsense(1)
                quit
                munmap(A, PAGE)
                """);
        assertThat(screen)
                .contains(
                        "mmap(0x100000000000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x100000000000")
                .contains("store(0x100000000000, 1, 1) = SIGSEGV SEGV_ACCERR")
                .contains("# input:4:9: expected")
                .contains("munmap(0x100000000001, 4096) = -1 EINVAL (Invalid argument)")
                .containsPattern("# expected 0 at input:\\d+: .+")
                .containsPattern("# input:\\d+:1: .*nonsense")
                .doesNotContain("munmap(0x100000000000, 4096) = 0");
    }

    @Test
    void completesCallsConstantsAndNamesAndRemembersLines() throws IOException {
        String screen = type(
                "xterm",
                false,
                null,
                "Zebra = 0x100000000000\r"
                        + "mmap(Zeb\t, PAGE, PROT_READ, MAP_PRIV\t|MAP_ANONYM\t|MAP_FIXED, -1, 0) = Zebra\r"
                        + "buddyin\t) = 0\r"
                        + "munma\tZebra, PAGE) = 0\r"
                        + UP + UP + UP + "\r"
                        + "vmas(Zebra, PAGE) = 7\r"
                        + "quit\r");
        assertThat(screen)
                .contains(
                        "mmap(0x100000000000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x100000000000")
                .contains("buddyinfo() = 0")
                .contains("munmap(0x100000000000, 4096) = 0")
                // The map of the line that was called back is there.
                .contains("vmas(0x100000000000, 4096) = 1");
    }

    @Test
    void helpsWithCallsAndConstants() throws IOException {
        String screen = type("dumb", false, null, "help\nhelp mremap\nhelp MAP_FIXED\nhelp me\nhelp \n");
        assertThat(screen)
                .contains("Memory calls")
                .contains("mremap(old_addr, old_size, new_size, flags[, new_addr])")
                .contains("MREMAP_MAYMOVE ")
                .containsPattern("-1 EINVAL +\\S+")
                .contains("MAP_FIXED = 0x10")
                .contains("mmap, flags: ")
                .contains("# no call or constant is called 'me'");
    }

    @Test
    void explainsWhenAsked() throws IOException {
        String lines = "A = 0x100000000000\n"
                + "mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                + "explain %s\nstore(A, 1, 1)\nquit\n";
        String stored = "level 0: reserved rw- anonymous -> present rw- own accessed dirty anonymous, frame ";
        assertThat(type("dumb", false, null, lines.formatted("on")))
                .contains(stored)
                .doesNotContain("-> reserved");
        assertThat(type("dumb", true, null, lines.formatted("off")))
                .contains("-> reserved")
                .doesNotContain(stored);
    }

    @Test
    void keepsAHistoryWhereOneIsNamed() throws IOException {
        Path history = directory.resolve("history");
        type("xterm", false, history, "vmsize() = 1\rquit\r");
        assertThat(Files.readString(history)).contains("vmsize() = 1");
        // quit is the last line of the other session.
        assertThat(type("xterm", false, history, UP + UP + "\rquit\r")).contains("# expected 1 at input:1");
    }
}

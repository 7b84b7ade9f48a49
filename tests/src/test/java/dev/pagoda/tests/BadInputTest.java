package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of a user cost one clear line and exit status 2, never a stack trace. */
class BadInputTest {
    @TempDir
    Path directory;

    @Test
    void aMissingRecording() {
        refused(Command.run("replay", directory.resolve("none.strace").toString()), "none.strace");
    }

    @Test
    void aDirectoryInsteadOfARecording() {
        refused(Command.run("replay", directory.toString()), directory.toString());
    }

    @Test
    void aTruncatedRecording() throws IOException {
        byte[] whole = Files.readAllBytes(Command.file("recordings/ls.strace"));
        Path cut = directory.resolve("cut.strace");
        Files.write(cut, java.util.Arrays.copyOf(whole, 1000));
        refused(Command.run("replay", cut.toString()), "cut.strace");
    }

    @Test
    void aGarbledRecording() throws IOException {
        Path garbled = directory.resolve("garbled.strace");
        Files.write(garbled, new byte[] {0, 1, 2, 3, (byte) 0xff, '\n', 'm', 'm', 'a', 'p', '(', '\n'});
        refused(Command.run("replay", garbled.toString()), "garbled.strace");
    }

    @Test
    void anUnknownOption() {
        refused(Command.run("replay", "--nonsense", "x"), "--nonsense");
    }

    @Test
    void memoryThatNoKernelFitsInto() {
        refused(
                Command.run(
                        "replay",
                        "--memory",
                        "12",
                        Command.file("recordings/ls.strace").toString()),
                "12");
    }

    @Test
    void aScriptThatCannotBeRead() throws IOException {
        Path script = directory.resolve("bad.mm");
        Files.write(script, "munmap(1, 2\n".getBytes(StandardCharsets.US_ASCII));
        refused(Command.run("shell", script.toString()), "bad.mm:1:");
    }

    /** The call that Linux would refuse is refused, and the kernel goes on. */
    @Test
    void memoryTooSmallForTheProgram() {
        Command command = Command.run(
                "replay",
                "--memory",
                "64M",
                "--touch",
                "all",
                Command.file("recordings/node-alloc.strace").toString());
        assertThat(command.status()).as(command.toString()).isBetween(0, 1);
        assertThat(command.out()).contains("balanced");
    }

    private static void refused(Command command, String place) {
        assertThat(command.status()).as(command.toString()).isEqualTo(2);
        assertThat(command.err().strip().lines()).as(command.err()).hasSize(1);
        assertThat(command.err()).contains(place).doesNotContain("\tat ");
    }
}

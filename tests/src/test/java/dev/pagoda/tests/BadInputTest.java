package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pagoda.mm.memory.HostMemory;
import dev.pagoda.runtime.command.PagodaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void memoryThatTheMachineDoesNotHave() {
        assumeThat(HostMemory.ofThisMachine().totalBytes()).isLessThan(1L << 40);
        String recording = Command.file("recordings/ls.strace").toString();
        refused(Command.run("replay", "--memory", "1T", recording), "1048576M was asked for, but this machine has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64M", "swap", "swap:", ":64M", "swap:lots", "swap:1K"})
    void swapThatIsNone(String swap) {
        String recording = Command.file("recordings/ls.strace").toString();
        refused(Command.run("replay", "--swap", swap, recording), "--swap");
    }

    @Test
    void swapThatCannotBeMade() throws IOException {
        String recording = Command.file("recordings/ls.strace").toString();
        refused(Command.run("replay", "--swap", directory + "/none/swap:64M", recording), "cannot be opened");
        refused(Command.run("replay", "--swap", directory + ":64M", recording), "is not a regular file");
        refused(Command.run("replay", "--swap", directory + "/swap:1T", recording), "there is no room for");
        Path letter = Files.writeString(directory.resolve("letter"), "not swap");
        refused(
                Command.run(
                        "shell",
                        "--swap",
                        letter + ":64M",
                        Command.file("cases/mremap.mm").toString()),
                "holds something else than swap");
        refused(
                Command.run("stress", "--scenario", "spaces", "--swap", letter + ":64M"),
                "holds something else than swap");
        refused(Command.run("stress", "--scenario", "frames", "--swap", letter + ":64M"), "has no use for --swap");
        assertThat(letter).content().isEqualTo("not swap");
        assertThat(directory.resolve("swap")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1G", "1.5G", "G", "12Q", "0", "99999999999999999999G"})
    void aSizeThatIsNone(String size) {
        String recording = Command.file("recordings/ls.strace").toString();
        refused(Command.run("replay", "--memory", size, recording), "'" + size + "' is no");
    }

    /** A program with room for itself, but not for what it is asked to reserve. */
    @Test
    void aLimitOfAddressSpaceThatMemoryDoesNotFitInto() throws IOException, InterruptedException {
        assumeThat(HostMemory.ofThisMachine().totalBytes()).isGreaterThan(3L << 30);
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -v 3000000 && exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m"));
        command.addAll(List.of("-XX:CompressedClassSpaceSize=32m", "--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.addAll(List.of(PagodaCommand.class.getName(), "replay", "--memory", "3G"));
        command.add(Command.file("recordings/ls.strace").toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        Command ended = new Command(
                process.waitFor(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
        refused(ended, "raise the limit of address space (ulimit -v), which is 2929M");
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

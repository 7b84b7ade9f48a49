package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose kernel has swap. */
class SwapCommandTest {
    @TempDir
    Path directory;

    @Test
    void adviceAndLocksInAScript() throws IOException {
        Path script = directory.resolve("swap.mm");
        Files.writeString(script, """
                @ SWAP-1 advice and locks
                A = 0x100000000000
                mmap(A, 16*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
                fill(A, 16*PAGE, 7)
                madvise(A, 16*PAGE, MADV_PAGEOUT) = 0
                resident(A, 16*PAGE) = 0
                mprotect(A, 4*PAGE, PROT_READ) = 0
                resident(A, 16*PAGE) = 0
                load(A+4*PAGE, 1) = 7
                resident(A, 16*PAGE) = 255
                mlock(A+12*PAGE, 2*PAGE) = 0
                madvise(A, 12*PAGE, MADV_PAGEOUT) = 0
                resident(A, 16*PAGE) = 0xf000
                madvise(A, PAGE, MADV_DONTNEED) = 0
                load(A, 1) = 0
                load(A+PAGE, 1) = 7
                smaps()
                meminfo()
                audit() = 0
                """);
        Command command = Command.run("shell", "--swap", directory + "/swap:16M", script.toString());
        assertThat(command.status()).as(command.toString()).isZero();
        // Pages 1 to 7 came back with the first, four are locked or beside what is, four are out.
        assertThat(command.out()).containsPattern("SwapTotal: +16380 kB").containsPattern("SwapFree: +16364 kB");
        assertThat(command.out()).containsPattern("Swap: +16 kB");
        assertThat(directory.resolve("swap")).exists();
    }

    /** Ten times the memory, and every page is what the recording stored. */
    @Test
    void aProgramThatDoesNotFit() {
        String recording = Command.file("recordings/node-alloc.strace").toString();
        Command without = Command.run("replay", "--memory", "32M", "--touch", "all", recording);
        Command with = Command.run(
                "replay", "--memory", "32M", "--swap", directory + "/swap:512M", "--touch", "all", recording);
        assertThat(with.status()).as(with.toString()).isZero();
        assertThat(with.out()).contains("balanced");
        assertThat(without.status()).as(without.toString()).isNotZero();
    }
}

package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded programs run on the kernel as they ran on Linux, and leave every frame free. */
class RecordingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls",
                "python-json",
                "sqlite-mmap",
                "java-version",
                "node-alloc",
                "redis-load",
                "bash-pipeline",
                "gcc-hello",
                "ed",
                "vim",
                "sqlite-wal",
                "java-load",
                "perl-fork"
            })
    void inRecordedOrder(String name) {
        agrees(Command.run("replay", recording(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls",
                "python-json",
                "sqlite-mmap",
                "java-version",
                "node-alloc",
                "redis-load",
                "bash-pipeline",
                "gcc-hello",
                "ed",
                "vim",
                "sqlite-wal",
                "java-load",
                "perl-fork"
            })
    void onTwoCpusTouchingEverything(String name) {
        agrees(Command.run("replay", "--threads", "2", "--touch", "all", recording(name)));
    }

    private static String recording(String name) {
        return Command.file("recordings/" + name + ".strace").toString();
    }

    private static void agrees(Command command) {
        assertThat(command.status()).as(command.toString()).isZero();
        assertThat(command.out()).contains("balanced");
    }
}

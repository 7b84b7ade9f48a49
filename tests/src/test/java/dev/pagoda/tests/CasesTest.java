package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases that were confirmed on a real Linux. */
class CasesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "advice",
                "brk",
                "files",
                "fork",
                "found",
                "further-brk",
                "further-files",
                "further-fork",
                "further-grow",
                "further-locks",
                "further-madvise",
                "further-mixed",
                "further-mmap-arguments",
                "further-mmap-placement",
                "further-mprotect",
                "further-mremap",
                "further-msync",
                "further-munmap",
                "further-seals",
                "grow-down",
                "hugetlb",
                "kernel-access",
                "limits",
                "limits-and-locks",
                "maps",
                "mincore",
                "mlock",
                "mmap-arguments",
                "mmap-placement",
                "mmap-protection",
                "mprotect",
                "mremap",
                "msync",
                "munmap",
                "other",
                "populate",
                "rare",
                "seals",
                "vectors",
                "zero"
            })
    void passesWhole(String name) {
        Command command =
                Command.run("shell", Command.file("cases/" + name + ".mm").toString());
        assertThat(command.status()).as(command.toString()).isZero();
        assertThat(command.lastLine()).endsWith(", 0 failed");
    }

    /** A call that the kernel does not have fails its check and nothing else: every file is read to its end. */
    @Test
    void allRunToTheirEnd() throws IOException {
        try (Stream<Path> files = Files.list(Command.file("cases"))) {
            List<String> arguments = files.map(Path::toString).sorted().toList();
            Command command = Command.run(
                    Stream.concat(Stream.of("shell"), arguments.stream()).toArray(String[]::new));
            assertThat(command.status()).as(command.err()).isBetween(0, 1);
            assertThat(command.lastLine()).matches("\\d+ calls, \\d+ checks, \\d+ failed");
        }
    }
}

package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code --explain} says about lines of all kinds. */
class WordChangesTest {
    private static List<String> run(String... lines) {
        StringWriter printed = new StringWriter();
        KernelConfig config = KernelConfig.defaults().withMemoryBytes(64 << 20).withCpus(1);
        try (ScriptWorld world = new KernelWorld(Kernel.boot(config))) {
            Script script = Script.parse("t.mm", String.join("\n", lines));
            Tally tally = new ScriptRunner(world, new PrintWriter(printed), true).run(List.of(script));
            assertThat(tally.failed()).as(printed.toString()).isZero();
        }
        return printed.toString()
                .lines()
                .map(line -> line.replaceAll("frame \\d+", "frame N"))
                .toList();
    }

    @Test
    void tellsEachWordThatChanged() {
        assertThat(run(
                        "A = 0x100000000000",
                        "mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
                        "load(A+PAGE, 8) = 0",
                        "madvise(A+2*PAGE, 2*PAGE, MADV_POPULATE_WRITE) = 0",
                        "mlock(A, PAGE) = 0",
                        "C = fork()",
                        "[C] munmap(A, PAGE) = 0",
                        "[C] exit(0)",
                        "munmap(A, PAGE-1) = 0",
                        "munmap(A, -1) = -1 EINVAL",
                        "load(A, 8) = SIGSEGV SEGV_MAPERR"))
                .containsExactly(
                        "A = 0x100000000000",
                        "mmap(0x100000000000, 16384, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x100000000000",
                        "#   0x100000000000  level 3: unmapped -> table, frame N",
                        "#   0x100000000000  level 2: unmapped -> table, frame N",
                        "#   0x100000000000  level 1: unmapped -> table, frame N",
                        "#   0x100000000000  4 words of level 0: unmapped -> reserved rw- anonymous",
                        "load(0x100000001000, 8) = 0",
                        "#   0x100000001000  level 0: reserved rw- anonymous -> present rw- copy-on-write accessed anonymous, frame N",
                        "madvise(0x100000002000, 8192, MADV_POPULATE_WRITE) = 0",
                        "#   0x100000002000  2 words of level 0: reserved rw- anonymous -> present rw- own accessed dirty anonymous, first frame N",
                        "mlock(0x100000000000, 4096) = 0",
                        "#   0x100000000000  level 0: reserved rw- anonymous -> present rw- own accessed dirty locked anonymous, frame N",
                        "fork() = 2",
                        "#   0x100000000000  level 0: present rw- own accessed dirty locked anonymous -> present rw- own copy-on-write accessed dirty locked anonymous, frame N",
                        "#   0x100000002000  2 words of level 0: present rw- own accessed dirty anonymous -> present rw- own copy-on-write accessed dirty anonymous, first frame N",
                        "[C] munmap(0x100000000000, 4096) = 0",
                        "#   0x100000000000  level 0: present rw- own copy-on-write accessed dirty anonymous -> unmapped",
                        "[C] exit(0) = ?",
                        "munmap(0x100000000000, 4095) = 0",
                        "#   0x100000000000  level 0: present rw- own copy-on-write accessed dirty locked anonymous -> unmapped",
                        "munmap(0x100000000000, 18446744073709551615) = -1 EINVAL (Invalid argument)",
                        "load(0x100000000000, 8) = SIGSEGV SEGV_MAPERR",
                        "10 calls, 8 checks, 0 failed");
    }

    @Test
    void tellsOfAFewWordsAndCountsTheRest() {
        List<String> lines = run(
                "A = 0x100000000000",
                "mmap(A, 128*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
                "fd = tmpfile(PAGE)",
                "mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A+PAGE");
        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "#   0x100000001000  level 0: reserved r-- anonymous.* -> reserved r-- region \\d+"));
        List<String> many = new java.util.ArrayList<>(List.of(
                "A = 0x100000000000",
                "mmap(A, 128*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A"));
        for (int page = 0; page < 60; page += 2) {
            many.add("store(A+" + page + "*PAGE, 1, 1) = 0");
        }
        many.add("munmap(A, 128*PAGE) = 0");
        assertThat(run(many.toArray(String[]::new))).contains("#   ... and 36 more");
    }
}

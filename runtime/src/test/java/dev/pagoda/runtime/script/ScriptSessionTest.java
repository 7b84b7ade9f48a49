package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run prints and counts. */
class ScriptSessionTest {
    private final ModelWorld world = new ModelWorld(true);
    private final StringWriter printed = new StringWriter();
    private Tally tally;

    private List<String> run(ModelWorld in, String... lines) {
        Script script = Script.parse("t.mm", String.join("\n", lines));
        tally = new ScriptRunner(in, new PrintWriter(printed)).run(List.of(script));
        assertThat(in.living).as("processes left").isZero();
        return printed.toString().lines().toList();
    }

    private List<String> run(String... lines) {
        return run(world, lines);
    }

    @Test
    void printsCallsAsStraceDoes() {
        assertThat(run(
                        "A = 0x100000000000",
                        "mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|(1<<23), -1, 0)",
                        "store(A, 8, -1)",
                        "load(A, 8)",
                        "poke(A, \"\\n\\\"\\x001\")",
                        "peek(A, 4)",
                        "munmap(A, PAGE) = 0",
                        "munmap(A+1, -1) = -1 EINVAL",
                        "load(A, 1) = SIGSEGV SEGV_MAPERR",
                        "open(\"none\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = -1 ENOENT",
                        "b = brk(NULL)",
                        "(b == A) = 0",
                        "maps()",
                        "smaps()",
                        "mlock(A, 1)"))
                .containsExactly(
                        "A = 0x100000000000",
                        "mmap(0x100000000000, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|0x800000,"
                                + " -1, 0) = 0x100000000000",
                        "store(0x100000000000, 8, 0xffffffffffffffff) = 0",
                        "load(0x100000000000, 8) = 0xffffffffffffffff",
                        "poke(0x100000000000, \"\\n\\\"\\1\") = 0",
                        "peek(0x100000000000, 4) = \"\\n\\\"\\1\\377\"",
                        "munmap(0x100000000000, 4096) = 0",
                        "munmap(0x100000000001, 18446744073709551615) = -1 EINVAL (Invalid argument)",
                        "load(0x100000000000, 1) = SIGSEGV SEGV_MAPERR",
                        "open(\"none\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = -1 ENOENT (No such file or directory)",
                        "brk(NULL) = 0x555555554000",
                        "(b == A) = 0",
                        "1 pages",
                        "maps() = 0",
                        "smaps() = -1 ENOSYS (Function not implemented)",
                        "# at t.mm:14: this kernel does not write that text",
                        "mlock(0x100000000000, 1) = -1 ENOSYS (Function not implemented)",
                        "# at t.mm:15: the model says no",
                        "13 calls, 5 checks, 0 failed");
    }

    @Test
    void namesWhatFailed() {
        List<String> lines = run(
                "1 = 2", "@ ONE first case # not its title", "munmap(1, 1) = 0", "1 = 1", "@ TWO", "byte(99, 0) = -1");
        assertThat(lines)
                .containsExactly(
                        "1 = 1",
                        "# expected 2 at t.mm:1",
                        "",
                        "@ ONE first case",
                        "munmap(0x1, 1) = -1 EINVAL (Invalid argument)",
                        "# expected 0 at t.mm:3: the model says no",
                        "1 = 1",
                        "",
                        "@ TWO",
                        "byte(99, 0) = -1 EBADF (Bad file descriptor)",
                        "# expected -1 at t.mm:6: the model says no",
                        "",
                        "failed: t.mm (lines before the first case): 1 of 1 checks",
                        "failed: ONE first case (t.mm:2): 1 of 2 checks",
                        "failed: TWO (t.mm:5): 1 of 1 checks",
                        "2 calls, 4 checks, 3 failed");
        assertThat(tally).isEqualTo(new Tally(2, 4, 3));
    }

    @Test
    void runsLinesInChildren() {
        run(
                "A = mmap(NULL, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
                "store(A, 1, 1)",
                "C = fork()",
                "[C] store(A, 1, 2) = OK",
                "[C] E = fork() = OK",
                "[E] load(A, 1) = 2",
                "[E] load(NULL, 1) = SIGSEGV SEGV_MAPERR",
                "fault_addr() = 0",
                "[E] exit(3) = OK",
                "[C] wait(E) = 3",
                "load(A, 1) = 1");
        assertThat(tally.failed()).isZero();
        assertThat(printed.toString()).contains("[E] exit(3) = ?", "[C] wait(3) = 3");
    }

    @Test
    void saysWhyALineCannotRun() {
        List<String> lines = run(
                new ModelWorld(false),
                "C = fork()",
                "[C] x = load(NULL, 1) = 1",
                "[C] exit(0)",
                "load(x, 1) = ANY",
                "y = load(NULL, 1)",
                "y = 1 = 1",
                "z = peek(NULL, 1)",
                "open(z, 0) = OK",
                "x+1 = 1");
        assertThat(lines)
                .contains(
                        "[C] x = load(NULL, 1) = ?",
                        "# expected 1 at t.mm:2: not run, there is no process C: its fork() gave"
                                + " -1 ENOSYS (Function not implemented)",
                        "# expected ANY at t.mm:4: not run, x has no value: its line was not run",
                        "# at t.mm:5: the model maps nothing here",
                        "# expected OK at t.mm:8: not run, z holds no string",
                        "3 calls, 5 checks, 4 failed");
        assertThat(tally.failed()).isEqualTo(4);
    }

    @Test
    void aProcessThatExitedRunsNothing() {
        assertThat(run("C = fork()", "[C] exit(0)", "[C] 1 = 1", "exit(0)", "2 = 2"))
                .contains(
                        "# expected 1 at t.mm:3: not run, process C has exited",
                        "# expected 2 at t.mm:5: not run, the first process has exited");
    }

    @Test
    void aFailedCallNeverMeetsANumber() {
        run("x = munmap(1, 1)", "x = -1", "munmap(1, 1) = -1", "munmap(1, 1) = -1 EFAULT", "munmap(1, 1) = OK");
        assertThat(tally).isEqualTo(new Tally(4, 3, 3));
    }

    @Test
    void refusesValuesOutsideOfTheNotation() {
        assertRefused("load(0, 3)", "t.mm:1:9: expected a size of 1, 2, 4 or 8 bytes, found 3");
        assertRefused("1 + 1/0", "t.mm:1:6: expected a divisor other than 0");
        assertRefused("tmpfile(2*G)", "t.mm:1:9: expected a length of at most 1G, found 2147483648");
        assertRefused("peek(0, -1)", "t.mm:1:9: expected a string of at most 16777216 bytes");
        assertRefused("resident(0, 65*PAGE)", "t.mm:1:13: expected at most 64 pages");
        assertRefused("pwrite64(1, \"ab\", 3, 0)", "t.mm:1:19: expected at most the 2 bytes of the string, found 3");
    }

    private void assertRefused(String line, String message) {
        assertThatThrownBy(() -> run(line)).isInstanceOf(ScriptError.class).hasMessageStartingWith(message);
    }

    @Test
    void countsFilesWhenThereAreSeveral() {
        Script good = Script.parse("good.mm", "1 = 1");
        Script bad = Script.parse("bad.mm", "@ B bad\naudit() = 1");
        new ScriptRunner(world, new PrintWriter(printed)).run(List.of(good, bad));
        assertThat(printed.toString().lines())
                .endsWith(
                        "failed: B bad (bad.mm:1): 1 of 1 checks",
                        "good.mm: 0 calls, 1 checks, 0 failed",
                        "bad.mm: 1 calls, 1 checks, 1 failed",
                        "1 calls, 2 checks, 1 failed");
    }

    @Test
    void aTypedLineThatCannotBeReadChangesNothing() {
        try (ScriptSession session = new ScriptSession(world, new PrintWriter(printed))) {
            session.type("A = 5");
            assertThatThrownBy(() -> session.type("B = 5 +"))
                    .isInstanceOf(ScriptError.class)
                    .hasMessageStartingWith("input:2:8: expected a number after '+'");
            assertThatThrownBy(() -> session.type("B")).isInstanceOf(ScriptError.class);
            session.type("A+1 = 6");
            assertThat(session.tally().failed()).isZero();
            assertThat(session.setNames()).containsExactly("A");
        }
    }
}

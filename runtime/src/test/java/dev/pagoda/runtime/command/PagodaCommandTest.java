package dev.pagoda.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pagoda.mm.memory.HostMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes on the command line: one line, exit status 2. */
class PagodaCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        return PagodaCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void tellsVersionAndHelp() {
        assertThat(run("--version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("shell", "--help")).isZero();
        assertThat(out.toString())
                .contains("pagoda ")
                .contains("shell")
                .contains("replay")
                .contains("--memory");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void answersMisuseWithOneLine() {
        assertMisuse("a command is missing: shell, replay, scml, calls, stress, fuzz or bench");
        assertMisuse("unmatched", "fly");
        assertMisuse("Unknown option: '--fly'", "shell", "--fly");
        assertMisuse("is no size", "shell", "--memory", "much");
        assertMisuse("is no size", "shell", "--memory", "-1G");
        assertMisuse("is no size", "replay", "--memory=", "x");
        assertMisuse("Missing required parameter for option '--memory'", "shell", "--memory");
        assertMisuse("between 4M and 1T", "shell", "--memory=1");
        assertMisuse("between 4M and 1T", "replay", "--memory", "99999999999999999999G", "x");
        assertMisuse("--cpus must be between 1 and 1024, not 0", "shell", "--cpus", "0");
        assertMisuse(
                "there is no such file", "shell", directory.resolve("none.mm").toString());
    }

    @Test
    void answersMemoryThatTheMachineDoesNotHaveWithBothFigures() throws IOException {
        String script =
                Files.writeString(directory.resolve("one.mm"), "1 = 1\n").toString();
        String recording = Files.writeString(directory.resolve("one.strace"), "munmap(0x7f0000000000, 4096) = 0\n")
                .toString();
        long has = HostMemory.ofThisMachine().totalBytes() >> 20;
        assumeThat(has).as("no size that can be written is too large here").isLessThan(1L << 20);
        String refusal = "memory of 1048576M was asked for, but this machine has " + has + "M: ask for at most " + has;
        assertMisuse(refusal, "shell", "--memory", "1T", script);
        assertMisuse(refusal, "shell", "--memory", "1T", "--prefault", script);
        assertMisuse(refusal, "replay", "--memory", "1T", recording);
        assertMisuse(refusal, "stress", "--scenario", "space", "--memory", "1T");
        String all = "--memory=" + has + "M";
        assertMisuse("M available: ask for at most", "shell", all, "--prefault", script);
        assertMisuse("M available: ask for at most", "replay", all, "--prefault", recording);
        assertMisuse("M available: ask for at most", "stress", "--scenario", "space", all, "--prefault");
        assertThat(out.toString()).isEmpty();
    }

    /** Where nobody looks, progress is not shown; the cost is one line beside the output. */
    @Test
    void tellsWhatTouchingMemoryInAdvanceCost() throws IOException {
        String script =
                Files.writeString(directory.resolve("one.mm"), "1 = 1\n").toString();
        String recording = Files.writeString(directory.resolve("one.strace"), "munmap(0x7f0000000000, 4096) = 0\n")
                .toString();
        String cost =
                "prefault: 80 MiB in [0-9.]+ s by [0-9]+ threads, [0-9]+ ns a frame; [0-9]+ MiB in huge pages.*\n";
        assertThat(run("shell", "--memory", "80M", "--prefault", script)).isZero();
        assertThat(err.toString()).matches(cost);
        assertThat(out.toString()).isEqualTo("1 = 1\n0 calls, 1 checks, 0 failed\n");
        err.getBuffer().setLength(0);
        assertThat(run("replay", "--memory", "80M", "--prefault", "--json", recording))
                .isZero();
        assertThat(err.toString()).matches(cost);
        assertThat(out.toString()).doesNotContain("prefault");
    }

    @Test
    void answersAnUnreadableScriptWithItsPlace() throws IOException {
        Path script = Files.writeString(directory.resolve("bad.mm"), "1 = 1\nmunmap(1 = 0\n");
        assertMisuse("bad.mm:2:10: expected an operator, ',' or ')', found '='", "shell", script.toString());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void judgesRecordingsByRules() throws IOException {
        String rules = Files.writeString(
                        directory.resolve("r.scml"),
                        "munmap(addr, length); madvise(a, l, x = MADV_FREE); // ignored: MADV_COLD\n")
                .toString();
        String good = Files.writeString(
                        directory.resolve("good.strace"),
                        "munmap(0x7f0000000000, 4096) = 0\nmadvise(0, 0, MADV_COLD) = 0\n")
                .toString();
        String bad = Files.writeString(
                        directory.resolve("bad.strace"), "munmap(0x7f0000000000, 4096) = 0\nbrk(NULL) = 0x1000\n")
                .toString();
        assertThat(run("scml", good, "--rules", rules)).isZero();
        assertThat(out.toString()).contains("MADV_COLD has no effect").containsPattern("good.strace +2 +1 +1 +0 +0");
        assertThat(run("scml", bad, "--rules", rules)).isEqualTo(1);
        assertThat(out.toString()).contains("no rule for brk (1)");
        assertThat(run("scml", "--named", "--rules", rules, bad)).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("scml", good, bad, "--rules", rules, "--json")).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"total\": {\"calls\": 4, \"supported\": 2, \"ignored\": 1, \"refused\": 1, \"other\": 0}")
                .contains("\"call\": \"brk\", \"reason\": \"no rule for brk\", \"line\": 2");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void judgesRecordingsByItsOwnTable() throws IOException {
        String good = Files.writeString(directory.resolve("good.strace"), """
                        execve("/bin/a", ["a"], 0x7ffc /* 1 vars */) = 0
                        mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_DENYWRITE, 3, 0) = 0x7f0000000000
                        madvise(0x7f0000000000, 4096, MADV_COLLAPSE) = 0
                        """).toString();
        String bad = Files.writeString(
                        directory.resolve("bad.strace"),
                        "userfaultfd(O_CLOEXEC) = 3\nmadvise(0x7f0000000000, 4096, MADV_GUARD_INSTALL) = 0\n")
                .toString();
        assertThat(run("scml", good)).isZero();
        assertThat(out.toString())
                .contains("MAP_DENYWRITE has no effect")
                .contains("left out, for no rule is about them: execve (1)")
                .containsPattern("good.strace +3 +1 +1 +0 +1");
        assertThat(run("scml", bad)).isEqualTo(1);
        assertThat(out.toString())
                .contains("ENOSYS: faults are the kernel's own")
                .contains("MADV_GUARD_INSTALL is not in the set (pagoda calls madvise tells more)")
                .containsPattern("bad.strace +2 +0 +0 +2 +0");
    }

    @Test
    void answersRulesAndRecordingsThatCannotBeRead() throws IOException {
        String rules = Files.writeString(directory.resolve("r.scml"), "munmap(addr, length);\n")
                .toString();
        String none =
                Files.writeString(directory.resolve("none.scml"), "a = B;\n").toString();
        String cut = Files.writeString(directory.resolve("cut.scml"), "munmap(addr,\n")
                .toString();
        String trace = Files.writeString(directory.resolve("cut.strace"), "munmap(0x7f0000000000, 40")
                .toString();
        assertMisuse("cut.strace:1: the last line is cut off", "scml", trace, "--rules", rules);
        assertMisuse("cut.scml:2:1: expected a name or '..', found the end", "scml", trace, "--rules", cut);
        assertMisuse("none.scml: there is no rule for a call", "scml", trace, "--rules", none);
        assertMisuse(
                "there is no such file",
                "scml",
                trace,
                "--rules",
                directory.resolve("gone.scml").toString());
        assertMisuse("there is no such file", "scml", directory.resolve("gone").toString(), "--rules", rules);
        assertMisuse("this is a directory", "scml", "/", "--rules", rules);
        assertMisuse("a recording is missing", "scml", "--rules", rules);
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).containsIgnoringCase(message);
    }
}

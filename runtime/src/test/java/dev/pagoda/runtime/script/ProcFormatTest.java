package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our texts and the host's, read by the same strict parser: what we write are fields of Linux's, in its order and columns. */
class ProcFormatTest {
    private static List<String> host(String file) throws IOException {
        return Files.readAllLines(Path.of("/proc", file));
    }

    /** What the last line of a script prints, which is a call that shows a text. */
    private static List<String> shown(String... lines) {
        StringWriter printed = new StringWriter();
        KernelConfig config = KernelConfig.defaults().withMemoryBytes(64 << 20).withCpus(1);
        try (ScriptWorld world = new KernelWorld(Kernel.boot(config))) {
            Script script = Script.parse("t.mm", String.join("\n", lines));
            Tally tally = new ScriptRunner(world, new PrintWriter(printed)).run(List.of(script));
            assertThat(tally.failed()).as(printed.toString()).isZero();
        }
        List<String> text = printed.toString().lines().toList();
        // Each line before gives one, and behind the text stand the call itself and the counts.
        return text.subList(lines.length - 1, text.size() - 2);
    }

    @Test
    void mapsWithHeapAndStack() throws IOException {
        assertThat(ProcParser.maps(host("self/maps"))).contains("[heap]", "[stack]", "");
        List<String> ours = ProcParser.maps(shown(
                "B = brk(NULL)",
                "brk(B+3*PAGE) = B+3*PAGE",
                "mprotect(B+PAGE, PAGE, PROT_READ) = 0",
                "S = start(0x7ffffefff000-1)",
                "mprotect(S, PAGE, PROT_READ) = 0",
                "mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ANY",
                "maps()"));
        // Each line that meets the heap has its name; of what is cut off the stack only where the program began has.
        assertThat(ours).containsExactly("[heap]", "[heap]", "[heap]", "", "", "[stack]");
    }

    @Test
    void namesOfAChildAndOfAHeapThatIsGone() {
        assertThat(ProcParser.maps(
                        shown("B = brk(NULL)", "brk(B+PAGE) = B+PAGE", "C = fork()", "[C] brk(B) = B", "[C] maps()")))
                .containsExactly("[stack]");
        assertThat(ProcParser.maps(
                        shown("B = brk(NULL)", "brk(B+PAGE) = B+PAGE", "C = fork()", "brk(B) = B", "[C] maps()")))
                .containsExactly("[heap]", "[stack]");
    }

    @Test
    void smaps() throws IOException {
        List<String> linux = ProcParser.smaps(host("self/smaps"));
        List<String> ours = ProcParser.smaps(shown("B = brk(NULL)", "brk(B+PAGE) = B+PAGE", "smaps()"));
        assertThat(linux).containsSubsequence(ours);
    }

    @Test
    void status() throws IOException {
        List<String> linux = ProcParser.status(host("self/status"));
        List<String> ours = ProcParser.status(shown("status()"));
        assertThat(ours).hasSize(13);
        assertThat(linux).containsSubsequence(ours);
    }

    @Test
    void statusTellsWhatIsMappedLockedAndResident() {
        List<String> text = shown(
                "A = 0x100000000000",
                "mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
                "store(A, 1, 1) = 0",
                "load(A+PAGE, 1) = 0",
                "mlock(A, PAGE) = 0",
                "mm = memfd(4*PAGE)",
                "mmap(A+M, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, mm, 0) = A+M",
                "load(A+M, 1) = ANY",
                "f = tmpfile(4*PAGE, O_RDWR)",
                "mmap(A+2*M, 2*PAGE, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED|MAP_POPULATE, f, 0) = A+2*M",
                "mmap(A+4*M, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A+4*M",
                "store(A+4*M, 1, 1) = 0",
                "status()");
        assertThat(text)
                .contains(
                        "VmSize:\t    2212 kB",
                        "VmLck:\t       4 kB",
                        "RssAnon:\t       4 kB",
                        "RssFile:\t       8 kB",
                        "VmData:\t    2064 kB",
                        "VmStk:\t     132 kB",
                        "VmExe:\t       0 kB",
                        "VmLib:\t       8 kB",
                        "VmSwap:\t       0 kB",
                        "HugetlbPages:\t    2048 kB")
                // A fault brings what lies around as well.
                .containsAnyOf("RssShmem:\t       4 kB", "RssShmem:\t       8 kB");
    }

    @Test
    void meminfoVmstatAndBuddyinfo() throws IOException {
        assertThat(ProcParser.meminfo(host("meminfo"))).containsSubsequence(ProcParser.meminfo(shown("meminfo()")));
        assertThat(ProcParser.vmstat(host("vmstat"))).containsSubsequence(ProcParser.vmstat(shown("vmstat()")));
        assertThat(ProcParser.buddyinfo(host("buddyinfo"))).isNotEmpty();
        // A second line tells how much could be had in large blocks, which Linux does not.
        assertThat(ProcParser.buddyinfo(shown("buddyinfo()").subList(0, 1))).containsExactly(19);
    }

    @Test
    void vmstatCountsASharedPageOnceAndKeepsTheFaultsOfTheDead() {
        String[] forked = {
            "A = 0x100000000000",
            "mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
            "store(A, 1, 1) = 0",
            "C = fork()",
            "[C] store(A+PAGE, 1, 1) = 0",
            "vmstat()"
        };
        assertThat(shown(forked)).contains("nr_anon_pages 2", "pgfault 2");
        forked[5] = "[C] exit(0) = ANY";
        List<String> ended = new ArrayList<>(List.of(forked));
        ended.add("wait(C) = 0");
        ended.add("vmstat()");
        assertThat(shown(ended.toArray(String[]::new))).contains("nr_anon_pages 1", "pgfault 2");
    }
}

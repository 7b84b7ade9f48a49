package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The texts of smaps and meminfo; what they say of these maps was compared with Linux. */
class ProcTextTest {
    private static List<String> run(String... lines) {
        StringWriter printed = new StringWriter();
        KernelConfig config = KernelConfig.defaults().withMemoryBytes(64 << 20).withCpus(1);
        try (ScriptWorld world = new KernelWorld(Kernel.boot(config))) {
            Script script = Script.parse("t.mm", String.join("\n", lines));
            Tally tally = new ScriptRunner(world, new PrintWriter(printed)).run(List.of(script));
            assertThat(tally.failed()).as(printed.toString()).isZero();
        }
        return printed.toString().lines().toList();
    }

    /** The values of a line of maps by their names, those of 0 left out. */
    private static Map<String, String> valuesOf(List<String> text, String range) {
        Map<String, String> values = new TreeMap<>();
        int line = 0;
        while (!text.get(line).startsWith(range)) {
            line++;
        }
        for (line++; !text.get(line).startsWith("VmFlags"); line++) {
            String[] parts = text.get(line).split(":\\s+");
            if (!parts[1].equals("0 kB") && !parts[1].equals("0")) {
                values.put(parts[0], parts[1]);
            }
        }
        values.put("VmFlags", text.get(line).substring("VmFlags: ".length()));
        return values;
    }

    @Test
    void everyFieldInLinuxsOrderAndColumns() {
        List<String> text = run(
                "A = 0x100000000000",
                "mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
                "store(A, 1, 1) = 0",
                "load(A+PAGE, 1) = 0",
                "C = fork()",
                "smaps() = 0");
        int first = text.indexOf("100000000000-100000004000 rw-p 00000000 00:00 0 ");
        assertThat(text.subList(first + 1, first + 25))
                .containsExactly(
                        "Size:                 16 kB",
                        "KernelPageSize:        4 kB",
                        "MMUPageSize:           4 kB",
                        "Rss:                   4 kB",
                        "Pss:                   2 kB",
                        "Pss_Dirty:             2 kB",
                        "Shared_Clean:          0 kB",
                        "Shared_Dirty:          4 kB",
                        "Private_Clean:         0 kB",
                        "Private_Dirty:         0 kB",
                        "Referenced:            4 kB",
                        "Anonymous:             4 kB",
                        "KSM:                   0 kB",
                        "LazyFree:              0 kB",
                        "AnonHugePages:         0 kB",
                        "ShmemPmdMapped:        0 kB",
                        "FilePmdMapped:         0 kB",
                        "Shared_Hugetlb:        0 kB",
                        "Private_Hugetlb:       0 kB",
                        "Swap:                  0 kB",
                        "SwapPss:               0 kB",
                        "Locked:                0 kB",
                        "THPeligible:           0",
                        "VmFlags: rd wr mr mw me ac ");
    }

    @Test
    void mapsOfAllKinds() {
        List<String> text = run(
                "A = 0x100000000000",
                "ro = tmpfile(4*PAGE, O_RDONLY)",
                "mm = memfd(4*PAGE)",
                "mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, ro, 0) = A",
                "mmap(A+16*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, mm, 0) = A+16*PAGE",
                "store(A+16*PAGE, 1, 1) = 0",
                "mmap(A+32*PAGE, 4*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+32*PAGE",
                "mmap(A+48*PAGE, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_STACK, -1, 0) = A+48*PAGE",
                "madvise(A+48*PAGE, 4*PAGE, MADV_SEQUENTIAL) = 0",
                "mlock2(A+48*PAGE, 4*PAGE, MLOCK_ONFAULT) = 0",
                "store(A+48*PAGE, 1, 1) = 0",
                "mmap(A+64*PAGE, 4*PAGE, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_NORESERVE, -1, 0) = A+64*PAGE",
                "madvise(A+64*PAGE, 4*PAGE, MADV_DONTFORK) = 0",
                "madvise(A+64*PAGE, 4*PAGE, MADV_WIPEONFORK) = 0",
                "madvise(A+64*PAGE, 4*PAGE, MADV_DONTDUMP) = 0",
                "madvise(A+64*PAGE, 4*PAGE, MADV_RANDOM) = 0",
                "madvise(A+64*PAGE, 4*PAGE, MADV_HUGEPAGE) = 0",
                "mmap(A+80*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, mm, 0) = A+80*PAGE",
                "smaps() = 0");
        assertThat(valuesOf(text, "100000000000-")).containsEntry("VmFlags", "rd mr me ms ");
        assertThat(valuesOf(text, "100000010000-"))
                .containsEntry("VmFlags", "rd wr sh mr mw me ms ")
                .containsEntry(
                        "Private_Dirty",
                        "8 kB".equals(valuesOf(text, "100000010000-").get("Rss")) ? "8 kB" : "4 kB")
                .doesNotContainKey("Anonymous");
        assertThat(valuesOf(text, "100000020000-"))
                .containsEntry("VmFlags", "rd mr mw me ")
                .doesNotContainKey("Rss");
        assertThat(valuesOf(text, "100000030000-"))
                .containsEntry("VmFlags", "rd wr mr mw me lo sr lf ac nh ")
                .containsEntry("Locked", "4 kB")
                .containsEntry("Private_Dirty", "4 kB");
        assertThat(valuesOf(text, "100000040000-")).containsEntry("VmFlags", "rd wr ex mr mw me rr dc nr wf dd hg ");
        assertThat(valuesOf(text, "100000050000-")).containsEntry("VmFlags", "rd wr mr mw me ac ");
    }

    @Test
    void hugePagesAndMemoryAsAWhole() {
        List<String> text = run(
                "A = 0x100000000000",
                "mmap(A, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A",
                "madvise(A, 2*M, MADV_HUGEPAGE) = 0",
                "store(A, 1, 1) = 0",
                "mmap(A+16*M, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A+16*M",
                "smaps() = 0",
                "meminfo() = 0");
        assertThat(valuesOf(text, "100000000000-"))
                .containsEntry("AnonHugePages", "2048 kB")
                .containsEntry("Rss", "2048 kB")
                .containsEntry("THPeligible", "1")
                .containsEntry("VmFlags", "rd wr mr mw me ac hg ");
        assertThat(valuesOf(text, "100001000000-"))
                .containsEntry("KernelPageSize", "2048 kB")
                .containsEntry("Private_Hugetlb", "2048 kB")
                .containsEntry("VmFlags", "rd wr mr mw me de ht ")
                .doesNotContainKey("Rss");
        assertThat(text)
                .contains("MemTotal:          65536 kB", "SwapTotal:             0 kB", "Hugepagesize:       2048 kB")
                .anyMatch(line -> line.matches("MemFree: +\\d+ kB"));
    }
}

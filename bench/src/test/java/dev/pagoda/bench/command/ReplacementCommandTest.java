package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of hit ratios, and recordings that are none. */
class ReplacementCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return BenchCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void printsARowForEachSizeOfEachRecording() throws IOException {
        Files.writeString(folder.resolve("plain.trace"), "1\r\n2\r\n*\r\n\r\n1\r\n2\r\n");
        Files.writeString(folder.resolve("notes.txt"), "no recording");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(folder.resolve("packed.trace.gz")))) {
            packed.write("l 0x1000 3\ns 1fff 1\nl 2000 0\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(run("replacement", "--traces", folder.toString(), "--sizes", "50,100"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "trace size blocks ours LRU S3-FIFO W-TinyLFU optimum best points",
                        "packed 100 % 2 33.33 33.33 33.33 33.33 33.33 LRU +0.00",
                        "plain 100 % 2 50.00 50.00 50.00 50.00 50.00 LRU +0.00")
                .anyMatch(line -> line.startsWith("plain 50 % 1 0.00 0.00 "))
                .anyMatch(line -> line.matches("[0-4] of 4 cases are no more than half a point below .*"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void makesTracesWhereNoFolderIsGiven() {
        assertThat(run("replacement", "--sizes", "5")).isZero();
        assertThat(out.toString()).contains("seed 20250513", "made-loop", "made-zipf", "made-scans", "made-mixed");
    }

    @Test
    void answersBadInputWithOneLine() throws IOException {
        assertMisuse("--sizes must be between 1 and 100 percent, not 0", "--sizes", "0");
        assertMisuse("--sizes must be between 1 and 100 percent, not 101", "--sizes", "5,101");
        assertMisuse("'x'", "--sizes", "x");
        String path = folder.toString();
        assertMisuse("none: no such folder; --traces takes one", "--traces", path + "/none");
        assertMisuse("has no recording; their names end in .trace or .trace.gz", "--traces", path);
        Path file = folder.resolve("a.trace");
        Files.writeString(file, "\n*\n");
        assertMisuse("a.trace: holds no block; take it out", "--traces", path);
        assertMisuse("a.trace: is no folder", "--traces", file.toString());
        for (String garbled : new String[] {"-3", "x", "1 2", "l zz", "18446744073709551616", "**"}) {
            Files.writeString(file, "1\n*\n" + garbled + "\n");
            assertMisuse("a.trace:3: '" + garbled + "' is no block; a line is", "--traces", path);
        }
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8});
        assertMisuse("a.trace: the packed file is damaged", "--traces", path);
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        String[] all = new String[arguments.length + 1];
        all[0] = "replacement";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(run(all)).as(message).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains(message);
    }
}

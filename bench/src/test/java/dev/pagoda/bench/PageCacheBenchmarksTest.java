package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of the page cache for a moment each, on a small file: at its end each proves that the books balance. What they measure here means nothing. */
class PageCacheBenchmarksTest {
    private static final String LEAST_MEBIBYTES = "16";

    @BeforeAll
    static void measureBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void hits() throws RunnerException {
        run(2, PageCacheBench.class);
        run(2, PageCacheHot.class);
        run(2, PageCacheCaffeine.class);
    }

    @Test
    void misses() throws RunnerException {
        run(2, PageCacheMisses.class);
    }

    @Test
    void scans() throws RunnerException {
        run(1, PageCacheScan.class);
    }

    @Test
    void randomReads() throws RunnerException {
        run(1, PageCacheRandom.class);
    }

    @Test
    void everyPageIsReadOnceAtRandom() {
        for (int pages = 4096; pages <= 1 << 18; pages *= 4) {
            BitSet seen = new BitSet(pages);
            for (int which = 0; which < pages; which++) {
                seen.set((int) (PageCacheRandom.offset(which, pages) / HostMemory.PAGE_BYTES));
            }
            assertThat(seen.cardinality()).isEqualTo(pages);
        }
    }

    @Test
    void writes() throws RunnerException {
        run(2, PageCacheWrites.class);
    }

    @Test
    void aFileIsWhatItSaysAndGoesWhenItIsClosed() throws IOException {
        BenchFile file = BenchFile.make(2);
        try (FileChannel direct = file.openDirect()) {
            ByteBuffer page = BenchFile.aligned(HostMemory.PAGE_BYTES).order(ByteOrder.nativeOrder());
            for (long i = 0; i < 512; i++) {
                BenchFile.check(
                        i,
                        BenchFile.fill(direct, page, i * HostMemory.PAGE_BYTES).getLong());
            }
            assertThat(direct.size()).isEqualTo(2 << 20);
        } finally {
            file.close();
        }
        assertThat(file.path()).doesNotExist();
    }

    @Test
    void saysInOneLineWhatTheFilesLack(@TempDir Path directory) {
        assertThat(BenchFile.lack(directory, Long.MAX_VALUE))
                .get()
                .asString()
                .startsWith(directory + ": has ")
                .contains("needs", "make room")
                .doesNotContain("\n");
        assertThat(BenchFile.lack(Path.of("/proc"), 0))
                .get()
                .asString()
                .startsWith("/proc: no file can be made there")
                .doesNotContain("\n");
        assertThat(BenchFile.lack(directory.resolve("none"), 0)).isPresent();
        assertThat(Files.exists(directory)).isTrue();
    }

    private static void run(int threads, Class<?> type) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("^" + type.getName().replace(".", "\\.") + "\\.")
                .param(PageChoice.MEBIBYTES, LEAST_MEBIBYTES)
                .threads(threads)
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(20))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(20))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        List<RunResult> results = List.copyOf(new Runner(options.build()).run());
        assertThat(results)
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore())
                        .as(result.getParams().getBenchmark())
                        .isPositive());
    }
}

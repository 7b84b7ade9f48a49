package dev.pagoda.tests.stress;

import dev.pagoda.runtime.stress.SpaceScenario;
import dev.pagoda.runtime.stress.StressRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threads of one space on ranges of their own: every load must give exactly what this thread stored. */
class DisjointStressTest {
    private static final long ROUND_NANOS = 400_000_000L;

    @ParameterizedTest
    @CsvSource({"2, 1536, 1", "4, 1536, 1", "3, 96, 12", "4, 17, 40"})
    void everyThreadKeepsItsOwnPages(int threads, int chunkPages, int chunks) {
        long seed =
                StressSettings.seed("DisjointStressTest " + threads + " threads, chunks of " + chunkPages + " pages,");
        var pages = new SpaceScenario.Pages(0, chunkPages, chunks);
        new StressRun(seed, StressSettings.SECONDS * 1_000_000_000L, ROUND_NANOS)
                .run(new SpaceScenario(256L << 20, threads, seed, pages));
    }
}

package dev.pagoda.tests.stress;

import dev.pagoda.runtime.stress.SpaceScenario;
import dev.pagoda.runtime.stress.StressRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threads of one space that do everything to the same pages: nothing is lost, nothing leaks, nobody hangs, however small memory is. */
class OverlapStressTest {
    private static final long ROUND_NANOS = 300_000_000L;

    @ParameterizedTest
    @CsvSource({"2, 2048, 64", "4, 2048, 64", "3, 40, 64", "4, 600, 3"})
    void nothingIsLostAndNothingLeaks(int threads, int pages, long mebibytes) {
        long seed = StressSettings.seed(
                "OverlapStressTest " + threads + " threads, " + pages + " pages, " + mebibytes + " MiB,");
        new StressRun(seed, StressSettings.SECONDS * 1_000_000_000L, ROUND_NANOS)
                .run(new SpaceScenario(mebibytes << 20, threads, seed, new SpaceScenario.Pages(pages, 0, 0)));
    }
}

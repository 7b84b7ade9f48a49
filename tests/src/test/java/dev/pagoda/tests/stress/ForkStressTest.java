package dev.pagoda.tests.stress;

import dev.pagoda.runtime.stress.ForkScenario;
import dev.pagoda.runtime.stress.StressRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threads that fork spaces while others work in them: relatives see nothing of what is stored after the fork, however small memory is. */
class ForkStressTest {
    private static final long ROUND_NANOS = 300_000_000L;

    @ParameterizedTest
    @CsvSource({"2, 128", "4, 128", "3, 12"})
    void nothingPassesBetweenRelatives(int threads, long mebibytes) {
        long seed = StressSettings.seed("ForkStressTest " + threads + " threads, " + mebibytes + " MiB,");
        new StressRun(seed, StressSettings.SECONDS * 1_000_000_000L, ROUND_NANOS)
                .run(new ForkScenario(mebibytes << 20, threads, seed));
    }
}

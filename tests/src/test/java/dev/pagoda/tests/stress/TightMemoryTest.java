package dev.pagoda.tests.stress;

import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.runtime.stress.Crew;
import dev.pagoda.runtime.stress.SpaceUnderStress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that together never hold more pages than there are frames, but free and take them so fast that most frames are on their way back at
 * any moment: nobody may be killed for lack of memory.
 */
class TightMemoryTest {
    /** Of 191 frames that 1 MiB leaves; the rest is for tables. */
    private static final int ALL_PAGES = 120;

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void nobodyIsKilledWhileThereIsEnough(int threads) {
        long seed = StressSettings.seed("TightMemoryTest " + threads + " threads,");
        SpaceUnderStress kernel = new SpaceUnderStress(1L << 20, threads, seed);
        int pages = ALL_PAGES / threads;
        new Crew<>(seed, kernel.workers).run(StressSettings.SECONDS * 1_000_000_000L, worker -> {
            long page = (0x100000000000L >>> 12) + worker.index * 128;
            worker.does("map");
            long got = Map.anonymous(worker.view, Map.Where.FIXED, page, pages, 3, 0, false);
            if (got != page) {
                throw new IllegalStateException("map was refused: " + got);
            }
            for (int i = 0; i < pages; i++) {
                worker.view.store(page + i << 12, 8, i);
            }
            worker.does("unmap");
            Unmap.range(worker.view, page, pages);
        });
        kernel.shutDown();
    }
}

package dev.pagoda.tests.stress;

import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Remap;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.runtime.stress.Crew;
import dev.pagoda.runtime.stress.SpaceUnderStress;
import dev.pagoda.runtime.stress.SpaceWorker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One thread moves populated pages to and fro; others take the target or the source away under the move. A page is at its target, or it is
 * gone because somebody took its place: never another page, never twice, never lost to the books.
 */
class MoveRaceTest {
    /** So that ranges cross the border of a table. */
    private static final long SOURCE = (0x100000000000L >>> 12) - 5;

    private static final long TARGET = (0x200000000000L >>> 12) - 2;
    private static final long ROUND_NANOS = 200_000_000L;
    private static final long MARK = 0x5a17L << 48;

    @ParameterizedTest
    @ValueSource(ints = {8, 1100})
    void aPageArrivesOrIsGone(int pages) {
        long seed = StressSettings.seed("MoveRaceTest " + pages + " pages,");
        SpaceUnderStress kernel = new SpaceUnderStress(128L << 20, 3, seed);
        Crew<SpaceWorker> crew = new Crew<>(seed, kernel.workers);
        long end = System.nanoTime() + StressSettings.SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            crew.run(ROUND_NANOS, worker -> {
                if (worker.index == 0) {
                    moveAndCheck(worker, pages);
                } else {
                    disturb(worker, pages);
                }
            });
            kernel.audit();
        }
        kernel.shutDown();
    }

    private static void moveAndCheck(SpaceWorker worker, int pages) {
        worker.does("fill", pages);
        Map.anonymous(worker.view, Map.Where.FIXED, SOURCE, pages, 3, 0, false);
        for (int i = 0; i < pages; i++) {
            try {
                worker.view.store(SOURCE + i << 12, 8, MARK | i);
            } catch (MemoryFault fault) {
                segmentation(fault);
            }
        }
        worker.does("move", pages);
        long moved = Remap.run(worker.view, new Remap.Request(SOURCE, pages, pages, true, TARGET, false));
        worker.does("check", moved);
        for (int i = 0; moved == TARGET && i < pages; i++) {
            try {
                long value = worker.view.load(TARGET + i << 12, 8);
                if (value != 0 && value != (MARK | i)) {
                    throw new IllegalStateException("page " + i + " holds 0x" + Long.toHexString(value));
                }
            } catch (MemoryFault fault) {
                segmentation(fault);
            }
        }
    }

    private static void disturb(SpaceWorker worker, int pages) {
        int first = worker.random.nextInt(pages);
        int count = worker.random.nextInt(20) == 0 ? pages - first : 1;
        long page = (worker.random.nextInt(4) == 0 ? SOURCE : TARGET) + first;
        switch (worker.random.nextInt(8)) {
            case 0, 1, 2 -> {
                worker.does("unmap", page, count);
                Unmap.range(worker.view, page, count);
            }
            case 3, 4 -> {
                worker.does("map", page, count);
                Map.anonymous(worker.view, Map.Where.FIXED, page, count, 3, 0, false);
            }
            case 5 -> {
                worker.does("protect", page, count);
                Protect.range(worker.view, page, count, 2 + worker.random.nextInt(2));
            }
            case 6 -> {
                worker.does("discard", page, count);
                Advise.discard(worker.view, page, count, false);
            }
            default -> {
                worker.does("unmap table", page & -512);
                Unmap.range(worker.view, page & -512, 512);
            }
        }
    }

    private static void segmentation(MemoryFault fault) {
        if (fault.signal() != MemoryFault.SIGSEGV) {
            throw fault;
        }
    }
}

package dev.pagoda.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.runtime.stress.Crew;
import dev.pagoda.runtime.stress.SpaceUnderStress;
import dev.pagoda.runtime.stress.SpaceWorker;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One thread maps, stores and unmaps at one address; another loads from it; a third, in another space, keeps taking and giving back frames of the
 * same small memory. The reader sees a fault, zero, or what was stored in this life of the page: never an earlier one, never a stranger's.
 */
class ReuseStressTest {
    private static final long PAGE = 0x100000000000L >>> 12;
    private static final long ADDRESS = PAGE << 12;
    private static final long OURS = 0x5a17L << 48;
    /**
     * Taken for the word of a slot it would allow loads and stores of a low frame, so that a reader of a table that was freed and used again
     * finds content that it must not see.
     */
    private static final long STRANGERS = 0x7e57L << 48 | 0x38e;

    /** The range that is unmapped: one page, one table, a subtree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 512, 1L << 18})
    void aReaderSeesThisLifeOrNothing(long pages) {
        long seed = StressSettings.seed("ReuseStressTest " + pages + " pages,");
        SpaceUnderStress kernel = new SpaceUnderStress(2L << 20, 2, seed);
        kernel.stranger(seed);
        AtomicLong life = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        new Crew<>(seed, kernel.workers).run(StressSettings.SECONDS * 1_000_000_000L, worker -> {
            switch (worker.index) {
                case 0 -> live(worker, pages, life);
                case 1 -> seen.addAndGet(look(worker, life));
                default -> churn(worker);
            }
        });
        // How often the reader met a life depends on the host's scheduler, so it is told and not judged.
        System.out.println("    " + life.get() + " lives, seen " + seen.get() + " times");
        assertThat(life.get()).isPositive();
        kernel.shutDown();
    }

    private static void live(SpaceWorker worker, long pages, AtomicLong life) {
        long now = life.incrementAndGet();
        worker.does("live", now);
        long got = Map.anonymous(worker.view, Map.Where.FIXED, PAGE, pages, 3, 0, false);
        if (got != PAGE) {
            worker.does("refused", got);
            return;
        }
        try {
            worker.view.store(ADDRESS, 8, OURS | now);
            // Long lives and short ones, so that the reader meets both the middle and the end.
            for (int looks = worker.random.nextInt(100); looks >= 0; looks--) {
                long value = worker.view.load(ADDRESS, 8);
                if (value != (OURS | now)) {
                    throw new IllegalStateException("life " + now + " reads 0x" + Long.toHexString(value));
                }
            }
        } catch (MemoryFault fault) {
            onlyOutOfMemory(fault);
        }
        if (worker.random.nextInt(4) == 0) {
            worker.does("discard", now);
            Advise.discard(worker.view, PAGE, pages, true);
        }
        worker.does("unmap", now);
        int refused = Unmap.range(worker.view, PAGE, pages);
        if (refused != 0) {
            throw new IllegalStateException("unmap of what was mapped: " + refused);
        }
    }

    private static int look(SpaceWorker worker, AtomicLong life) {
        int seen = 0;
        worker.does("look", life.get());
        for (int i = 0; i < 100; i++) {
            long before = life.get();
            try {
                long value = worker.view.load(ADDRESS, 8);
                long after = life.get();
                if (value != 0) {
                    long stored = value ^ OURS;
                    if (stored < before || stored > after) {
                        throw new IllegalStateException("between lives " + before + " and " + after + " there was 0x"
                                + Long.toHexString(value));
                    }
                    seen++;
                }
            } catch (MemoryFault fault) {
                if (fault.signal() != MemoryFault.SIGSEGV) {
                    onlyOutOfMemory(fault);
                }
            }
        }
        return seen;
    }

    private static void churn(SpaceWorker worker) {
        int pages = worker.random.nextInt(1, 400);
        worker.does("churn", pages);
        long at = Map.anonymous(worker.view, Map.Where.ANYWHERE, 0, pages, 3, 0, false);
        if (at < 0) {
            return;
        }
        try {
            for (int i = 0; i < pages; i++) {
                for (int offset = 0; offset < 4096; offset += 8) {
                    worker.view.store((at + i << 12) + offset, 8, STRANGERS | (offset & 0x7fL) << 12);
                }
            }
        } catch (MemoryFault fault) {
            onlyOutOfMemory(fault);
        }
        Unmap.range(worker.view, at, pages);
    }

    private static void onlyOutOfMemory(MemoryFault fault) {
        if (fault.signal() != MemoryFault.SIGKILL) {
            throw fault;
        }
    }
}

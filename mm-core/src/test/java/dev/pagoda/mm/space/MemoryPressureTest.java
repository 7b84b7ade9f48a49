package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When frames run out, the thread that faults is refused, as Linux's out-of-memory killer refuses it, and the others go on. */
@Timeout(60)
class MemoryPressureTest {
    private static final int THREADS = 3;

    @Test
    void oneIsRefusedAndTheOthersGoOn() throws Exception {
        try (TestSpace t = new TestSpace(4 * MIB);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            long pages = t.core.frames().countFree() * 42 / 100;
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<Boolean>> filling = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                long base = A + thread * GIB;
                int value = thread + 1;
                filling.add(threads.submit(() -> {
                    try (View view = t.space.open("filling")) {
                        start.await();
                        return fill(view, base, pages, value);
                    }
                }));
            }
            int refused = 0;
            for (Future<Boolean> each : filling) {
                refused += each.get() ? 0 : 1;
            }
            assertThat(refused).isBetween(1, THREADS - 1);
            t.audit();
        }
    }

    /** Fills a range; false if a page was refused, and what the thread had is given back as a killed process's is. */
    private static boolean fill(View view, long base, long pages, int value) {
        assertThat(Map.anonymous(view, Map.Where.FIXED, base >>> 12, pages, READ_WRITE, 0, false))
                .isEqualTo(base >>> 12);
        try {
            for (long page = 0; page < pages; page++) {
                view.store(base + page * PAGE, 8, value);
            }
        } catch (MemoryFault fault) {
            assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
            assertThat(Unmap.range(view, base >>> 12, pages)).isZero();
            return false;
        }
        for (long page = 0; page < pages; page++) {
            assertThat(view.load(base + page * PAGE, 8)).isEqualTo(value);
        }
        return true;
    }
}

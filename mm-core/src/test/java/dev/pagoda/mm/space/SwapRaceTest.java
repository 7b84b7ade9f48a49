package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Page-out against stores, forks, unmaps and moves of other threads: no store is lost, and none is seen elsewhere. */
@Timeout(120)
class SwapRaceTest {
    private static final int PAGES = 24;
    private static final int WRITERS = 2;
    private static final int ROUNDS = Integer.getInteger("pagoda.swap.rounds", 60_000);

    private final HeldSwap store = new HeldSwap(4096);

    @Test
    void aStoreUnderWayLandsBeforeThePageIsWritten() throws Exception {
        try (TestSpace t = TestSpace.withSwap(32 * MIB, store);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 1);
            CountDownLatch inside = new CountDownLatch(1);
            Future<?> storing = threads.submit(() -> {
                try (View other = t.space.open("other")) {
                    other.load(A, 1);
                    other.access(A, true, raw -> {
                        inside.countDown();
                        long deadline = System.nanoTime() + 200_000_000L;
                        while (!t.space.isWithdrawing() && store.writes == 0 && System.nanoTime() < deadline) {
                            Thread.onSpinWait();
                        }
                        // Time for a page-out that does not wait.
                        long later = System.nanoTime() + 20_000_000L;
                        while (store.writes == 0 && System.nanoTime() < later) {
                            Thread.onSpinWait();
                        }
                        View.storeRaw(raw, 1, 2);
                    });
                }
            });
            inside.await();
            PageOut.range(t.view, A >>> 12, 1, true);
            storing.get();
            assertThat(t.load(A)).isEqualTo(2);
        }
    }

    /** Each writer has a number of its own in each page, and must always find there what it stored last. */
    @Test
    void noStoreIsLost() throws Exception {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        try (TestSpace t = TestSpace.withSwap(32 * MIB, store);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            t.fixed(A, PAGES * PAGE, READ_WRITE);
            AtomicBoolean over = new AtomicBoolean();
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                writers.add(threads.submit(() -> write(t, number, new Random(seed + number))));
            }
            Future<?> pager = threads.submit(() -> {
                try (View view = t.space.open("pager")) {
                    Random random = new Random(seed + WRITERS);
                    while (!over.get()) {
                        int first = random.nextInt(PAGES);
                        int pages = 1 + random.nextInt(PAGES - first);
                        PageOut.range(view, (A >>> 12) + first, pages, true);
                    }
                }
            });
            try {
                for (Future<?> writer : writers) {
                    writer.get();
                }
            } finally {
                over.set(true);
            }
            pager.get();
            assertThat(t.core.swap().pagesOut()).as("seed " + seed).isPositive();
        }
    }

    private static void write(TestSpace t, int number, Random random) {
        long[] last = new long[PAGES];
        try (View view = t.space.open("writer")) {
            for (int round = 1; round <= ROUNDS; round++) {
                int page = random.nextInt(PAGES);
                long at = A + page * PAGE + 8L * number;
                assertThat(view.load(at, 8))
                        .as("page %d, round %d", page, round)
                        .isEqualTo(last[page]);
                if (random.nextInt(8) == 0) {
                    lingeringStore(view, at, round, random.nextInt(2_000));
                } else {
                    view.store(at, 8, round);
                }
                last[page] = round;
            }
        }
    }

    /** Found the page writable, and stores a little later, in the same epoch. */
    private static void lingeringStore(View view, long at, int value, int turns) {
        view.access(at, true, raw -> {
            for (int turn = 0; turn < turns; turn++) {
                Thread.onSpinWait();
            }
            View.storeRaw(raw, 8, value);
        });
    }

    /** Two spaces that share pages since a fork, are unmapped, moved and forked again, while their pages go out and come back. */
    @Test
    void neitherSideSeesTheOthersStores() throws Exception {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        try (TestSpace t = TestSpace.withSwap(32 * MIB, store);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            t.fixed(A, PAGES * PAGE, READ_WRITE);
            for (int i = 0; i < PAGES; i++) {
                t.view.store(A + i * PAGE, 8, i);
            }
            AtomicBoolean over = new AtomicBoolean();
            Future<?> clock = threads.submit(() -> {
                while (!over.get()) {
                    t.core.reclaim(1, Integer.MAX_VALUE);
                    Thread.yield();
                }
            });
            Random random = new Random(seed);
            try {
                for (int round = 1; round <= ROUNDS / 100; round++) {
                    AddressSpace child = Fork.childOf(t.view);
                    try (View view = child.open("child")) {
                        int page = random.nextInt(PAGES);
                        view.store(A + page * PAGE + 8, 8, -round);
                        int other = random.nextInt(PAGES);
                        t.view.store(A + other * PAGE + 16, 8, round);
                        for (int i = 0; i < PAGES; i++) {
                            String what = "seed " + seed + ", round " + round + ", page " + i;
                            assertThat(view.load(A + i * PAGE, 8)).as(what).isEqualTo(i);
                            assertThat(t.view.load(A + i * PAGE, 8)).as(what).isEqualTo(i);
                            assertThat(t.view.load(A + i * PAGE + 8, 8))
                                    .as(what)
                                    .isZero();
                            assertThat(view.load(A + i * PAGE + 16, 8)).as(what).isNotEqualTo(round);
                        }
                        assertThat(view.load(A + page * PAGE + 8, 8)).isEqualTo(-round);
                        assertThat(t.view.load(A + other * PAGE + 16, 8)).isEqualTo(round);
                    }
                    child.destroy();
                    t.remapTo(A, PAGES * PAGE, PAGES * PAGE, B);
                    t.remapTo(B, PAGES * PAGE, PAGES * PAGE, A);
                }
            } finally {
                over.set(true);
            }
            clock.get();
            assertThat(t.core.swap().pagesOut()).as("seed " + seed).isPositive();
        }
    }
}

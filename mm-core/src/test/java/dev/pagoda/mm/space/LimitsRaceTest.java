package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Threads that are near a limit together: never above it, nobody refused what there is room for, and balanced books at the end. */
class LimitsRaceTest {
    private static final int THREADS = 2;
    private static final long FIRST = 0x100000000000L >>> 12;
    /** Each thread has a range of its own, so that what it should find is known. */
    private static final long RANGE = 1L << 20;

    private interface Body {
        void run(View view, int thread, Random random) throws Exception;
    }

    private static void race(TestSpace t, Body body) throws InterruptedException {
        long seed = System.nanoTime();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads[i] = new Thread(() -> {
                try (View view = t.space.open("racer")) {
                    body.run(view, number, new Random(seed + number));
                } catch (Throwable failed) {
                    failure.compareAndSet(null, failed);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).as("seed " + seed).isNull();
        t.audit();
    }

    @Test
    void neverAboveALimitAndBalancedAtTheEnd() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.space.limits().limitMapped(40 * PAGE);
            t.space.limits().limitData(24 * PAGE);
            t.space.limits().limitLocked(8 * PAGE);
            race(t, (view, thread, random) -> {
                long first = FIRST + thread * RANGE;
                for (int i = 0; i < 20_000; i++) {
                    long page = first + random.nextInt(24);
                    long pages = 1 + random.nextInt(12);
                    switch (random.nextInt(8)) {
                        case 0, 1 ->
                            Map.anonymous(view, Map.Where.FIXED, page, pages, READ_WRITE, 0, random.nextInt(4) == 0);
                        case 2 ->
                            Map.anonymous(
                                    view,
                                    Map.Where.FIXED_UNLESS_MAPPED,
                                    page,
                                    pages,
                                    NONE,
                                    Attributes.NOT_ACCOUNTED_YET,
                                    false);
                        case 3 -> Protect.range(view, page, pages, random.nextBoolean() ? READ_WRITE : READ);
                        case 4 -> Mlock.lock(view, page, pages, true);
                        case 5 -> Mlock.unlock(view, page, pages);
                        case 6 ->
                            Remap.run(
                                    view,
                                    new Remap.Request(page, pages, 1 + random.nextInt(12), true, first + 64, false));
                        default -> Unmap.range(view, page, pages);
                    }
                    assertThat(t.space.limits().quota(Limits.MAPPED).pages()).isLessThanOrEqualTo(40);
                    assertThat(t.space.limits().quota(Limits.LOCKED).pages()).isLessThanOrEqualTo(8);
                }
            });
            assertThat(t.space.mappedBytes()).isLessThanOrEqualTo(40 * PAGE);
            assertThat(t.space.lockedBytes()).isLessThanOrEqualTo(8 * PAGE);
        }
    }

    @Test
    void ofTwoThatWantTheLastRoomOneGetsIt() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.space.limits().limitMapped(10 * PAGE);
            CyclicBarrier barrier = new CyclicBarrier(THREADS);
            AtomicInteger winners = new AtomicInteger();
            race(t, (view, thread, random) -> {
                long page = FIRST + thread * RANGE;
                for (int i = 0; i < 3_000; i++) {
                    barrier.await();
                    winners.set(0);
                    barrier.await();
                    boolean won = Map.anonymous(view, Map.Where.FIXED, page, 6, NONE, 0, false) >= 0;
                    if (won) {
                        winners.incrementAndGet();
                    }
                    barrier.await();
                    assertThat(winners.get()).isEqualTo(1);
                    assertThat(t.space.mappedBytes()).isEqualTo(6 * PAGE);
                    barrier.await();
                    Unmap.range(view, page, 6);
                }
            });
        }
    }

    @Test
    void nobodyIsRefusedBecauseAnotherAskedForMoreThanItNeeds() throws Exception {
        try (TestSpace t = new TestSpace()) {
            // One replaces ten pages by ten, which asks for ten more as long as they fit; the other's ten have room all
            // the time.
            t.space.limits().limitMapped(20 * PAGE);
            Map.anonymous(t.view, Map.Where.FIXED, FIRST, 10, NONE, 0, false);
            race(t, (view, thread, random) -> {
                long page = FIRST + thread * RANGE;
                for (int i = 0; i < 30_000; i++) {
                    assertThat(Map.anonymous(view, Map.Where.FIXED, page, 10, NONE, 0, false))
                            .isEqualTo(page);
                    if (thread == 1) {
                        Unmap.range(view, page, 10);
                    }
                }
            });
        }
    }

    @Test
    void aMoveTakesNoRoomFromOthers() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.space.limits().limitMapped(30 * PAGE);
            for (int i = 0; i < 10; i++) {
                Map.anonymous(t.view, Map.Where.FIXED, FIRST + 2 * i, 1, NONE, 0, false);
            }
            race(t, (view, thread, random) -> {
                for (int i = 0; i < 5_000; i++) {
                    if (thread == 0) {
                        // Of ten maps and the holes between them: each hole is unmapped at the target on the way.
                        long from = FIRST + (i % 2) * 64;
                        long to = FIRST + (1 - i % 2) * 64;
                        assertThat(Remap.run(view, new Remap.Request(from, 20, 20, true, to, false)))
                                .isEqualTo(to);
                    } else {
                        long page = FIRST + RANGE;
                        assertThat(Map.anonymous(view, Map.Where.FIXED, page, 20, NONE, 0, false))
                                .isEqualTo(page);
                        Unmap.range(view, page, 20);
                    }
                }
            });
        }
    }

    @Test
    void whatAnotherUnmapsUnderAFixedMapIsNotGivenAwayTwice() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.space.limits().limitMapped(10 * PAGE);
            race(t, (view, thread, random) -> {
                for (int i = 0; i < 30_000; i++) {
                    if (thread == 0) {
                        Map.anonymous(view, Map.Where.FIXED, FIRST, 10, NONE, 0, false);
                    } else {
                        Unmap.range(view, FIRST, 10);
                        Map.anonymous(view, Map.Where.FIXED, FIRST + RANGE, 10, NONE, 0, false);
                        assertThat(t.space.limits().quota(Limits.MAPPED).pages())
                                .isLessThanOrEqualTo(10);
                        Unmap.range(view, FIRST + RANGE, 10);
                    }
                }
            });
            assertThat(t.space.mappedBytes()).isLessThanOrEqualTo(10 * PAGE);
        }
    }

    @Test
    void aLimitSetWhileOthersMapCountsThemAll() throws Exception {
        for (int round = 0; round < 40; round++) {
            try (TestSpace t = new TestSpace()) {
                race(t, (view, thread, random) -> {
                    long page = FIRST + thread * RANGE;
                    if (thread == 0) {
                        t.space.limits().limitMapped(1000 * PAGE);
                    }
                    for (int i = 0; i < 500; i++) {
                        Map.anonymous(view, Map.Where.FIXED, page + i, 1, NONE, 0, false);
                        Unmap.range(view, page + random.nextInt(500), 1);
                    }
                });
            }
        }
    }
}

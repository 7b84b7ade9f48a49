package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads place and free maps: no two overlap, what is free is found, and the hints are bounds whenever nobody is at work. */
@Timeout(300)
class PlacementRaceTest {
    private static final int THREADS = 3;
    private static final int ROUNDS = 60;
    private static final int STEPS = 600;

    /** In a range that is nearly full, where most searches fail and make hints while others free what they look for. */
    @Test
    void placesInANearlyFullRange() {
        long seed = System.nanoTime();
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.fixed(GIB, GIB, NONE);
            // Holes in the middle of a table, across the border of two, and over a whole slot.
            t.unmap(GIB + 3 * MIB, 20 * PAGE);
            t.unmap(GIB + 8 * MIB - 11 * PAGE, 22 * PAGE);
            t.unmap(GIB + 64 * MIB - PAGE, 2 * MIB + 2 * PAGE);
            for (int round = 0; round < ROUNDS; round++) {
                run(t, seed + round, Map.Where.LOW, 40, 600);
                assertThat(free(t, GIB >>> 12, 2 * GIB >>> 12))
                        .as("seed " + seed)
                        .isEqualTo(20 + 22 + 514);
                // All of it is free again, so it is found.
                assertThat(t.map(Map.Where.LOW, 0, 514 * PAGE, NONE)).isEqualTo(GIB + 64 * MIB - PAGE);
                assertThat(t.map(Map.Where.LOW, 0, 22 * PAGE, NONE)).isEqualTo(GIB + 8 * MIB - 11 * PAGE);
                assertThat(t.map(Map.Where.LOW, 0, 20 * PAGE, NONE)).isEqualTo(GIB + 3 * MIB);
                assertThat(t.map(Map.Where.LOW, 0, PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
                t.unmap(GIB + 64 * MIB - PAGE, 514 * PAGE);
                t.unmap(GIB + 8 * MIB - 11 * PAGE, 22 * PAGE);
                t.unmap(GIB + 3 * MIB, 20 * PAGE);
            }
        }
    }

    /** Below the stack, in windows of their own and in slots of 2 MiB. */
    @Test
    void placesAnywhere() {
        long seed = System.nanoTime();
        try (TestSpace t = new TestSpace(64 * MIB)) {
            for (int round = 0; round < ROUNDS / 4; round++) {
                run(t, seed + round, Map.Where.ANYWHERE, 300, 1300);
                assertThat(t.space.mappedBytes()).isZero();
                assertThat(t.space.tables()).isLessThan(12 * (THREADS + 1));
            }
        }
    }

    /** One thread looks at full tables and makes their hints, another frees pages in them at that moment: they are found by the next search. */
    @Test
    void whatIsFreedWhileHintsAreMadeIsNotHidden() throws InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicBoolean stop = new AtomicBoolean();
        try (TestSpace t = new TestSpace(64 * MIB)) {
            long first = GIB >>> 12;
            long end = first + (GIB >>> 12);
            t.fixed(GIB, GIB, NONE);
            Thread searcher = new Thread(() -> {
                try (View view = t.space.open("searcher")) {
                    HoleSearch search = new HoleSearch(view);
                    while (!stop.get()) {
                        // Longer than any hole there is.
                        search.run(500, 1, 0, first, end, false);
                    }
                }
            });
            searcher.start();
            try {
                HoleSearch search = new HoleSearch(t.view);
                for (int round = 1; round <= 100_000; round++) {
                    int pages = 1 + random.nextInt(4);
                    long page = first + 3 * 512 + random.nextInt(1000);
                    t.unmap(page << 12, pages * PAGE);
                    // The searcher may come to publish what it saw before.
                    for (int wait = random.nextInt(200); wait > 0; wait--) {
                        Thread.onSpinWait();
                    }
                    assertThat(search.run(pages, 1, 0, first, end, false))
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(page);
                    t.fixed(page << 12, pages * PAGE, NONE);
                }
            } finally {
                stop.set(true);
                searcher.join();
            }
        }
    }

    private static long free(TestSpace t, long first, long end) {
        long[] free = new long[1];
        Runs.forEach(t.core, t.space, t.view::participant, first, end, (identity, from, to) -> {
            free[0] += identity == 0 ? to - from : 0;
            return true;
        });
        return free[0];
    }

    private static void run(TestSpace t, long seed, Map.Where where, int mostPages, int mostHeld) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int id = 1; id <= THREADS; id++) {
            int number = id;
            threads.add(new Thread(() -> {
                try (View view = t.space.open("placer " + number)) {
                    place(view, new Random(seed * THREADS + number), number, where, mostPages, mostHeld);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        assertThat(failure.get()).as("seed " + seed).isNull();
        t.audit();
    }

    private record Placed(long page, int pages, long content) {}

    private static void place(View view, Random random, int id, Map.Where where, int mostPages, int mostHeld) {
        Deque<Placed> held = new ArrayDeque<>();
        long heldPages = 0;
        for (int step = 0; step < STEPS; step++) {
            if (heldPages > mostHeld / THREADS || !held.isEmpty() && random.nextInt(3) == 0) {
                heldPages -= release(view, random.nextBoolean() ? held.pollFirst() : held.pollLast());
                continue;
            }
            int pages = 1 + random.nextInt(random.nextInt(4) == 0 ? mostPages : 4);
            long page = Map.anonymous(view, where, 0, pages, READ_WRITE, 0, false);
            if (page == Refusal.NO_MEMORY && where == Map.Where.LOW) {
                continue;
            }
            assertThat(page).isPositive();
            long content = (long) id << 32 | step;
            view.store(page << 12, 8, content);
            view.store(page + pages - 1 << 12, 8, content);
            held.addLast(new Placed(page, pages, content));
            heldPages += pages;
        }
        held.forEach(placed -> release(view, placed));
    }

    private static int release(View view, Placed placed) {
        assertThat(view.load(placed.page << 12, 8)).isEqualTo(placed.content);
        assertThat(view.load(placed.page + placed.pages - 1 << 12, 8)).isEqualTo(placed.content);
        assertThat(Unmap.range(view, placed.page, placed.pages)).isZero();
        return placed.pages;
    }
}

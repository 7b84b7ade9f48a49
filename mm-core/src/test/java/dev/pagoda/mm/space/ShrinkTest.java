package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tables that became empty are given back, whoever maps in them meanwhile. */
class ShrinkTest {
    private static final long FIRST = 0x100000000000L >>> 12;
    private static final int READ_WRITE = 3;

    @Test
    void pagesFarApartLeaveNoTables() {
        Core core = new Core(4L << 20);
        AddressSpace space = new AddressSpace(core);
        try (View view = space.open("far")) {
            for (int i = 0; i < 20_000; i++) {
                long page = FIRST + i * 513L * 7;
                assertThat(Map.anonymous(view, Map.Where.FIXED, page, 1, READ_WRITE, 0, false))
                        .isEqualTo(page);
                view.store(page << 12, 8, i);
                assertThat(Unmap.range(view, page, 1)).isZero();
            }
            // The root, the window's way down at most, and what the view keeps for a moment.
            assertThat(space.tables()).isLessThan(40);
        }
        assertThat(Audit.run(core).differences()).isZero();
        assertThat(space.tables()).isLessThan(8);
        space.destroy();
        assertThat(Audit.run(core).isAllFree()).isTrue();
        core.close();
    }

    @Test
    void placedMapsOfEverySizeLeaveNoTables() {
        Core core = new Core(4L << 20);
        AddressSpace space = new AddressSpace(core);
        try (View view = space.open("placed")) {
            for (int i = 0; i < 200_000; i++) {
                long pages = 1 + i % 1500;
                long page = Map.anonymous(view, Map.Where.ANYWHERE, 0, pages, READ_WRITE, 0, false);
                assertThat(page).isPositive();
                assertThat(Unmap.range(view, page, pages)).isZero();
            }
            assertThat(space.tables()).isLessThan(40);
        }
        space.destroy();
        assertThat(Audit.run(core).isAllFree()).isTrue();
        core.close();
    }

    /** One thread empties a table again and again, another maps and uses a page in it: no page is lost with the table. */
    @Test
    void whoMapsInATableThatLeavesKeepsThePage() throws InterruptedException {
        Core core = new Core(8L << 20);
        AddressSpace space = new AddressSpace(core);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread emptier = new Thread(() -> {
            try (View view = space.open("emptier")) {
                while (!stop.get()) {
                    Map.anonymous(view, Map.Where.FIXED, FIRST, 1, READ_WRITE, 0, false);
                    Unmap.range(view, FIRST, 1);
                    Shrink.giveBack(view, FIRST);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        emptier.start();
        try (View view = space.open("user")) {
            for (int i = 0; i < 100_000 && failure.get() == null; i++) {
                long page = FIRST + 1 + i % 500;
                assertThat(Map.anonymous(view, Map.Where.FIXED_UNLESS_MAPPED, page, 2, READ_WRITE, 0, false))
                        .isEqualTo(page);
                view.store(page << 12, 8, i);
                view.store(page + 1 << 12, 8, ~i);
                assertThat(view.load(page << 12, 8)).isEqualTo(i);
                assertThat(view.load(page + 1 << 12, 8)).isEqualTo(~(long) i);
                assertThat(Unmap.range(view, page, 2)).isZero();
            }
        } finally {
            stop.set(true);
            emptier.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(Audit.run(core).toString()).startsWith("balanced");
        space.destroy();
        assertThat(Audit.run(core).isAllFree()).isTrue();
        core.close();
    }

    /** A subtree of two or three tables does not fit into the one frame that is left: a refusal, not an endless search. */
    @Test
    void aSubtreeThatDoesNotFitIsRefused() {
        Core core = new Core(1L << 20);
        AddressSpace space = new AddressSpace(core);
        try (View view = space.open("full")) {
            long page = 0x100000000000L >>> 12;
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, 400, 3, 0, false))
                    .isEqualTo(page);
            long filled = page;
            while (core.frames().countFree() > 1) {
                view.store(filled++ << 12, 1, 1);
            }
            long far = 0x200000001000L >>> 12;
            assertThat(Map.anonymous(view, Map.Where.FIXED_UNLESS_MAPPED, far, 1, 3, 0, false))
                    .isEqualTo(Refusal.NO_MEMORY);
        }
        space.destroy();
        assertThat(Audit.run(core).isAllFree()).isTrue();
        core.close();
    }

    @Test
    void aReservationWhoseContentIsGivenUpIsFewWordsAgain() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.fixed(A, 4 * GIB, READ_WRITE);
            long tables = t.space.tables();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 64; i++) {
                    t.store(A + i * 61 * MIB, i);
                }
                assertThat(t.space.tables()).isGreaterThan(tables + 60);
                assertThat(t.discard(A, 4 * GIB)).isZero();
                assertThat(t.space.tables()).isLessThanOrEqualTo(tables);
                assertThat(t.maps(A, 4 * GIB)).isEqualTo(1);
                assertThat(t.load(A + 61 * MIB)).isZero();
            }
            // What a range covers in part is given back when the view has worked elsewhere.
            t.fixed(A, 4 * GIB, NONE);
            for (int i = 0; i < 1000; i++) {
                long at = A + i * 4 * MIB + 5 * PAGE;
                t.protect(at, 3 * PAGE, READ_WRITE);
                t.store(at, 1);
                t.discard(at, 3 * PAGE);
                t.protect(at, 3 * PAGE, NONE);
                assertThat(t.space.tables()).isLessThan(tables + 20);
            }
            assertThat(t.space.mappedBytes()).isEqualTo(4 * GIB);
        }
    }

    /** A garbage collector's day: parts of a large reservation are committed, used, given up, by calls of every kind and by two threads' views in turn. */
    @Test
    void partsOfAReservationThatComeAndGoLeaveNoTables() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestSpace t = new TestSpace(64 * MIB)) {
            View other = t.space.open("other");
            int noReserve = Attributes.NORESERVE;
            Map.anonymous(t.view, Map.Where.FIXED, A >>> 12, 64 * GIB >>> 12, NONE, noReserve, false);
            Deque<long[]> live = new ArrayDeque<>();
            for (int i = 0; i < 60_000; i++) {
                View view = random.nextBoolean() ? t.view : other;
                long page = (A >>> 12) + random.nextLong(64 * GIB >>> 16) * 16;
                long pages = 16L * (1 + random.nextInt(random.nextInt(10) == 0 ? 100 : 4));
                pages = Math.min(pages, (A + 64 * GIB >>> 12) - page);
                assertThat(Protect.range(view, page, pages, READ_WRITE)).isZero();
                view.store(page << 12, 8, i);
                view.store(page + pages - 1 << 12, 8, i);
                live.addLast(new long[] {page, pages});
                if (live.size() > 16) {
                    long[] old = live.removeFirst();
                    View last = random.nextBoolean() ? t.view : other;
                    if (random.nextInt(3) == 0) {
                        Map.anonymous(last, Map.Where.FIXED, old[0], old[1], NONE, noReserve, false);
                    } else {
                        Advise.discard(last, old[0], old[1], false);
                        Protect.range(last, old[0], old[1], NONE);
                    }
                }
                // Those of what is live, a way down to each; and what two views keep for a moment.
                assertThat(t.space.tables()).as("seed %d, step %d", seed, i).isLessThan(17 * 5 + 2 * 9 * 2 + 70);
            }
            for (long[] left : live) {
                Advise.discard(t.view, left[0], left[1], false);
                Protect.range(t.view, left[0], left[1], NONE);
            }
            other.close();
            assertThat(t.space.tables()).as("seed %d", seed).isLessThan(100);
            assertThat(t.maps(A, 64 * GIB)).isEqualTo(1);
            t.audit();
        }
    }

    /** One thread gives pages of a table up and folds it again and again, another stores to others: no store is lost with the table. */
    @Test
    void whoStoresInATableThatIsFoldedKeepsThePage() throws InterruptedException {
        try (TestSpace t = new TestSpace(16 * MIB)) {
            t.fixed(A, 2 * MIB, READ_WRITE);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread folder = new Thread(() -> {
                try (View view = t.space.open("folder")) {
                    while (!stop.get()) {
                        view.store(A, 1, 1);
                        Advise.discard(view, A >>> 12, 3, false);
                        Shrink.giveBack(view, A >>> 12);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            folder.start();
            try {
                for (int i = 0; i < 60_000 && failure.get() == null; i++) {
                    long address = A + (3 + i % 500) * PAGE;
                    t.view.store(address, 8, i);
                    t.view.store(address + PAGE, 8, ~i);
                    assertThat(t.view.load(address, 8)).isEqualTo(i);
                    assertThat(t.view.load(address + PAGE, 8)).isEqualTo(~(long) i);
                    assertThat(t.discard(address, 2 * PAGE)).isZero();
                }
            } finally {
                stop.set(true);
                folder.join();
            }
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void refusalsAndMovesAtEverNewPlacesLeaveNoTables() {
        try (TestSpace t = new TestSpace(16 * MIB)) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.store(A, 7);
            long at = A;
            for (int i = 1; i < 3000; i++) {
                // From one 2 MiB slot into the next, where the obstacle is.
                long next = A + i * 6L * MIB;
                t.fixed(next + 2 * MIB, PAGE, NONE);
                assertThat(t.map(Map.Where.FIXED_UNLESS_MAPPED, next - PAGE, 2 * MIB + 2 * PAGE, READ_WRITE))
                        .isEqualTo(Refusal.EXISTS);
                t.unmap(next + 2 * MIB, PAGE);
                assertThat(t.remapTo(at, 2 * PAGE, 2 * PAGE, next)).isEqualTo(next);
                at = next;
                assertThat(t.load(at)).isEqualTo(7);
                assertThat(t.space.tables()).isLessThan(60);
            }
            t.unmap(at, 2 * PAGE);
        }
    }

    /** The view that empties a table is not the one that filled it, and goes on elsewhere. */
    @Test
    void tablesThatAnotherViewEmptiesAreGivenBack() {
        try (TestSpace t = new TestSpace(16 * MIB);
                View other = t.space.open("other")) {
            for (int i = 0; i < 20_000; i++) {
                long page = Map.anonymous(t.view, Map.Where.ANYWHERE, 0, 1 + i % 200, READ_WRITE, 0, false);
                t.view.store(page << 12, 1, 1);
                Unmap.range(other, page, 1 + i % 200);
                assertThat(t.space.tables()).isLessThan(40);
            }
        }
    }
}

package dev.pagoda.mm.space;

import static org.assertj.core.api.Assertions.assertThat;

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
                    Shrink.giveBackEmpty(view, FIRST);
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
}

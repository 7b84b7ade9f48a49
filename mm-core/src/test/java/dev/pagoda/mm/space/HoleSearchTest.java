package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.Map.Where.ANYWHERE;
import static dev.pagoda.mm.space.Map.Where.FIXED;
import static dev.pagoda.mm.space.Map.Where.LOW;
import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holes are found among any number of maps, without looking at them: what is counted are slots and hints, not time. */
@Timeout(120)
class HoleSearchTest {
    private static final int MANY = 100_000;
    /** A table of each level, its slots and the hints beside them, and a leaf table or two that have to be looked at. */
    private static final long FEW_SLOTS = 6 * 2 * 512;

    /** Maps every other page of as many maps, ending at the highest page that is placed by choice. */
    private static void checkerboard(TestSpace t) {
        long first = (Placement.TOP_PAGE - 2L * MANY) << 12;
        t.fixed(first, 2L * MANY * PAGE, NONE);
        for (int i = 0; i < MANY; i++) {
            assertThat(t.unmap(first + 2L * i * PAGE, PAGE)).isZero();
        }
        assertThat(t.maps(first, 2L * MANY * PAGE)).isEqualTo(MANY);
    }

    private static long visited(TestSpace t, LongSupplier call) {
        long before = t.view.placement().slotsVisited();
        assertThat(call.getAsLong()).isPositive();
        return t.view.placement().slotsVisited() - before;
    }

    @Test
    void amongAHundredThousandMapsASearchLooksAtFewSlots() {
        try (TestSpace t = new TestSpace()) {
            checkerboard(t);
            long board = (Placement.TOP_PAGE - 2L * MANY) << 12;
            // Each leaf table is looked at once, when hints are made.
            assertThat(visited(t, () -> t.map(ANYWHERE, 0, 2 * PAGE, NONE))).isLessThan(8L * MANY);
            for (long bytes : new long[] {2 * PAGE, 256 * PAGE, 257 * PAGE, 3 * MIB, 512 * MIB, GIB, 3 * GIB, TIB}) {
                for (int i = 0; i < 3; i++) {
                    long slots = visited(t, () -> {
                        long at = t.map(ANYWHERE, 0, bytes, NONE);
                        assertThat(at + bytes).isLessThanOrEqualTo(board);
                        return at;
                    });
                    assertThat(slots).as("%d bytes", bytes).isLessThan(FEW_SLOTS);
                }
            }
        }
    }

    @Test
    void aMapAndAnUnmapCostTheSameAmongManyMaps() {
        try (TestSpace t = new TestSpace()) {
            checkerboard(t);
            t.map(ANYWHERE, 0, 2 * PAGE, NONE);
            long at = t.map(ANYWHERE, 0, PAGE, READ_WRITE);
            t.unmap(at, PAGE);
            long slots = visited(t, () -> {
                for (int i = 0; i < 1000; i++) {
                    assertThat(t.map(ANYWHERE, 0, PAGE, READ_WRITE)).isEqualTo(at);
                    assertThat(t.unmap(at, PAGE)).isZero();
                }
                return 1;
            });
            assertThat(slots)
                    .as("the place in the window is looked at, nothing is searched")
                    .isZero();
            // Large ones come back to the place that was freed last; one that ends inside a table finds it empty, slot
            // by slot.
            for (long bytes : new long[] {6 * MIB, 5 * MIB}) {
                long large = t.map(ANYWHERE, 0, bytes, READ_WRITE);
                t.unmap(large, bytes);
                slots = visited(t, () -> {
                    for (int i = 0; i < 1000; i++) {
                        assertThat(t.map(ANYWHERE, 0, bytes, READ_WRITE)).isEqualTo(large);
                        assertThat(t.unmap(large, bytes)).isZero();
                    }
                    return 1;
                });
                assertThat(slots / 1000).isLessThan(bytes == 6 * MIB ? 16 : 300);
            }
        }
    }

    @Test
    void whatIsFreedAmongManyMapsIsFound() {
        try (TestSpace t = new TestSpace()) {
            checkerboard(t);
            long first = (Placement.TOP_PAGE - 2L * MANY) << 12;
            t.map(ANYWHERE, 0, 3 * PAGE, NONE);
            Random random = new Random(7);
            long slots = 0;
            for (int i = 0; i < 50; i++) {
                // A hole of three pages, in a place where all was told to be full.
                long page = first + (2L * random.nextInt(1, MANY - 1) + 1) * PAGE;
                assertThat(t.unmap(page, PAGE)).isZero();
                try (View fresh = t.space.open("without a window")) {
                    assertThat(Map.anonymous(fresh, ANYWHERE, 0, 3, NONE, 0, false))
                            .isEqualTo(page / PAGE - 1);
                    slots += fresh.placement().slotsVisited();
                }
            }
            // Each unmap costs the hints of one table of each level, whenever the search comes there.
            assertThat(slots / 50).isLessThan(FEW_SLOTS);
        }
    }

    @Test
    void hintsMadeSinceAreTakenAwayAgain() {
        try (TestSpace t = new TestSpace()) {
            // Every other page of the low 2 GiB that MAP_32BIT may use.
            t.fixed(GIB, GIB, NONE);
            for (long at = GIB; at < 2 * GIB; at += 2 * PAGE) {
                assertThat(t.unmap(at, PAGE)).isZero();
            }
            for (int i = 0; i < 3; i++) {
                assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
                long page = GIB + (4L * i + 1) * PAGE;
                assertThat(t.unmap(page, PAGE)).as("hole %d", i).isZero();
                assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).as("hole %d", i).isEqualTo(page - PAGE);
            }
        }
    }

    @Test
    void hintsOfEachTableAreTakenAway() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(GIB, GIB, NONE);
            for (long at = GIB; at < 2 * GIB; at += 2 * PAGE) {
                assertThat(t.unmap(at, PAGE)).isZero();
            }
            assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            long low = GIB + PAGE;
            long high = low + 6 * MIB;
            assertThat(t.unmap(high, PAGE)).isZero();
            assertThat(t.unmap(low, PAGE)).isZero();
            assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(high - PAGE);
            assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(low - PAGE);
        }
    }

    @Test
    void aFullRangeIsRefusedWithoutLookingAtItAgain() {
        try (TestSpace t = new TestSpace()) {
            // Every other page of the low 2 GiB that MAP_32BIT may use.
            t.fixed(GIB, GIB, NONE);
            for (long at = GIB; at < 2 * GIB; at += 2 * PAGE) {
                assertThat(t.unmap(at, PAGE)).isZero();
            }
            assertThat(t.map(LOW, 0, 2 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            for (long bytes : new long[] {2 * PAGE, 257 * PAGE, 2 * MIB, GIB}) {
                long before = t.view.placement().slotsVisited();
                assertThat(t.map(LOW, 0, bytes, NONE)).isEqualTo(Refusal.NO_MEMORY);
                assertThat(t.view.placement().slotsVisited() - before).isLessThan(16);
            }
            assertThat(t.map(LOW, 0, PAGE, NONE)).isEqualTo(2 * GIB - 2 * PAGE);
            assertThat(t.unmap(GIB + 7 * PAGE, PAGE)).isZero();
            assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(GIB + 6 * PAGE);
            // Across the border of two tables.
            assertThat(t.unmap(GIB + 4 * MIB - PAGE, PAGE)).isZero();
            assertThat(t.map(LOW, 0, 4 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.map(LOW, 0, 3 * PAGE, NONE)).isEqualTo(GIB + 4 * MIB - 2 * PAGE);
            // A whole slot, and one more that does not begin on a border.
            assertThat(t.unmap(GIB + 8 * MIB, 2 * MIB)).isZero();
            assertThat(t.unmap(GIB + 33 * MIB, 2 * MIB)).isZero();
            assertThat(t.map(LOW, 0, 2 * MIB, NONE)).isEqualTo(GIB + 8 * MIB);
            assertThat(t.map(LOW, 0, 2 * MIB, NONE)).isBetween(GIB + 33 * MIB - PAGE, GIB + 33 * MIB + PAGE);
            assertThat(t.map(LOW, 0, 2 * MIB, NONE)).isEqualTo(Refusal.NO_MEMORY);
        }
    }

    @Test
    void theLastHolesOfTheSpaceAreUsed() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(0x10000, Placement.TOP_PAGE * PAGE - 0x10000, NONE);
            assertThat(t.map(ANYWHERE, 0, PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            t.unmap(A + 5 * PAGE, 3 * PAGE);
            t.unmap(A + TIB, 4 * GIB);
            assertThat(t.map(ANYWHERE, 0, 5 * GIB, NONE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.map(ANYWHERE, 0, 4 * GIB, NONE)).isEqualTo(A + TIB);
            assertThat(t.map(ANYWHERE, 0, 4 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.map(ANYWHERE, 0, 2 * PAGE, NONE)).isEqualTo(A + 6 * PAGE);
            assertThat(t.map(ANYWHERE, 0, PAGE, NONE)).isEqualTo(A + 5 * PAGE);
            assertThat(t.map(ANYWHERE, 0, PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            t.unmap(0x10000, PAGE);
            assertThat(t.map(ANYWHERE, 0, PAGE, NONE)).isEqualTo(0x10000);
        }
    }

    /** A hole larger than a slot that no border fits, and one whose slots hold an empty table. */
    @Test
    void largeMapsTakeHolesThatDoNotFold() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(0x10000, Placement.TOP_PAGE * PAGE - 0x10000, NONE);
            t.unmap(A + PAGE, 4 * MIB - 2 * PAGE);
            assertThat(t.map(ANYWHERE, 0, 4 * MIB - 2 * PAGE, NONE)).isEqualTo(A + PAGE);
            t.unmap(A + GIB + 3 * PAGE, GIB);
            assertThat(t.map(ANYWHERE, 0, GIB, NONE)).isEqualTo(A + GIB + 3 * PAGE);
            t.fixed(A + TIB, 2 * MIB, READ_WRITE);
            t.store(A + TIB, 1);
            for (int i = 0; i < 512; i++) {
                t.unmap(A + TIB + i * PAGE, PAGE);
            }
            assertThat(t.map(ANYWHERE, 0, 2 * MIB, NONE)).isEqualTo(A + TIB);
        }
    }

    @Test
    void viewsTakeWindowsOfTheirOwnAndLeaveThem() {
        try (TestSpace t = new TestSpace()) {
            long[] windows = new long[40];
            View[] views = new View[windows.length];
            for (int i = 0; i < windows.length; i++) {
                views[i] = t.space.open("view " + i);
                windows[i] = Map.anonymous(views[i], ANYWHERE, 0, 1, NONE, 0, false) / 512;
            }
            assertThat(windows).doesNotHaveDuplicates();
            for (int i = 0; i < windows.length; i++) {
                assertThat(Map.anonymous(views[i], ANYWHERE, 0, 200, NONE, 0, false) / 512)
                        .isEqualTo(windows[i]);
                views[i].close();
            }
            // What they left is used before new tables are made.
            assertThat(t.map(ANYWHERE, 0, PAGE, NONE) / PAGE / 512).isEqualTo(windows[0]);
        }
    }

    /** Against an array of bits: the highest hole is found, whatever was mapped and unmapped in between, and the hints stay bounds. */
    @Test
    void theHighestHoleIsFoundAfterAnyHistory() {
        long seed = System.nanoTime();
        for (int round = 0; round < 4; round++, seed++) {
            Random random = new Random(seed);
            try (TestSpace t = new TestSpace()) {
                // The end of one 1 GiB slot and the beginning of the next.
                int pages = 6 * 512;
                long first = (A + GIB >>> 12) - pages / 2;
                BitSet mapped = new BitSet(pages);
                for (int step = 0; step < 3000; step++) {
                    int at = random.nextInt(pages);
                    int length = Math.min(
                            pages - at, random.nextInt(8) == 0 ? random.nextInt(1, 1200) : random.nextInt(1, 30));
                    if (random.nextInt(5) < 3) {
                        t.fixed(first + at << 12, length * PAGE, NONE);
                        mapped.set(at, at + length);
                    } else {
                        assertThat(t.unmap(first + at << 12, length * PAGE)).isZero();
                        mapped.clear(at, at + length);
                    }
                    int wanted = random.nextInt(4) == 0 ? random.nextInt(1, 900) : random.nextInt(1, 40);
                    int border = random.nextInt(3) == 0 ? 512 : 1;
                    HoleSearch search = new HoleSearch(t.view);
                    long found = search.run(wanted, border, border == 1 ? 0 : 1, first, first + pages, false);
                    long expected = highest(mapped, pages, wanted);
                    String what = "seed " + seed + ", step " + step + ", " + wanted + " pages at " + border;
                    if (border == 1) {
                        assertThat(found).as(what).isEqualTo(expected < 0 ? -1 : first + expected);
                    } else if (found >= 0) {
                        assertThat(found & 511).as(what).isZero();
                        assertThat(mapped.get((int) (found - first), (int) (found - first) + wanted)
                                        .isEmpty())
                                .as(what)
                                .isTrue();
                    }
                    if (step % 500 == 0) {
                        t.audit();
                    }
                }
                t.audit();
            }
        }
    }

    private static long highest(BitSet mapped, int pages, int wanted) {
        int end = pages;
        while (end >= wanted) {
            int last = mapped.previousSetBit(end - 1);
            if (end - 1 - last >= wanted) {
                return end - wanted;
            }
            end = last;
            while (end > 0 && mapped.get(end - 1)) {
                end--;
            }
        }
        return -1;
    }

    @Test
    void aMapThatIsPlacedNeverBeginsBelowTheLowestAddress() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(0x10000 + 2 * PAGE, Placement.TOP_PAGE * PAGE - 0x10000 - 2 * PAGE, NONE);
            assertThat(t.map(ANYWHERE, 0, 3 * PAGE, NONE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.map(ANYWHERE, 0, 2 * PAGE, NONE)).isEqualTo(0x10000);
            assertThat(t.map(FIXED, 0, PAGE, NONE)).isZero();
        }
    }

    /** Their pages were free before, in empty tables; a search for empty slots must hear of it. */
    @Test
    void tablesThatAreGivenBackAreEmptySlots() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, GIB, NONE);
            long page = A + 2 * MIB >>> 12;
            int pages = 3 * 512;
            for (int i = 0; i < pages; i++) {
                t.unmap(page + i << 12, PAGE);
            }
            HoleSearch search = new HoleSearch(t.view);
            long end = A + GIB >>> 12;
            assertThat(search.run(pages, 512, 1, A >>> 12, end, false)).isEqualTo(-1);
            assertThat(search.run(pages, 512, 0, A >>> 12, end, false)).isEqualTo(page);
            for (int i = 0; i < pages; i += 512) {
                Shrink.giveBack(t.view, page + i);
            }
            assertThat(search.run(pages, 512, 1, A >>> 12, end, false)).isEqualTo(page);
        }
    }
}

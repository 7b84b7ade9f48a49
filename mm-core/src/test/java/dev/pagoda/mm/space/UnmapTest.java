package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnmapTest {
    @Test
    void unmapsAndUnmapsNothing() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.store(A, 1);
            assertThat(t.unmap(A, 3 * PAGE)).isZero();
            t.notMapped(A);
            assertThat(t.unmap(A, 3 * PAGE)).isZero();
            assertThat(t.space.mappedBytes()).isZero();
            assertThat(t.space.ownBytes()).isZero();
        }
    }

    @Test
    void aHoleInTheMiddleSplits() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 4 * PAGE, READ_WRITE);
            t.fill(A, 4 * PAGE, 7);
            assertThat(t.unmap(A + PAGE, PAGE)).isZero();
            assertThat(t.load(A)).isEqualTo(7);
            t.notMapped(A + PAGE);
            assertThat(t.load(A + 2 * PAGE)).isEqualTo(7);
            assertThat(t.maps(A, 4 * PAGE)).isEqualTo(2);
        }
    }

    @Test
    void anUnmappedPageComesBackAsZeroes() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 3);
            assertThat(t.unmap(A + PAGE, PAGE)).isZero();
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            assertThat(t.load(A + PAGE)).isZero();
            assertThat(t.load(A)).isEqualTo(3);
        }
    }

    @Test
    void theMiddleOfAFoldedReservation() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * TIB, READ_WRITE);
            long tables = t.space.tables();
            long hole = A + TIB + 5 * GIB + 7 * MIB + 3 * PAGE;
            assertThat(t.unmap(hole, PAGE)).isZero();
            assertThat(t.space.tables() - tables).isEqualTo(3);
            t.store(hole - PAGE, 1);
            t.store(hole + PAGE, 2);
            t.notMapped(hole);
            assertThat(t.load(A)).isZero();
            t.store(A + 2 * TIB - 1, 9);
            assertThat(t.maps(A, 2 * TIB)).isEqualTo(2);
            assertThat(t.space.mapStart(hole + PAGE)).isEqualTo(hole + PAGE);
            assertThat(t.space.mapStart(hole - PAGE)).isEqualTo(A);
            assertThat(t.space.mappedBytes()).isEqualTo(2 * TIB - PAGE);
        }
    }

    @Test
    void oddRangesOverEveryKindOfBorder() {
        try (TestSpace t = new TestSpace()) {
            long[] borders = {2 * MIB, GIB, 512 * GIB};
            for (long border : borders) {
                for (long before : new long[] {PAGE, 3 * PAGE, 2 * MIB, 2 * MIB + PAGE, GIB + 5 * MIB}) {
                    for (long after : new long[] {PAGE, 2 * MIB - PAGE, 2 * MIB + PAGE, GIB + PAGE}) {
                        long middle = A + 8 * TIB + border;
                        t.fixed(middle - 4 * GIB, 8 * GIB, READ_WRITE);
                        t.store(middle - before, 1);
                        t.store(middle - before - 1, 2);
                        t.store(middle + after - 1, 3);
                        t.store(middle + after, 4);
                        assertThat(t.unmap(middle - before, before + after)).isZero();
                        t.notMapped(middle - before);
                        t.notMapped(middle + after - 1);
                        t.notMapped(middle);
                        assertThat(t.load(middle - before - 1)).isEqualTo(2);
                        assertThat(t.load(middle + after)).isEqualTo(4);
                        assertThat(t.space.mappedBytes()).isEqualTo(8 * GIB - before - after);
                        assertThat(t.maps(middle - 4 * GIB, 8 * GIB)).isEqualTo(2);
                        t.audit();
                        assertThat(t.unmap(middle - 4 * GIB, 8 * GIB)).isZero();
                        assertThat(t.space.mappedBytes()).isZero();
                    }
                }
            }
        }
    }

    @Test
    void wholeTablesGoAtOnceWithTheirFrames() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            long tables = t.space.tables();
            for (int round = 0; round < 20; round++) {
                t.fixed(A, 16 * MIB, READ_WRITE);
                t.fill(A + MIB, 14 * MIB, round);
                assertThat(t.unmap(A, 512 * GIB)).isZero();
                assertThat(t.space.tables()).isEqualTo(tables);
                assertThat(t.space.ownBytes()).isZero();
            }
        }
    }

    @Test
    @Timeout(60)
    void aSubtreeWithMoreRegionsThanTheRingHolds() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            int objects = 6000;
            for (int i = 0; i < objects; i++) {
                t.fixedShared(A + i * 2 * PAGE, PAGE, READ_WRITE);
            }
            t.store(A + 4000 * PAGE, 1);
            assertThat(t.maps(A, objects * 2 * PAGE)).isEqualTo(objects);
            assertThat(t.unmap(A, 512 * GIB)).isZero();
            assertThat(t.space.mappedBytes()).isZero();
            t.audit();
            assertThat(t.core.holders()).isEmpty();
        }
    }

    /** As a move does with the pages of a subtree whose places were all taken away meanwhile. */
    @Test
    @Timeout(60)
    void aTakerMayRetireEveryPageOfASubtree() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.fixed(A, GIB, READ_WRITE);
            t.fill(A + 5 * PAGE, 6000 * PAGE, 1);
            int refused = t.view.replace().run(A >>> 12, A + GIB >>> 12, 0, (word, page, level) -> {
                t.view.retireReference(word);
                return true;
            });
            assertThat(refused).isZero();
            assertThat(t.space.ownBytes()).isZero();
        }
    }

    @Test
    void theWholeSpaceAtOnce() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(PAGE, AddressSpace.END - PAGE, NONE);
            assertThat(t.space.mappedBytes()).isEqualTo(AddressSpace.END - PAGE);
            assertThat(t.maps(0, AddressSpace.END)).isEqualTo(1);
            t.fixed(AddressSpace.END - PAGE, PAGE, READ_WRITE);
            t.store(AddressSpace.END - 1, 5);
            t.notMapped(AddressSpace.END);
            t.notMapped(0);
            t.notMapped(-8);
            t.notMapped(Long.MAX_VALUE);
            assertThat(t.unmap(0, AddressSpace.END)).isZero();
            assertThat(t.space.mappedBytes()).isZero();
            assertThat(t.space.maps()).isEmpty();
        }
    }
}

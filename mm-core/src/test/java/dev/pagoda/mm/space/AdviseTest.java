package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdviseTest {
    @Test
    void discardZeroesPrivateAndKeepsShared() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 1);
            assertThat(t.discard(A, PAGE)).isZero();
            assertThat(t.same(A, PAGE, 0)).isTrue();
            assertThat(t.same(A + PAGE, PAGE, 1)).isTrue();
            t.fixedShared(B, PAGE, READ_WRITE);
            t.fill(B, PAGE, 3);
            assertThat(t.discard(B, PAGE)).isZero();
            assertThat(t.space.objectBytes()).isZero();
            assertThat(t.load(B)).isEqualTo(3);
        }
    }

    @Test
    void discardAtOddPlacesOfALargeRange() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 6 * MIB, READ_WRITE);
            t.fill(A, 6 * MIB, 9);
            assertThat(t.discard(A + MIB, 4 * MIB)).isZero();
            assertThat(t.same(A, MIB, 9)).isTrue();
            assertThat(t.space.ownBytes()).isEqualTo(2 * MIB);
            assertThat(t.same(A + MIB, 4 * MIB, 0)).isTrue();
            assertThat(t.same(A + 5 * MIB, MIB, 9)).isTrue();
            assertThat(t.maps(A, 6 * MIB)).isEqualTo(1);
        }
    }

    @Test
    void aHoleIsReportedAndBothSidesAreDone() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.fixed(A + 2 * PAGE, PAGE, READ_WRITE);
            t.store(A, 1);
            t.store(A + 2 * PAGE, 1);
            assertThat(t.discard(A, 3 * PAGE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.load(A)).isZero();
            assertThat(t.load(A + 2 * PAGE)).isZero();
        }
    }

    @Test
    void lockedPagesAreKeptUnlessTheyAreMeant() {
        try (TestSpace t = new TestSpace()) {
            t.fixedLocked(A, PAGE, READ_WRITE);
            t.store(A, 5);
            assertThat(t.discard(A, PAGE)).isEqualTo(Refusal.INVALID);
            assertThat(t.load(A)).isEqualTo(5);
            assertThat(Advise.discard(t.view, A >>> 12, 1, true)).isZero();
            assertThat(t.load(A)).isZero();
            assertThat(t.space.lockedBytes()).isEqualTo(PAGE);
            assertThat(Advise.free(t.view, A >>> 12, 1)).isEqualTo(Refusal.INVALID);
        }
    }

    @Test
    void freedContentIsOldOrZeroUntilItIsWritten() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 7);
            assertThat(Advise.free(t.view, A >>> 12, 2)).isZero();
            assertThat(t.load(A)).isIn(0L, 7L);
            t.store(A + PAGE, 8);
            assertThat(t.load(A + PAGE)).isEqualTo(8);
            assertThat(t.load(A + PAGE + 1)).isIn(0L, 7L);
            t.fixedShared(B, PAGE, READ_WRITE);
            assertThat(Advise.free(t.view, B >>> 12, 1)).isEqualTo(Refusal.INVALID);
        }
    }

    @Test
    void attributesSplitAndMergePrivateAndShared() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.fixedShared(B, 3 * PAGE, READ_WRITE);
            for (long at : new long[] {A, B}) {
                t.fill(at, 3 * PAGE, 4);
                long page = at >>> 12;
                int access = Attributes.ACCESS_MASK;
                assertThat(Advise.attribute(t.view, page + 1, 1, access, Attributes.RANDOM, false))
                        .isZero();
                assertThat(t.maps(at, 3 * PAGE)).isEqualTo(3);
                t.audit();
                assertThat(Advise.attribute(t.view, page + 1, 1, access, 0, false))
                        .isZero();
                assertThat(t.maps(at, 3 * PAGE)).isEqualTo(1);
                assertThat(Advise.attribute(t.view, page, 1, access, Attributes.SEQUENTIAL, false))
                        .isZero();
                assertThat(t.maps(at, 3 * PAGE)).isEqualTo(2);
                assertThat(t.same(at, 3 * PAGE, 4)).isTrue();
            }
            assertThat(Advise.attribute(t.view, B >>> 12, 1, 0, Attributes.WIPEONFORK, true))
                    .isEqualTo(Refusal.INVALID);
            assertThat(Advise.attribute(t.view, (A + GIB) >>> 12, 1, 0, Attributes.DONTDUMP, false))
                    .isEqualTo(Refusal.NO_MEMORY);
        }
    }

    @Test
    void lockingSplitsAndUnlockingMerges() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 4 * PAGE, READ_WRITE);
            assertThat(Advise.lock(t.view, (A >>> 12) + 1, 1, true)).isZero();
            assertThat(t.maps(A, 4 * PAGE)).isEqualTo(3);
            assertThat(t.space.lockedBytes()).isEqualTo(PAGE);
            assertThat(Advise.lock(t.view, A >>> 12, 5, false)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.maps(A, 4 * PAGE)).isEqualTo(1);
            assertThat(t.space.lockedBytes()).isZero();
        }
    }

    @Test
    void hugeRangesAreAdvisedAtOnce() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A + PAGE, 3 * TIB, READ_WRITE);
            t.store(A + TIB, 1);
            long page = A + PAGE >>> 12;
            long pages = 3 * TIB >>> 12;
            assertThat(Advise.attribute(t.view, page + 9, pages - 18, 0, Attributes.NOHUGEPAGE, false))
                    .isZero();
            assertThat(t.maps(A, 4 * TIB)).isEqualTo(3);
            assertThat(t.load(A + TIB)).isEqualTo(1);
            assertThat(Advise.discard(t.view, page, pages, false)).isZero();
            assertThat(t.load(A + TIB)).isZero();
            assertThat(Advise.lock(t.view, page, pages, true)).isZero();
            assertThat(t.space.lockedBytes()).isEqualTo(3 * TIB);
        }
    }

    @Test
    void populatingAgainstTheProtectionAndPastTheEnd() {
        try (TestSpace t = new TestSpace()) {
            long page = A >>> 12;
            t.fixed(A, 2 * PAGE, READ);
            assertThat(Populate.range(t.view, page, 2, true)).isEqualTo(Refusal.INVALID);
            assertThat(Populate.range(t.view, page, 2, false)).isZero();
            assertThat(t.protect(A, PAGE, NONE)).isZero();
            assertThat(Populate.range(t.view, page, 1, false)).isEqualTo(Refusal.INVALID);
            assertThat(Populate.range(t.view, page, 3, false)).isEqualTo(Refusal.INVALID);
            assertThat(Populate.range(t.view, page + 1, 2, false)).isEqualTo(Refusal.NO_MEMORY);
            t.fixedShared(B, PAGE, READ_WRITE);
            assertThat(t.remap(B, PAGE, 2 * PAGE)).isEqualTo(B);
            assertThat(Populate.range(t.view, B >>> 12, 2, true)).isEqualTo(Refusal.BAD_ADDRESS);
            assertThat(t.space.objectBytes()).isEqualTo(PAGE);
        }
    }

    @Test
    void residencyFollowsThePages() {
        try (TestSpace t = new TestSpace()) {
            long page = A >>> 12;
            t.fixed(A, 4 * PAGE, READ_WRITE);
            assertThat(Residency.of(t.view, page)).isEqualTo(Residency.ABSENT);
            assertThat(Residency.of(t.view, page + 4)).isEqualTo(Residency.NOT_MAPPED);
            assertThat(Populate.asMapped(t.view, page, 2)).isZero();
            t.load(A + 2 * PAGE);
            for (int i = 0; i < 4; i++) {
                assertThat(Residency.of(t.view, page + i)).isEqualTo(i < 3 ? Residency.RESIDENT : Residency.ABSENT);
            }
            assertThat(t.space.ownBytes()).isEqualTo(2 * PAGE);
            t.discard(A, 4 * PAGE);
            assertThat(Residency.of(t.view, page)).isEqualTo(Residency.ABSENT);
            t.fixedShared(B, 2 * PAGE, READ_WRITE);
            t.store(B, 1);
            t.discard(B, 2 * PAGE);
            assertThat(Residency.of(t.view, B >>> 12)).as("still in its object").isEqualTo(Residency.RESIDENT);
            assertThat(Residency.of(t.view, (B >>> 12) + 1)).isEqualTo(Residency.ABSENT);
            assertThat(Populate.asMapped(t.view, page + 3, 2)).isEqualTo(Refusal.NO_MEMORY);
        }
    }
}

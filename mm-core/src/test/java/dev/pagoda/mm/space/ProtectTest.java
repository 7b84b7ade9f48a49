package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.EXEC;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtectTest {
    @Test
    void toNothingAndBackKeepsTheContent() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.fill(A, PAGE, 42);
            assertThat(t.protect(A, PAGE, NONE)).isZero();
            t.refusesLoad(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            assertThat(t.protect(A, PAGE, READ_WRITE)).isZero();
            assertThat(t.same(A, PAGE, 42)).isTrue();
        }
    }

    @Test
    void aHoleStopsTheChange() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.fixed(A + 2 * PAGE, PAGE, READ_WRITE);
            assertThat(t.protect(A, 3 * PAGE, READ)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.permissions(A)).isEqualTo("r--p");
            assertThat(t.space.permissions(A + 2 * PAGE)).isEqualTo("rw-p");
            assertThat(t.protect(A + GIB, PAGE, READ)).isEqualTo(Refusal.NO_MEMORY);
        }
    }

    @Test
    void aRefusalHalfWayKeepsTheFirstHalf() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ);
            SharedMemory object = new SharedMemory(t.core, 1);
            Map.Source source = new Map.Source(object, object, true, 0, READ | EXEC, 0);
            assertThat(Map.object(t.view, Map.Where.FIXED, (A >>> 12) + 1, 1, READ, false, source))
                    .isPositive();
            assertThat(t.protect(A, 2 * PAGE, READ_WRITE)).isEqualTo(Refusal.DENIED);
            assertThat(t.space.permissions(A)).isEqualTo("rw-p");
            assertThat(t.space.permissions(A + PAGE)).isEqualTo("r--s");
            assertThat(t.protect(A + PAGE, PAGE, READ | EXEC)).isZero();
            object.letGo();
        }
    }

    @Test
    void noChangeMergesAgain() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            assertThat(t.protect(A, PAGE, READ_WRITE)).isZero();
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(1);
            assertThat(t.protect(A + PAGE, PAGE, READ)).isZero();
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(3);
            assertThat(t.protect(A + PAGE, PAGE, READ_WRITE)).isZero();
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(1);
        }
    }

    @Test
    void dataBytesFollowTheRightToWrite() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * TIB, NONE);
            assertThat(t.space.dataBytes()).isZero();
            assertThat(t.protect(A + TIB - 3 * MIB, 7 * GIB + PAGE, READ_WRITE)).isZero();
            assertThat(t.space.dataBytes()).isEqualTo(7 * GIB + PAGE);
            assertThat(t.maps(A, 2 * TIB)).isEqualTo(3);
            t.store(A + TIB, 1);
            assertThat(t.protect(A, 2 * TIB, READ)).isZero();
            assertThat(t.space.dataBytes()).isZero();
            assertThat(t.maps(A, 2 * TIB)).isEqualTo(1);
            assertThat(t.load(A + TIB)).isEqualTo(1);
            t.refusesStore(A + TIB, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
        }
    }

    @Test
    void aReadOnlySharedPageThatWasDirtyRefusesStores() {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, 2 * PAGE, READ_WRITE);
            t.store(A, 1);
            assertThat(t.protect(A, PAGE, READ)).isZero();
            t.refusesStore(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            assertThat(t.protect(A, PAGE, READ_WRITE)).isZero();
            t.store(A, 2);
            assertThat(t.load(A)).isEqualTo(2);
        }
    }
}

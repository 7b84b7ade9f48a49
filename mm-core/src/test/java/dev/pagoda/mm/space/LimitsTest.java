package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Limits of one thread: what counts, what is refused, and that a refusal leaves everything as it was. */
class LimitsTest {
    private static final long NO_MEMORY = Refusal.NO_MEMORY;

    @Test
    void everyMapCountsAgainstTheSizeOfTheSpace() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.space.limits().limitMapped(6 * PAGE + 100);
            assertThat(t.map(Map.Where.ANYWHERE, 0, 5 * PAGE, NONE)).isEqualTo(NO_MEMORY);
            assertThat(t.map(Map.Where.FIXED, B, 5 * PAGE, NONE)).isEqualTo(NO_MEMORY);
            assertThat(t.map(Map.Where.HINT, B, 5 * PAGE, NONE)).isEqualTo(NO_MEMORY);
            t.audit();
            assertThat(t.map(Map.Where.FIXED_UNLESS_MAPPED, B, 4 * PAGE, NONE)).isEqualTo(B);
            assertThat(t.map(Map.Where.ANYWHERE, 0, PAGE, NONE)).isEqualTo(NO_MEMORY);
            assertThat(t.unmap(B, PAGE)).isZero();
            assertThat(t.map(Map.Where.FIXED_UNLESS_MAPPED, B + PAGE, PAGE, NONE))
                    .isEqualTo(Refusal.EXISTS);
            t.audit();
            assertThat(t.map(Map.Where.ANYWHERE, 0, PAGE, NONE)).isPositive();
            t.space.limits().limitMapped(Limits.UNLIMITED);
            assertThat(t.map(Map.Where.FIXED, B, TIB, NONE)).isEqualTo(B);
        }
    }

    @Test
    void whatAFixedMapReplacesIsNotCountedTwice() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 10 * PAGE, READ_WRITE);
            t.space.limits().limitMapped(12 * PAGE);
            assertThat(t.map(Map.Where.FIXED, A + 2 * PAGE, 10 * PAGE, READ)).isEqualTo(A + 2 * PAGE);
            assertThat(t.map(Map.Where.FIXED, A + 3 * PAGE, 10 * PAGE, READ)).isEqualTo(NO_MEMORY);
            t.audit();
            assertThat(t.perms(A + 3 * PAGE)).isEqualTo("r--p");
            t.space.limits().limitMapped(PAGE);
            assertThat(t.map(Map.Where.FIXED, A, PAGE, READ))
                    .as("above the limit already")
                    .isEqualTo(NO_MEMORY);
        }
    }

    @Test
    void onlyPrivateWritableMemoryIsData() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(B, PAGE, READ_WRITE);
            t.space.limits().limitData(5 * PAGE);
            assertThat(t.map(Map.Where.FIXED, A, 8 * PAGE, READ_WRITE)).isEqualTo(NO_MEMORY);
            t.fixed(A, 8 * PAGE, READ);
            t.fixedShared(B + TIB, 8 * PAGE, READ_WRITE);
            assertThat(t.protect(A, 8 * PAGE, READ_WRITE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.dataBytes()).isEqualTo(PAGE);
            assertThat(t.protect(A, 2 * PAGE, READ_WRITE)).isZero();
            assertThat(t.protect(A, 2 * PAGE, READ_WRITE)).isZero();
            assertThat(t.protect(A + PAGE, 4 * PAGE, READ_WRITE))
                    .as("the map that is no data yet would be too much, the one before it keeps what it is")
                    .isEqualTo(Refusal.NO_MEMORY);
            t.audit();
            assertThat(t.protect(A + PAGE, 3 * PAGE, READ_WRITE)).isZero();
            assertThat(t.space.dataBytes()).isEqualTo(5 * PAGE);
            assertThat(t.remap(A, 4 * PAGE, 5 * PAGE)).isEqualTo(NO_MEMORY);
            assertThat(t.protect(A, 4 * PAGE, READ)).isZero();
            assertThat(t.space.dataBytes()).isEqualTo(PAGE);
        }
    }

    @Test
    void growingCountsTheDifferenceAndMovingNothing() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 4 * PAGE, READ_WRITE);
            t.store(A, 7);
            t.space.limits().limitMapped(6 * PAGE);
            assertThat(t.remap(A, 4 * PAGE, 7 * PAGE)).isEqualTo(NO_MEMORY);
            t.audit();
            assertThat(t.remapTo(A, 4 * PAGE, 4 * PAGE, B)).isEqualTo(B);
            assertThat(t.remap(B, 4 * PAGE, 6 * PAGE)).isEqualTo(B);
            assertThat(t.remapTo(B, 6 * PAGE, 7 * PAGE, A)).isEqualTo(NO_MEMORY);
            t.audit();
            assertThat(t.remapTo(B, 6 * PAGE, 5 * PAGE, A)).isEqualTo(A);
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.remap(A, 5 * PAGE, 5 * PAGE, true, -PAGE, true)).isEqualTo(NO_MEMORY);
            t.audit();
            assertThat(t.remap(A, PAGE, PAGE, true, -PAGE, true)).isPositive();
            assertThat(t.space.mappedBytes()).isEqualTo(6 * PAGE);
        }
    }

    @Test
    void lockedPagesCountOnce() {
        try (TestSpace t = new TestSpace()) {
            long page = A >>> 12;
            t.fixed(A, 8 * PAGE, READ_WRITE);
            t.space.limits().limitLocked(3 * PAGE);
            assertThat(Mlock.lock(t.view, page, 4, false)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.lockedBytes()).isZero();
            assertThat(Mlock.lock(t.view, page, 2, false)).isZero();
            assertThat(Mlock.lock(t.view, page, 2, true)).isZero();
            assertThat(t.maps(A, 8 * PAGE)).isEqualTo(2);
            assertThat(Mlock.lock(t.view, page + 1, 2, false)).isZero();
            assertThat(t.maps(A, 8 * PAGE))
                    .as("locked on fault, locked, not locked")
                    .isEqualTo(3);
            assertThat(Mlock.lock(t.view, page + 2, 2, false)).isEqualTo(Refusal.NO_MEMORY);
            t.audit();
            assertThat(t.remap(A + 2 * PAGE, PAGE, 2 * PAGE))
                    .as("the next page is taken, and the limit comes first")
                    .isEqualTo(Refusal.AGAIN);
            assertThat(Map.anonymous(t.view, Map.Where.FIXED, page, 1, READ_WRITE, 0, true))
                    .as("what is replaced makes no room for locks")
                    .isEqualTo(Refusal.AGAIN);
            assertThat(Mlock.unlock(t.view, page, 8)).isZero();
            assertThat(t.space.lockedBytes()).isZero();
            assertThat(t.maps(A, 8 * PAGE)).isEqualTo(1);
        }
    }

    @Test
    void holesCountWhereARangeIsLocked() {
        try (TestSpace t = new TestSpace()) {
            long page = A >>> 12;
            t.fixed(A, PAGE, READ_WRITE);
            t.space.limits().limitLocked(2 * PAGE);
            assertThat(Mlock.lock(t.view, page, 3, false)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.lockedBytes()).isZero();
            assertThat(Mlock.lock(t.view, page, 2, false)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.lockedBytes()).isEqualTo(PAGE);
            t.audit();
            t.fixed(B, 2 * PAGE, READ_WRITE);
            assertThat(Mlock.lock(t.view, B >>> 12, 1, false)).isZero();
        }
    }

    @Test
    void limitsSetLateFindWhatWasMappedBefore() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 5 * PAGE, READ_WRITE);
            try (View other = t.space.open("other")) {
                Unmap.range(other, A >>> 12, 1);
            }
            t.space.limits().limitMapped(5 * PAGE);
            t.audit();
            assertThat(t.map(Map.Where.FIXED, B, 2 * PAGE, NONE)).isEqualTo(NO_MEMORY);
            assertThat(t.map(Map.Where.FIXED, B, PAGE, NONE)).isEqualTo(B);
        }
    }

    @Test
    void strictKernelsPromiseAPartOfTheirMemory() {
        Core core = new Core(64 << 20, Commitment.Policy.STRICT, 50);
        AddressSpace space = new AddressSpace(core);
        long most = core.commitment().limitBytes() >>> 12;
        try (View view = space.open("test")) {
            long page = A >>> 12;
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, most, READ_WRITE, 0, false))
                    .isEqualTo(NO_MEMORY);
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, most / 2, READ_WRITE, 0, false))
                    .isEqualTo(page);
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, most / 2 + 64, READ_WRITE, 0, false))
                    .as("what is replaced is not promised twice")
                    .isEqualTo(page);
            assertThat(Map.anonymous(view, Map.Where.ANYWHERE, 0, most, READ, Attributes.NOT_ACCOUNTED_YET, false))
                    .isPositive();
            assertThat(SharedMemory.promised(view, most / 2)).isNull();
            SharedMemory shared = SharedMemory.promised(view, most / 4);
            assertThat(shared).isNotNull();
            assertThat(Audit.run(core).differences()).isZero();
            assertThat(Map.anonymous(view, Map.Where.FIXED, B >>> 12, most / 4, READ_WRITE, 0, false))
                    .isEqualTo(NO_MEMORY);
            shared.letGo();
            assertThat(Map.anonymous(view, Map.Where.FIXED, B >>> 12, most / 4, READ_WRITE, 0, false))
                    .isEqualTo(B >>> 12);
            Audit audit = Audit.run(core);
            assertThat(audit.differences()).as(audit.toString()).isZero();
        }
        space.destroy();
        Audit last = Audit.run(core);
        assertThat(last.differences()).as(last.toString()).isZero();
        core.close();
    }

    @Test
    void whatCanNeverBeThereAtOnceIsNotPromised() {
        Core core = new Core(16 << 20, Commitment.Policy.HEURISTIC, 50);
        AddressSpace space = new AddressSpace(core);
        long all = core.frames().total();
        try (View view = space.open("test")) {
            long page = A >>> 12;
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, all + 1, READ_WRITE, 0, false))
                    .isEqualTo(NO_MEMORY);
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, all + 1, READ_WRITE, Attributes.NORESERVE, false))
                    .isEqualTo(page);
            assertThat(Map.anonymous(view, Map.Where.FIXED, page, 2 * all, NONE, Attributes.NOT_ACCOUNTED_YET, false))
                    .isEqualTo(page);
            assertThat(Protect.range(view, page, 2 * all, READ_WRITE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(Protect.range(view, page, all, READ_WRITE)).isZero();
            assertThat(Protect.range(view, page, 2 * all, READ_WRITE)).isZero();
            assertThat(space.committedBytes() >>> 12).isEqualTo(2 * all);
            assertThat(SharedMemory.promised(view, all + 1)).isNull();
            Audit audit = Audit.run(core);
            assertThat(audit.differences()).as(audit.toString()).isZero();
        }
        space.destroy();
        core.close();
    }
}

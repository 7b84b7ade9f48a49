package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.memory.RawMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a child inherits, and that neither side sees what the other stores afterwards. */
@Timeout(60)
class ForkTest {
    private final TestSpace t = new TestSpace();

    /** A child with a view of its own; closing it is its exit. */
    private static final class Child implements AutoCloseable {
        final AddressSpace space;
        final View view;

        Child(View parent) {
            space = Fork.childOf(parent);
            assertThat(space).as("the child's space").isNotNull();
            view = space.open("child");
        }

        long load(long address) {
            return view.load(address, 1);
        }

        void store(long address, int value) {
            view.store(address, 1, value);
        }

        @Override
        public void close() {
            view.close();
            space.destroy();
        }
    }

    @AfterEach
    void closeAndAudit() {
        t.close();
    }

    @Test
    void privateMemoryIsSharedUntilEitherSideStores() {
        t.fixed(A, 3 * PAGE, READ_WRITE);
        t.store(A, 1);
        t.store(A + PAGE, 1);
        try (Child child = new Child(t.view)) {
            t.audit();
            t.store(A, 5);
            child.store(A + PAGE, 6);
            child.store(A + 2 * PAGE, 7);
            assertThat(child.load(A)).isEqualTo(1);
            assertThat(t.load(A)).isEqualTo(5);
            assertThat(t.load(A + PAGE)).isEqualTo(1);
            assertThat(child.load(A + PAGE)).isEqualTo(6);
            assertThat(t.load(A + 2 * PAGE)).isZero();
            t.audit();
        }
        assertThat(t.load(A + PAGE)).isEqualTo(1);
    }

    @Test
    void everyGenerationHasItsOwn() {
        t.fixed(A, 2 * PAGE, READ_WRITE);
        t.store(A, 1);
        try (Child child = new Child(t.view)) {
            child.store(A, 2);
            child.store(A + PAGE, 3);
            try (Child grandchild = new Child(child.view)) {
                assertThat(grandchild.load(A)).isEqualTo(2);
                grandchild.store(A, 9);
                t.audit();
            }
            assertThat(child.load(A)).isEqualTo(2);
            assertThat(child.load(A + PAGE)).isEqualTo(3);
        }
        assertThat(t.load(A)).isEqualTo(1);
        assertThat(t.load(A + PAGE)).isZero();
    }

    @Test
    void manyChildrenShareOneFrame() {
        t.fixed(A, PAGE, READ_WRITE);
        t.store(A, 1);
        long used = used();
        Child[] children = new Child[5];
        for (int i = 0; i < children.length; i++) {
            children[i] = new Child(i == 0 ? t.view : children[i - 1].view);
        }
        long tables = children[0].space.tables();
        assertThat(used()).isEqualTo(used + children.length * tables);
        t.audit();
        for (int i = children.length - 1; i >= 0; i--) {
            children[i].store(A, 10 + i);
        }
        assertThat(t.load(A)).isEqualTo(1);
        for (int i = 0; i < children.length; i++) {
            assertThat(children[i].load(A)).isEqualTo(10 + i);
            children[i].close();
        }
    }

    private long used() {
        t.core.epochs().reclaimAll(0);
        return t.core.frames().total() - t.core.frames().countFree();
    }

    @Test
    void theLastOwnerTakesThePageOverWithoutACopy() {
        t.fixed(A, PAGE, READ_WRITE);
        t.store(A, 1);
        new Child(t.view).close();
        long used = used();
        t.core.frames().injectRefusals(0, Long.MAX_VALUE);
        t.store(A, 2);
        t.core.frames().injectRefusals(-1, 0);
        assertThat(t.load(A)).isEqualTo(2);
        assertThat(used()).isEqualTo(used);
    }

    @Test
    void theChildTakesOverWhatTheParentGaveUp() {
        t.fixed(A, PAGE, READ_WRITE);
        t.store(A, 1);
        try (Child child = new Child(t.view)) {
            t.unmap(A, PAGE);
            t.core.epochs().reclaimAll(0);
            t.core.frames().injectRefusals(0, Long.MAX_VALUE);
            child.store(A + 1, 2);
            t.core.frames().injectRefusals(-1, 0);
            assertThat(child.load(A)).isEqualTo(1);
        }
    }

    @Test
    void foldedWordsStayFolded() {
        t.fixed(A, TIB, READ_WRITE);
        t.fixed(B + MIB, 8 * MIB, READ);
        try (Child child = new Child(t.view)) {
            assertThat(child.space.mappedBytes()).isEqualTo(TIB + 8 * MIB);
            assertThat(child.space.tables()).isEqualTo(t.space.tables());
            child.store(A + 5 * MIB, 1);
            assertThat(t.load(A + 5 * MIB)).isZero();
            assertThat(child.space.maps()).isEqualTo(t.space.maps());
        }
    }

    @Test
    void tablesThatHoldNothingAreNotCopied() {
        t.fixed(A, PAGE, READ_WRITE);
        t.fixed(A + 64 * MIB, 2 * MIB, READ_WRITE);
        t.store(A + 64 * MIB, 1);
        t.unmap(A + 64 * MIB + PAGE, 2 * MIB - PAGE);
        t.discard(A + 64 * MIB, PAGE);
        Advise.attribute(t.view, A + 64 * MIB >>> 12, 1, 0, Attributes.DONTFORK, true);
        try (Child child = new Child(t.view)) {
            assertThat(child.space.tables()).isLessThan(t.space.tables());
        }
    }

    @Test
    void rangesCanBeLeftOutOrWiped() {
        t.fixed(A, 6 * PAGE, READ_WRITE);
        t.fill(A, 6 * PAGE, 7);
        Advise.attribute(t.view, (A >>> 12) + 1, 2, 0, Attributes.DONTFORK, false);
        Advise.attribute(t.view, (A >>> 12) + 4, 1, 0, Attributes.WIPEONFORK, true);
        try (Child child = new Child(t.view)) {
            assertThat(child.load(A)).isEqualTo(7);
            TestSpace.faults(() -> child.load(A + PAGE), A + PAGE, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            assertThat(child.load(A + 3 * PAGE)).isEqualTo(7);
            assertThat(child.load(A + 4 * PAGE)).isZero();
            assertThat(child.space.mappedBytes()).isEqualTo(4 * PAGE);
            child.store(A + 4 * PAGE, 3);
            t.audit();
            try (Child grandchild = new Child(child.view)) {
                assertThat(grandchild.load(A + 4 * PAGE)).as("wiped again").isZero();
            }
        }
        assertThat(t.same(A, 6 * PAGE, 7)).isTrue();
    }

    @Test
    void locksAreNotInherited() {
        t.fixedLocked(A, 2 * PAGE, READ_WRITE);
        t.fixed(A + 2 * PAGE, PAGE, READ_WRITE);
        t.store(A, 1);
        try (Child child = new Child(t.view)) {
            assertThat(child.space.lockedBytes()).isZero();
            assertThat(child.space.countMaps(A, 3 * PAGE)).isEqualTo(1);
            assertThat(t.space.lockedBytes()).isEqualTo(2 * PAGE);
        }
    }

    @Test
    void sharedMemoryStaysCommon() {
        t.fixedShared(A, 4 * PAGE, READ_WRITE);
        t.store(A, 1);
        try (Child child = new Child(t.view)) {
            assertThat(child.load(A)).isEqualTo(1);
            child.store(A, 2);
            child.store(A + PAGE, 3);
            assertThat(t.load(A)).isEqualTo(2);
            assertThat(t.load(A + PAGE)).isEqualTo(3);
            t.unmap(A, 4 * PAGE);
            assertThat(child.load(A + PAGE)).as("the child keeps it alive").isEqualTo(3);
            t.audit();
        }
    }

    @Test
    void copiesOfAnObjectsPagesAreSharedTheRestFollowsTheObject() {
        SharedMemory object = new SharedMemory(t.core, 8);
        t.fixedObject(A, 4 * PAGE, READ_WRITE, object, false, 0);
        t.fixedObject(B, 4 * PAGE, READ_WRITE, object, true, 0);
        t.fill(B, 4 * PAGE, 1);
        t.store(A, 9);
        assertThat(t.load(A + PAGE)).isEqualTo(1);
        try (Child child = new Child(t.view)) {
            assertThat(child.load(A)).isEqualTo(9);
            assertThat(child.load(A + PAGE)).isEqualTo(1);
            t.store(B + PAGE, 2);
            assertThat(child.load(A + PAGE)).isEqualTo(2);
            child.store(A, 8);
            assertThat(t.load(A)).isEqualTo(9);
            assertThat(Advise.discard(child.view, A >>> 12, 1, false)).isZero();
            assertThat(child.load(A)).isEqualTo(1);
            t.audit();
            assertThat(t.load(A)).isEqualTo(9);
        }
        object.letGo();
    }

    @Test
    void theZeroFrameIsNeitherCountedNorTakenOver() {
        t.fixed(A, 2 * PAGE, READ_WRITE);
        assertThat(t.load(A)).isZero();
        try (Child child = new Child(t.view)) {
            child.store(A, 1);
            t.audit();
            assertThat(t.load(A)).isZero();
            t.store(A, 2);
            assertThat(child.load(A)).isEqualTo(1);
            assertThat(t.load(A + PAGE)).isZero();
        }
    }

    @Test
    void changesAfterwardsAreEachOnesOwn() {
        t.fixed(A, 4 * MIB, READ_WRITE);
        t.fill(A, 4 * MIB, 4);
        try (Child child = new Child(t.view)) {
            Remap.Request move = new Remap.Request(A >>> 12, 3, 3, true, B >>> 12, false);
            assertThat(Remap.run(child.view, move)).isEqualTo(B >>> 12);
            assertThat(child.load(B)).isEqualTo(4);
            child.store(B, 5);
            assertThat(t.load(A)).isEqualTo(4);
            assertThat(Protect.range(child.view, (A >>> 12) + 3, 1, READ)).isZero();
            t.store(A + 3 * PAGE, 6);
            assertThat(child.load(A + 3 * PAGE)).isEqualTo(4);
            assertThat(Unmap.range(child.view, A + 2 * MIB >>> 12, 512)).isZero();
            assertThat(t.same(A + 2 * MIB, 2 * MIB, 4)).isTrue();
            assertThat(t.discard(A + MIB, PAGE)).isZero();
            assertThat(child.load(A + MIB)).isEqualTo(4);
            assertThat(Advise.free(child.view, A + MIB >>> 12, 1)).isZero();
            t.audit();
            child.store(A + MIB + 1, 3);
            assertThat(t.load(A + MIB)).isZero();
            assertThat(Protect.range(child.view, (A >>> 12) + 3, 1, READ_WRITE)).isZero();
            child.store(A + 3 * PAGE, 7);
            assertThat(t.load(A + 3 * PAGE)).isEqualTo(6);
        }
        assertThat(t.same(A, 3 * PAGE, 4)).isTrue();
    }

    /** Whoever pinned the page and the parent go on to see each other's stores. */
    @Test
    void pinnedPagesAreCopiedAtOnce() {
        t.fixed(A, 2 * PAGE, READ_WRITE);
        t.fill(A, 2 * PAGE, 1);
        long[] frame = new long[1];
        t.view.access(A, true, raw -> frame[0] = raw - t.core.frames().base() >>> 12);
        t.core.frames().raise(frame[0], 1);
        t.core.frames().pin(frame[0]);
        try (Child child = new Child(t.view)) {
            assertThat(t.core.frames().count(frame[0])).isEqualTo(2);
            RawMemory.setByte(t.core.frames().address(frame[0]), (byte) 7);
            assertThat(child.load(A)).isEqualTo(1);
            assertThat(t.load(A)).isEqualTo(7);
            t.store(A, 8);
            assertThat(RawMemory.getByte(t.core.frames().address(frame[0]))).isEqualTo((byte) 8);
            child.store(A, 9);
            assertThat(t.load(A)).isEqualTo(8);
            assertThat(child.load(A + PAGE)).isEqualTo(1);
        }
        t.core.frames().unpin(frame[0]);
        t.core.frames().drop(frame[0]);
    }

    @Test
    void aStoreAcrossTwoSharedPagesCopiesBoth() {
        t.fixed(A, 2 * PAGE, READ_WRITE);
        t.fill(A, 2 * PAGE, 1);
        try (Child child = new Child(t.view)) {
            child.view.store(A + PAGE - 4, 8, -1);
            assertThat(t.same(A, 2 * PAGE, 1)).isTrue();
            assertThat(child.view.load(A + PAGE - 4, 8)).isEqualTo(-1);
            assertThat(child.view.compareAndSet(A, 8, 0x0101010101010101L, 5)).isEqualTo(0x0101010101010101L);
            assertThat(t.load(A)).isEqualTo(1);
        }
    }

    @Test
    void freedAddressesOfTheParentAreUsedByTheChildToo() {
        long page = Map.anonymous(t.view, Map.Where.ANYWHERE, 0, 4, READ_WRITE, 0, false);
        try (Child child = new Child(t.view)) {
            Unmap.range(child.view, page, 4);
            assertThat(Map.anonymous(child.view, Map.Where.ANYWHERE, 0, 4, READ_WRITE, 0, false))
                    .isGreaterThanOrEqualTo(page - 512);
        }
    }

    /** The n-th frame is refused, for every n: nothing is left of the child, and the parent goes on. */
    @Test
    void refusedWholeWhicheverFrameIsRefused() {
        t.fixed(A, 6 * MIB, READ_WRITE);
        t.fill(A + PAGE, 3 * MIB, 3);
        t.fixedShared(B, 4 * MIB, READ_WRITE);
        t.store(B + 3 * MIB, 1);
        int after = 0;
        boolean refused = true;
        while (refused) {
            long used = used();
            t.core.frames().injectRefusals(after, 1000);
            AddressSpace child = Fork.childOf(t.view);
            refused = t.core.frames().countRefusals() > 0;
            t.core.frames().injectRefusals(-1, 0);
            assertThat(child == null).isEqualTo(refused);
            t.audit();
            if (refused) {
                assertThat(used()).isEqualTo(used);
                t.store(A + PAGE + after * PAGE, 3);
                assertThat(t.same(A + PAGE, 3 * MIB, 3)).isTrue();
            } else {
                child.destroy();
            }
            after++;
        }
        assertThat(after).isGreaterThan(6);
    }

    @Test
    void aDestroyedSpaceIsNamed() {
        Child child = new Child(t.view);
        AddressSpace space = child.space;
        child.close();
        assertThatThrownBy(() -> space.open("late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("destroyed");
        assertThatThrownBy(space::destroy).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> space.countMaps(A, PAGE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(space::maps).isInstanceOf(IllegalStateException.class);
    }
}

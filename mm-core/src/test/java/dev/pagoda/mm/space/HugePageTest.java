package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Huge pages: populated by one CAS, split at every kind of edge, moved whole or in parts, given back whole. Each test ends with the audit of {@link TestSpace}. */
@Timeout(120)
class HugePageTest {
    private static final long HUGE = 2 * MIB;
    private static final long LOCATED = 3 * PAGE + 40;

    /** What splits a page, and what it does to its fourth small page. */
    private enum Edge {
        UNMAP {
            @Override
            void at(TestSpace t, long address) {
                assertThat(t.unmap(address, PAGE)).isZero();
                t.notMapped(address);
            }
        },
        PROTECT {
            @Override
            void at(TestSpace t, long address) {
                assertThat(t.protect(address, PAGE, READ)).isZero();
                assertThat(t.same(address, PAGE, 7)).isTrue();
                t.refusesStore(address, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            }
        },
        DISCARD {
            @Override
            void at(TestSpace t, long address) {
                assertThat(t.discard(address, PAGE)).isZero();
                assertThat(t.same(address, PAGE, 0)).isTrue();
            }
        },
        FREE {
            @Override
            void at(TestSpace t, long address) {
                assertThat(Advise.free(t.view, address >>> 12, 1)).isZero();
                assertThat(t.same(address, PAGE, 7) || t.same(address, PAGE, 0)).isTrue();
            }
        },
        LOCK {
            @Override
            void at(TestSpace t, long address) {
                assertThat(Advise.lock(t.view, address >>> 12, 1, true)).isZero();
                assertThat(t.space.lockedBytes()).isEqualTo(PAGE);
                assertThat(t.same(address, PAGE, 7)).isTrue();
            }
        },
        ADVISE {
            @Override
            void at(TestSpace t, long address) {
                assertThat(Advise.attribute(t.view, address >>> 12, 1, 0, Attributes.DONTFORK, false))
                        .isZero();
                assertThat(t.same(address, PAGE, 7)).isTrue();
            }
        },
        REPLACE {
            @Override
            void at(TestSpace t, long address) {
                t.fixed(address, PAGE, READ_WRITE);
                assertThat(t.same(address, PAGE, 0)).isTrue();
            }
        },
        MOVE {
            @Override
            void at(TestSpace t, long address) {
                assertThat(t.remapTo(address, PAGE, PAGE, B)).isEqualTo(B);
                assertThat(t.same(B, PAGE, 7)).isTrue();
                t.notMapped(address);
            }
        };

        abstract void at(TestSpace t, long address);
    }

    /** Maps memory that is advised to take huge pages. */
    private static void advised(TestSpace t, long address, long bytes) {
        assertThat(Map.anonymous(
                        t.view, Map.Where.FIXED, address >>> 12, bytes >>> 12, READ_WRITE, Attributes.HUGEPAGE, false))
                .isEqualTo(address >>> 12);
    }

    @Test
    void theFirstStoreMapsTwoMebibytesAtOnce() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, 2 * HUGE);
            long tables = t.space.tables();
            t.store(A + HUGE + LOCATED, 5);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(t.space.ownBytes()).isEqualTo(HUGE);
            assertThat(t.space.tables()).isEqualTo(tables);
            assertThat(t.space.faults()).isOne();
            assertThat(t.load(A + HUGE + LOCATED)).isEqualTo(5);
            assertThat(t.same(A + HUGE, 3 * PAGE, 0)).isTrue();
            assertThat(t.same(A + HUGE + 4 * PAGE, HUGE - 4 * PAGE, 0)).isTrue();
            assertThat(t.space.faults()).isOne();
            assertThat(Residency.of(t.view, (A + 2 * HUGE >>> 12) - 1)).isEqualTo(Residency.RESIDENT);
            assertThat(Residency.of(t.view, A >>> 12)).isEqualTo(Residency.ABSENT);
            assertThat(t.maps(A, 2 * HUGE)).isOne();
        }
    }

    @Test
    void everyByteOfAHugePageIsReachedAndNoOther() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, 2 * HUGE);
            for (long at = 0; at < 2 * HUGE; at += 8) {
                t.view.store(A + at, 8, at ^ 0x5555);
            }
            assertThat(t.space.hugeBytes()).isEqualTo(2 * HUGE);
            for (long at = 0; at < 2 * HUGE; at += 8) {
                assertThat(t.view.load(A + at, 8)).isEqualTo(at ^ 0x5555);
            }
            // Between two small pages of one huge page, and between two huge pages.
            for (long border : new long[] {5 * PAGE, HUGE}) {
                t.view.store(A + border - 3, 8, 0x1122334455667788L);
                assertThat(t.view.load(A + border - 3, 8)).isEqualTo(0x1122334455667788L);
                assertThat(t.view.load(A + border, 1)).isEqualTo(0x55);
            }
            assertThat(t.view.compareAndSet(A + 7 * PAGE, 8, 7 * PAGE ^ 0x5555, 9))
                    .isEqualTo(7 * PAGE ^ 0x5555);
            assertThat(t.view.load(A + 7 * PAGE, 8)).isEqualTo(9);
        }
    }

    @Test
    void aViewGoesBackAndForthBetweenHugeAndSmallPages() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.fixed(B, HUGE, READ_WRITE);
            for (int i = 0; i < 512; i++) {
                t.store(A + i * PAGE, i);
                t.store(B + i * PAGE, ~i);
            }
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            for (int i = 0; i < 512; i++) {
                assertThat(t.load(A + i * PAGE)).isEqualTo(i & 0xff);
                assertThat(t.load(B + i * PAGE)).isEqualTo(~i & 0xff);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Edge.class)
    void anEdgeInsideAHugePageSplitsItAndLosesNothing(Edge edge) {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.fill(A, HUGE, 7);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            edge.at(t, A + 3 * PAGE);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.same(A, 3 * PAGE, 7)).isTrue();
            assertThat(t.same(A + 4 * PAGE, HUGE - 4 * PAGE, 7)).isTrue();
            t.fill(A + 4 * PAGE, HUGE - 4 * PAGE, 8);
            assertThat(t.same(A + 4 * PAGE, HUGE - 4 * PAGE, 8)).isTrue();
            t.audit();
        }
    }

    @ParameterizedTest
    @EnumSource(Edge.class)
    void aSplitNeedsNoMemory(Edge edge) {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.fill(A, HUGE, 7);
            if (edge == Edge.MOVE) {
                // The target's own tables are not the split's business.
                t.fixed(B + PAGE, PAGE, READ_WRITE);
            }
            t.core.frames().injectRefusals(0, 1000);
            if (edge == Edge.REPLACE || edge == Edge.DISCARD || edge == Edge.UNMAP || edge == Edge.MOVE) {
                assertThat(t.unmap(A + 3 * PAGE, PAGE)).isZero();
            } else {
                edge.at(t, A + 3 * PAGE);
            }
            assertThat(t.core.frames().countRefusals()).isZero();
            t.core.frames().injectRefusals(-1, 0);
            assertThat(t.same(A + 4 * PAGE, HUGE - 4 * PAGE, 7)).isTrue();
        }
    }

    @Test
    void aBlockIsGivenBackWholeWhenItsLastPartIsDropped() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.store(A, 1);
            long block = SpaceWord.frame(Remap.wordAt(t.view, A >>> 12));
            long free = free(t);
            assertThat(t.core.frames().count(block)).isOne();
            for (int i = 0; i < 511; i++) {
                assertThat(t.unmap(A + i * PAGE, PAGE)).isZero();
                t.core.epochs().reclaimAll(0);
                assertThat(t.core.frames().count(block)).isEqualTo(511 - i);
                assertThat(t.core.frames().count(block + 511)).isEqualTo(511 - i);
            }
            assertThat(free(t)).isEqualTo(free);
            assertThat(t.unmap(A + 511 * PAGE, PAGE)).isZero();
            t.core.epochs().reclaimAll(0);
            assertThat(free(t)).isGreaterThanOrEqualTo(free + 512);
        }
    }

    private static long free(TestSpace t) {
        return t.core.frames().countFree();
    }

    @Test
    void aHugePageGoesAsAWhole() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, 2 * HUGE);
            t.store(A, 1);
            t.store(A + HUGE, 1);
            long tables = t.space.tables();
            assertThat(t.discard(A, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(t.load(A)).isZero();
            assertThat(t.unmap(A + HUGE, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.space.tables()).isLessThanOrEqualTo(tables + 1);
            t.notMapped(A + HUGE);
            assertThat(t.unmap(A, GIB)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, 2 << 20, (2 << 20) + 8 * 4096})
    void movesWholeOrInParts(long shift) {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            advised(t, A, 3 * HUGE);
            for (long page = 0; page < 3 * HUGE; page += PAGE) {
                t.view.store(A + page, 8, page + 1);
            }
            long target = B + shift;
            assertThat(t.remapTo(A, 3 * HUGE, 3 * HUGE, target)).isEqualTo(target);
            assertThat(t.space.hugeBytes()).isEqualTo(shift % HUGE == 0 ? 3 * HUGE : 0);
            for (long page = 0; page < 3 * HUGE; page += PAGE) {
                assertThat(t.view.load(target + page, 8)).isEqualTo(page + 1);
            }
            t.notMapped(A);
            t.audit();
            assertThat(t.remapTo(target, 3 * HUGE, 3 * HUGE, A)).isEqualTo(A);
            for (long page = 0; page < 3 * HUGE; page += PAGE) {
                assertThat(t.view.load(A + page, 8)).isEqualTo(page + 1);
            }
        }
    }

    @Test
    void aPartOfAHugePageMovesAlone() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, 2 * HUGE);
            t.fill(A, 2 * HUGE, 3);
            assertThat(t.remapTo(A + HUGE / 2, HUGE, HUGE, B + HUGE / 2)).isEqualTo(B + HUGE / 2);
            assertThat(t.same(B + HUGE / 2, HUGE, 3)).isTrue();
            assertThat(t.same(A, HUGE / 2, 3)).isTrue();
            t.notMapped(A + HUGE);
            assertThat(t.space.ownBytes()).isEqualTo(2 * HUGE);
        }
    }

    @Test
    void nothingIsHugeWhereNobodyAskedForIt() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            t.store(A, 1);
            assertThat(t.space.hugeBytes()).isZero();
            t.core.setHugePages(HugePages.NEVER);
            advised(t, B, HUGE);
            t.store(B, 1);
            assertThat(t.space.hugeBytes()).isZero();
            t.core.setHugePages(HugePages.ALWAYS);
            t.fixed(A + GIB, 2 * HUGE, READ_WRITE);
            assertThat(Advise.attribute(
                            t.view, A + GIB >>> 12, 512, Attributes.HUGE_MASK, Attributes.NOHUGEPAGE, false))
                    .isZero();
            t.store(A + GIB, 1);
            assertThat(t.space.hugeBytes()).isZero();
            t.store(A + GIB + HUGE, 1);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
        }
    }

    @Test
    void aLoadAndAPopulatedTableStaySmall() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            assertThat(t.load(A)).isZero();
            t.store(A, 1);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.space.ownBytes()).isEqualTo(PAGE);
        }
    }

    @Test
    void withoutABlockTheFaultIsServedByASmallPage() {
        try (TestSpace t = new TestSpace(8 * MIB)) {
            advised(t, A, HUGE);
            long[] blocks = new long[4];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = t.core.frames().allocate(0, FrameAllocator.HUGE_ORDER, FrameKind.ANONYMOUS);
            }
            t.store(A, 1);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.space.ownBytes()).isEqualTo(PAGE);
            for (long block : blocks) {
                if (block >= 0) {
                    t.core.frames().drop(block);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aRefusalAtAnyFrameLeavesAPageBehind(int after) {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.core.frames().injectRefusals(after, 1);
            t.store(A + LOCATED, 9);
            t.core.frames().injectRefusals(-1, 0);
            assertThat(t.load(A + LOCATED)).isEqualTo(9);
            assertThat(t.space.hugeBytes()).isEqualTo(after < 2 ? 0 : HUGE);
        }
    }

    @Test
    void aGibibyteIsOneWordAndSplitsTwice() {
        try (TestSpace t = new TestSpace(1280 * MIB)) {
            Frames frames = t.core.frames();
            assertThat(Map.anonymous(
                            t.view, Map.Where.FIXED, A >>> 12, GIB >>> 12, READ_WRITE, Attributes.hugetlb(2), false))
                    .isEqualTo(A >>> 12);
            t.store(A + 700 * MIB + LOCATED, 6);
            assertThat(t.space.hugeBytes()).isEqualTo(GIB);
            assertThat(t.load(A + 700 * MIB + LOCATED)).isEqualTo(6);
            long block = SpaceWord.frame(Remap.wordAt(t.view, A >>> 12));
            assertThat(frames.order(block)).isEqualTo(18);
            assertThat(t.protect(A + 700 * MIB, PAGE, READ)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(GIB - HUGE);
            assertThat(frames.count(block)).isEqualTo(511 + 512);
            assertThat(frames.headOf(block + 700 * 256 + 3)).isEqualTo(block);
            assertThat(t.load(A + 700 * MIB + LOCATED)).isEqualTo(6);
            t.store(A + GIB - 1, 2);
            t.audit();
            // To a place where neither the whole nor its parts of 2 MiB fit.
            assertThat(t.remapTo(A, GIB, GIB, B + 5 * PAGE)).isEqualTo(B + 5 * PAGE);
            assertThat(t.load(B + 5 * PAGE + 700 * MIB + LOCATED)).isEqualTo(6);
            assertThat(t.load(B + 5 * PAGE + GIB - 1)).isEqualTo(2);
            assertThat(frames.count(block)).isEqualTo(512 * 512);
        }
    }

    @Test
    void aGibibyteThatWasNotSplitMovesInPartsToo() {
        try (TestSpace t = new TestSpace(1280 * MIB)) {
            assertThat(Map.anonymous(
                            t.view, Map.Where.FIXED, A >>> 12, GIB >>> 12, READ_WRITE, Attributes.hugetlb(2), false))
                    .isEqualTo(A >>> 12);
            t.store(A + 700 * MIB, 6);
            assertThat(t.remapTo(A, GIB, GIB, B)).isEqualTo(B);
            assertThat(t.space.hugeBytes()).isEqualTo(GIB);
            assertThat(t.remapTo(B, GIB, GIB, A + HUGE)).isEqualTo(A + HUGE);
            assertThat(t.space.hugeBytes()).isEqualTo(GIB);
            assertThat(t.load(A + HUGE + 700 * MIB)).isEqualTo(6);
            assertThat(t.remapTo(A + HUGE, GIB, GIB, B + PAGE)).isEqualTo(B + PAGE);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.load(B + PAGE + 700 * MIB)).isEqualTo(6);
        }
    }

    @Test
    void aChildSharesAHugePageUntilEitherStores() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            advised(t, A, 2 * HUGE);
            t.fill(A, 2 * HUGE, 4);
            long block = SpaceWord.frame(Remap.wordAt(t.view, A >>> 12));
            AddressSpace child = Fork.childOf(t.view);
            assertThat(child.hugeBytes()).isEqualTo(2 * HUGE);
            assertThat(t.core.frames().count(block)).isEqualTo(2);
            View inChild = child.open("child");
            inChild.store(A + 5 * PAGE, 1, 9);
            assertThat(child.hugeBytes()).isEqualTo(HUGE);
            assertThat(child.ownBytes()).isEqualTo(2 * HUGE);
            assertThat(t.same(A, 2 * HUGE, 4)).isTrue();
            assertThat(inChild.load(A + 5 * PAGE, 1)).isEqualTo(9);
            assertThat(inChild.load(A + 6 * PAGE, 1)).isEqualTo(4);
            t.store(A + 7 * PAGE, 5);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(inChild.load(A + 7 * PAGE, 1)).isEqualTo(4);
            t.audit();
            inChild.close();
            child.destroy();
            // The second page is the parent's alone now, and whole.
            t.core.epochs().reclaimAll(0);
            t.store(A + HUGE, 6);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(t.space.ownBytes()).isEqualTo(2 * HUGE);
            assertThat(t.same(A + HUGE + 1, HUGE - 1, 4)).isTrue();
        }
    }

    @Test
    void aChildOfAPartlyUnmappedHugePageSharesItsParts() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            advised(t, A, HUGE);
            t.fill(A, HUGE, 4);
            assertThat(t.unmap(A + PAGE, PAGE)).isZero();
            AddressSpace child = Fork.childOf(t.view);
            try (View inChild = child.open("child")) {
                inChild.store(A, 1, 9);
                t.store(A + 2 * PAGE, 8);
                assertThat(inChild.load(A + 2 * PAGE, 1)).isEqualTo(4);
                assertThat(t.load(A)).isEqualTo(4);
                t.audit();
            }
            child.destroy();
            t.store(A, 7);
            assertThat(t.load(A)).isEqualTo(7);
        }
    }

    @Test
    void partsNameTheirFramesInOrder() {
        try (TestSpace t = new TestSpace()) {
            advised(t, A, HUGE);
            t.store(A, 1);
            long block = SpaceWord.frame(Remap.wordAt(t.view, A >>> 12));
            assertThat(t.protect(A, PAGE, READ)).isZero();
            for (int i = 0; i < Tables.SLOTS; i++) {
                assertThat(SpaceWord.frame(Remap.wordAt(t.view, (A >>> 12) + i)))
                        .isEqualTo(block + i);
                assertThat(t.core.frames().headOf(block + i)).isEqualTo(block);
            }
        }
    }
}

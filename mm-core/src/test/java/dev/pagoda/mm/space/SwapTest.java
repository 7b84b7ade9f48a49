package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.swap.SwapArea;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages that leave memory for swap, come back, and go elsewhere meanwhile. */
@Timeout(60)
class SwapTest {
    private static final int SLOTS = 4096;

    private final HeldSwap store = new HeldSwap(SLOTS);
    private final TestSpace t = TestSpace.withSwap(32 * MIB, store);
    private final SwapArea swap = t.core.swap();

    @AfterEach
    void balanced() {
        t.close();
    }

    private void fillPages(long address, int pages) {
        t.fixed(address, pages * PAGE, READ_WRITE);
        for (int i = 0; i < pages; i++) {
            t.fill(address + i * PAGE, PAGE, i + 1);
        }
    }

    private int pageOut(long address, int pages) {
        return PageOut.range(t.view, address >>> 12, pages, true);
    }

    private void holdsPages(View view, long address, int pages) {
        for (int i = 0; i < pages; i++) {
            assertThat(view.load(address + i * PAGE, 1)).as("page " + i).isEqualTo(i + 1 & 0xff);
            assertThat(view.load(address + i * PAGE + PAGE - 1, 1)).isEqualTo(i + 1 & 0xff);
        }
    }

    private long swappedPages() {
        return t.space.swappedBytes() / PAGE;
    }

    private long usedSlots() {
        return (swap.totalBytes() - swap.freeBytes()) / PAGE;
    }

    @Test
    void pagesGoOutAndComeBack() {
        fillPages(A, 100);
        long free = t.core.frames().countFree();
        assertThat(pageOut(A, 100)).isZero();
        assertThat(swappedPages()).isEqualTo(100);
        assertThat(t.space.ownBytes()).isZero();
        assertThat(swap.pagesOut()).isEqualTo(100);
        t.core.epochs().reclaimAll(0);
        assertThat(t.core.frames().countFree()).isEqualTo(free + 100);
        assertThat(Residency.of(t.view, A >>> 12)).isEqualTo(Residency.ABSENT);
        t.audit();
        holdsPages(t.view, A, 100);
        assertThat(swappedPages()).isZero();
        assertThat(usedSlots()).isZero();
        assertThat(swap.pagesIn()).isEqualTo(100);
        assertThat(Residency.of(t.view, A >>> 12)).isEqualTo(Residency.RESIDENT);
    }

    @Test
    void aStoreFindsThePageAndChangesIt() {
        fillPages(A, 1);
        pageOut(A, 1);
        t.store(A + 1, 99);
        assertThat(t.load(A)).isEqualTo(1);
        assertThat(t.load(A + 1)).isEqualTo(99);
    }

    @Test
    void neighboursThatWentTogetherComeTogether() {
        fillPages(A, 64);
        pageOut(A, 64);
        assertThat(store.writes).isEqualTo(1);
        assertThat(t.load(A + 19 * PAGE)).isEqualTo(20);
        assertThat(store.reads).isEqualTo(1);
        assertThat(swappedPages()).isEqualTo(56);
        holdsPages(t.view, A, 64);
        assertThat(store.reads).isEqualTo(8);
    }

    @Test
    void aForkSharesSlotsAndEachSideKeepsItsOwnContent() {
        fillPages(A, 10);
        pageOut(A, 10);
        AddressSpace child = Fork.childOf(t.view);
        assertThat(child.swappedBytes()).isEqualTo(10 * PAGE);
        assertThat(usedSlots()).isEqualTo(10);
        t.audit();
        t.store(A + PAGE, 77);
        try (View view = child.open("child")) {
            holdsPages(view, A, 10);
            view.store(A, 1, 55);
        }
        assertThat(t.load(A)).isEqualTo(1);
        assertThat(t.load(A + PAGE)).isEqualTo(77);
        t.audit();
        child.destroy();
        assertThat(usedSlots()).isEqualTo(swappedPages()).isEqualTo(2);
    }

    @Test
    void pagesSharedByForkGoOutForEachSide() {
        fillPages(A, 10);
        AddressSpace child = Fork.childOf(t.view);
        pageOut(A, 10);
        assertThat(swappedPages()).as("another process has them in memory").isZero();
        child.destroy();
        pageOut(A, 10);
        assertThat(swappedPages()).isEqualTo(10);
        holdsPages(t.view, A, 10);
    }

    @Test
    void whatIsUnmappedOrGivenUpGivesItsSlotsBack() {
        fillPages(A, 40);
        pageOut(A, 40);
        t.unmap(A, 10 * PAGE);
        assertThat(usedSlots()).isEqualTo(30);
        t.discard(A + 10 * PAGE, 10 * PAGE);
        assertThat(usedSlots()).isEqualTo(20);
        assertThat(t.load(A + 10 * PAGE)).isZero();
        assertThat(Advise.free(t.view, (A >>> 12) + 20, 10)).isZero();
        assertThat(usedSlots()).isEqualTo(10);
        assertThat(t.load(A + 20 * PAGE)).isZero();
        t.audit();
        t.fixed(A + 30 * PAGE, 5 * PAGE, READ);
        assertThat(usedSlots()).isEqualTo(5);
        assertThat(t.load(A + 30 * PAGE)).isZero();
        // Exit gives the rest back: the audit at the end.
    }

    @Test
    void aWholeTableGivesItsSlotsBack() {
        fillPages(A, 512);
        pageOut(A, 512);
        assertThat(usedSlots()).isEqualTo(512);
        t.unmap(A - MIB, 8 * MIB);
        t.core.epochs().reclaimAll(0);
        assertThat(usedSlots()).isZero();
    }

    @Test
    void protectionChangesWithoutThePage() {
        fillPages(A, 8);
        pageOut(A, 8);
        assertThat(t.protect(A, 8 * PAGE, NONE)).isZero();
        assertThat(swappedPages()).isEqualTo(8);
        t.refusesLoad(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
        assertThat(t.protect(A, 8 * PAGE, READ)).isZero();
        holdsPages(t.view, A, 8);
        t.refusesStore(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
    }

    @Test
    void pagesMoveWithoutComingBack() {
        fillPages(A, 600);
        pageOut(A, 600);
        assertThat(t.remapTo(A, 600 * PAGE, 600 * PAGE, B)).isEqualTo(B);
        assertThat(swappedPages()).isEqualTo(600);
        t.audit();
        assertThat(t.remapTo(B, 600 * PAGE, 600 * PAGE, A + 3 * PAGE)).isEqualTo(A + 3 * PAGE);
        assertThat(swappedPages()).isEqualTo(600);
        t.audit();
        holdsPages(t.view, A + 3 * PAGE, 600);
    }

    @Test
    void lockedPagesStayAndLockingBringsPagesBack() {
        fillPages(A, 4);
        assertThat(Mlock.lock(t.view, A >>> 12, 4, false)).isZero();
        assertThat(pageOut(A, 4)).isEqualTo(Refusal.INVALID);
        assertThat(swappedPages()).isZero();
        Mlock.unlock(t.view, A >>> 12, 4);
        pageOut(A, 4);
        assertThat(swappedPages()).isEqualTo(4);
        assertThat(Mlock.lock(t.view, A >>> 12, 4, false)).isZero();
        assertThat(swappedPages()).isZero();
    }

    @Test
    void pinnedPagesStay() {
        fillPages(A, 2);
        try (Pin pin = Pin.of(t.view, A, PAGE, true)) {
            pageOut(A, 2);
            assertThat(swappedPages()).isEqualTo(1);
            assertThat(pin.length()).isEqualTo(PAGE);
        }
        holdsPages(t.view, A, 2);
    }

    @Test
    void anUnreadablePageIsABusError() {
        fillPages(A, 9);
        pageOut(A, 9);
        store.failingReadFrom = 0;
        assertThatThrownBy(() -> t.load(A + PAGE))
                .isInstanceOfSatisfying(
                        MemoryFault.class, fault -> assertThat(fault.signal()).isEqualTo(MemoryFault.SIGBUS))
                .hasMessageContaining("swap file held")
                .hasMessageContaining("errno 5");
        t.audit();
        store.failingReadFrom = Long.MAX_VALUE;
        holdsPages(t.view, A, 9);
    }

    @Test
    void anUnreadableNeighbourHarmsNobody() {
        fillPages(A, 8);
        pageOut(A, 8);
        store.failingReadFrom = 6;
        assertThat(t.load(A)).isEqualTo(1);
        assertThat(swappedPages()).isEqualTo(7);
        assertThatThrownBy(() -> t.load(A + 5 * PAGE)).isInstanceOf(MemoryFault.class);
        store.failingReadFrom = Long.MAX_VALUE;
        holdsPages(t.view, A, 8);
    }

    @Test
    void whatCannotBeWrittenStays() {
        fillPages(A, 100);
        store.failingWrites = true;
        pageOut(A, 100);
        assertThat(swappedPages()).isZero();
        assertThat(usedSlots()).isZero();
        assertThat(swap.errors()).isPositive();
        t.audit();
        store.failingWrites = false;
        t.store(A, 42);
        assertThat(t.load(A)).isEqualTo(42);
        pageOut(A, 100);
        assertThat(swappedPages()).isEqualTo(100);
    }

    @Test
    void fullSwapTakesNoMore() {
        fillPages(A, 100);
        AddressSpace other = new AddressSpace(t.core);
        try (View view = other.open("other")) {
            Map.anonymous(view, Map.Where.FIXED, A >>> 12, SLOTS - 50, READ_WRITE, 0, false);
            for (int i = 0; i < SLOTS - 50; i++) {
                view.store(A + i * PAGE, 1, 7);
                if (i % 64 == 63) {
                    PageOut.range(view, (A >>> 12) + i - 63, 64, true);
                }
            }
            PageOut.range(view, A >>> 12, SLOTS - 50, true);
            assertThat(swap.freeBytes()).isEqualTo(50 * PAGE);
            pageOut(A, 100);
            assertThat(swappedPages()).isEqualTo(50);
            assertThat(swap.freeBytes()).isZero();
            pageOut(A, 100);
            holdsPages(t.view, A, 100);
        }
        other.destroy();
    }

    @Test
    void aStoreWhileThePageIsWrittenKeepsThePage() {
        fillPages(A, 3);
        store.afterNextWrite(() -> t.store(A + PAGE + 5, 99));
        pageOut(A, 3);
        assertThat(swappedPages()).isEqualTo(2);
        assertThat(t.load(A + PAGE + 5)).isEqualTo(99);
        holdsPages(t.view, A, 3);
    }

    @Test
    void whatHappensToPagesWhileTheyAreWrittenHolds() {
        fillPages(A, 8);
        AddressSpace[] child = new AddressSpace[1];
        store.afterNextWrite(() -> {
            t.unmap(A, PAGE);
            t.discard(A + PAGE, PAGE);
            t.protect(A + 2 * PAGE, PAGE, READ);
            Mlock.lock(t.view, (A >>> 12) + 3, 1, true);
            t.remapTo(A + 4 * PAGE, PAGE, PAGE, B);
            Advise.free(t.view, (A >>> 12) + 5, 1);
            t.fixed(A + 6 * PAGE, PAGE, READ_WRITE);
            t.store(A + 6 * PAGE, 66);
            child[0] = Fork.childOf(t.view);
            t.store(A + 7 * PAGE, 88);
        });
        pageOut(A, 8);
        t.audit();
        t.notMapped(A);
        assertThat(t.load(A + PAGE)).isZero();
        assertThat(t.load(A + 2 * PAGE)).isEqualTo(3);
        assertThat(t.load(A + 3 * PAGE)).isEqualTo(4);
        assertThat(t.load(B)).isEqualTo(5);
        assertThat(t.load(A + 5 * PAGE)).isIn(0L, 6L);
        assertThat(t.load(A + 6 * PAGE)).isEqualTo(66);
        assertThat(t.load(A + 7 * PAGE)).isEqualTo(88);
        try (View view = child[0].open("child")) {
            assertThat(view.load(A + 2 * PAGE, 1)).isEqualTo(3);
            assertThat(view.load(A + 7 * PAGE, 1)).isEqualTo(8);
            assertThat(view.load(A + 6 * PAGE, 1)).isEqualTo(66);
        }
        child[0].destroy();
    }

    @Test
    void aSlotThatIsBeingReadIsNotUsedAgain() {
        fillPages(A, 1);
        pageOut(A, 1);
        store.beforeNextRead(() -> {
            // The page is brought back by another, and what goes out now would take its slot.
            t.unmap(A, PAGE);
            t.fixed(B, SLOTS * PAGE, READ_WRITE);
            for (int i = 0; i < SLOTS; i++) {
                t.store(B + i * PAGE, 0xbb);
                pageOut(B + i * PAGE, 1);
            }
            assertThat(swap.freeBytes()).as("the slot that is being read").isZero();
            assertThat(swappedPages()).isEqualTo(SLOTS - 1);
        });
        t.refusesLoad(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
        t.unmap(B, SLOTS * PAGE);
    }

    @Test
    void whatIsColdGoesFirst() {
        fillPages(A, 200);
        fillPages(B, 200);
        assertThat(PageOut.range(t.view, B >>> 12, 200, false)).isZero();
        holdsPages(t.view, A, 200);
        // The first pass takes second chances away.
        assertThat(t.core.reclaim(0, Integer.MAX_VALUE)).isTrue();
        for (int i = 0; i < 200; i++) {
            assertThat(Residency.of(t.view, (A >>> 12) + i)).isEqualTo(Residency.RESIDENT);
        }
        assertThat(swappedPages()).isPositive();
    }

    @Test
    void memoryThatIsShortIsFoundInSwap() {
        int pages = (int) (40 * MIB / PAGE);
        t.fixed(A, pages * PAGE, READ_WRITE);
        for (int i = 0; i < pages; i++) {
            t.view.store(A + i * PAGE, 8, i);
            t.view.store(A + i * PAGE + 8, 8, ~i);
        }
        assertThat(swap.pagesOut()).isPositive();
        t.audit();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < pages; i++) {
                assertThat(t.view.load(A + i * PAGE, 8)).isEqualTo(i);
                assertThat(t.view.load(A + i * PAGE + 8, 8)).isEqualTo(~i);
            }
        }
        assertThat(swap.pagesIn()).isPositive();
    }

    @Test
    void hugePagesGoInParts() {
        t.core.setHugePages(HugePages.ALWAYS);
        t.fixed(A, 4 * MIB, READ_WRITE);
        for (long at = A; at < A + 4 * MIB; at += PAGE) {
            t.view.store(at, 8, at);
        }
        assertThat(t.space.hugeBytes()).isEqualTo(4 * MIB);
        assertThat(pageOut(A, (int) (2 * MIB / PAGE))).isZero();
        assertThat(swappedPages()).isEqualTo(2 * MIB / PAGE);
        assertThat(t.space.hugeBytes()).isEqualTo(2 * MIB);
        t.audit();
        for (long at = A; at < A + 4 * MIB; at += PAGE) {
            assertThat(t.view.load(at, 8)).isEqualTo(at);
        }
    }

    @Test
    void hugePagesAreSplitWhenMemoryIsShort() {
        t.core.setHugePages(HugePages.ALWAYS);
        long bytes = 40 * MIB;
        t.fixed(A, bytes, READ_WRITE);
        for (long at = A; at < A + bytes; at += PAGE) {
            t.view.store(at, 8, at);
        }
        assertThat(swap.pagesOut()).isPositive();
        for (long at = A; at < A + bytes; at += PAGE) {
            assertThat(t.view.load(at, 8)).isEqualTo(at);
        }
    }

    @Test
    void collapseBringsPagesBack() {
        fillPages(A, 512);
        pageOut(A + 100 * PAGE, 50);
        assertThat(Collapse.range(t.view, A >>> 12, 512)).isZero();
        assertThat(t.space.hugeBytes()).isEqualTo(2 * MIB);
        assertThat(swappedPages()).isZero();
        holdsPages(t.view, A, 512);
    }

    @Test
    void pagesDeclaredFreeGoWithoutASlot() {
        fillPages(A, 4);
        Advise.free(t.view, A >>> 12, 4);
        pageOut(A, 4);
        assertThat(usedSlots()).isZero();
        assertThat(t.load(A)).isZero();
    }

    /** One part of each huge page is used all the time; their blocks come free all the same. */
    @Test
    void aPartThatIsUsedDoesNotKeepItsBlock() {
        t.core.setHugePages(HugePages.ALWAYS);
        t.fixed(A, 24 * MIB, READ_WRITE);
        for (long at = A; at < A + 24 * MIB; at += PAGE) {
            t.view.store(at, 8, at);
        }
        t.core.setHugePages(HugePages.NEVER);
        t.fixed(B, 14 * MIB, READ_WRITE);
        for (long at = B; at < B + 14 * MIB; at += PAGE) {
            t.view.store(at, 8, at);
            for (long used = A; used < A + 24 * MIB; used += 2 * MIB) {
                assertThat(t.view.load(used, 8)).isEqualTo(used);
            }
        }
        t.audit();
        for (long at = B; at < B + 14 * MIB; at += PAGE) {
            assertThat(t.view.load(at, 8)).isEqualTo(at);
        }
    }

    @Test
    void whenMemoryAndSwapAreFullTheThreadIsRefused() {
        try (TestSpace small = TestSpace.withSwap(4 * MIB, new HeldSwap(200))) {
            long most = small.core.frames().countFree() + 200;
            small.fixed(A, 2 * most * PAGE, READ_WRITE);
            long page = 0;
            try {
                for (; ; page++) {
                    small.store(A + page * PAGE, 0xee);
                }
            } catch (MemoryFault fault) {
                assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
            }
            assertThat(page).isBetween(most - 20, most);
            assertThat(small.core.swap().freeBytes()).isZero();
            // With a little room the rest can be reached again, page for page.
            small.discard(A, 40 * PAGE);
            for (long at = 40; at < page; at++) {
                assertThat(small.load(A + at * PAGE)).isEqualTo(0xee);
            }
            small.unmap(A, 2 * most * PAGE);
            small.fixed(B, PAGE, READ_WRITE);
            small.store(B, 1);
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import org.junit.jupiter.api.Test;

/** A page is remembered, never its right. */
class RecentPagesTest {
    private static final int PLACES = 4096;
    /** Pages at this distance share a place. */
    private static final long SAME_PLACE = (long) PLACES * PLACES;

    @Test
    void aPageIsKnownAsLongAsItsSlotHoldsTheSameWord() {
        try (TestSpace t = new TestSpace()) {
            RecentPages pages = rememberingOne(t);
            long raw = pages.rawForLoad(A + 16, 8);
            assertThat(RawMemory.getLong(raw - 16)).isEqualTo(5);
            assertThat(pages.rawForStore(A + 16, 8)).isEqualTo(raw);
            t.protect(A, PAGE, READ);
            assertThat(pages.rawForLoad(A + 16, 8)).isZero();
            assertThat(pages.rawForStore(A + 16, 8)).isZero();
        }
    }

    @Test
    void aWordThatForbidsStoresServesLoadsOnly() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.view.store(A, 8, 5);
            t.protect(A, PAGE, READ);
            t.view.load(A, 8);
            RecentPages pages = remembering(t);
            assertThat(pages.rawForLoad(A, 8)).isNotZero();
            assertThat(pages.rawForStore(A, 8)).isZero();
        }
    }

    @Test
    void whatLiesInTwoPagesIsNotKnown() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.view.store(A, 8, 5);
            RecentPages pages = remembering(t);
            assertThat(pages.rawForLoad(A + PAGE - 8, 8)).isNotZero();
            assertThat(pages.rawForLoad(A + PAGE - 7, 8)).isZero();
            assertThat(pages.rawForStore(A + PAGE - 1, 2)).isZero();
            assertThat(pages.rawForLoad(A + SAME_PLACE * PAGE, 8)).isZero();
        }
    }

    /** Memory of entries passes from view to view. */
    @Test
    void theNextViewOfThatNumberKnowsNothing() {
        try (TestSpace t = new TestSpace()) {
            RecentPages pages = rememberingOne(t);
            pages.believe();
            assertThat(pages.rawForLoad(A, 8)).isNotZero();
            pages.close();
            assertThat(pages.rawForLoad(A, 8)).isZero();
            assertThat(pages.rawForLoadInRun(A, 8)).isZero();
            RecentPages next = new RecentPages(t.space, t.core.recentPages(), 100);
            next.believe();
            assertThat(next.rawForLoadInRun(A, 8)).isZero();
        }
    }

    /** The first page's place may hold the last page then, which is compared. */
    @Test
    void aLongCopyIsNotTakenForOneWithinItsLastPage() {
        try (TestSpace t = new TestSpace()) {
            long last = PLACES - 1;
            long from = A + PAGE;
            t.fixed(A, (PLACES + 2) * PAGE, READ_WRITE);
            t.view.store(from, 8, 5);
            t.view.store(from + last * PAGE, 8, 6);
            byte[] bytes = new byte[(int) (last * PAGE) + 8];
            t.view.load(from + last * PAGE, 8);
            t.view.read(from, bytes, 0, bytes.length);
            assertThat(bytes[0]).isEqualTo((byte) 5);
            assertThat(bytes[(int) (last * PAGE)]).isEqualTo((byte) 6);

            bytes[0] = 7;
            t.view.load(from + last * PAGE, 8);
            t.view.write(from, bytes, 0, bytes.length);
            assertThat(t.view.load(from, 8)).isEqualTo(7);
            assertThat(t.view.load(from + last * PAGE, 8)).isEqualTo(6);
        }
    }

    @Test
    void whatBeginsInTheNeighbourOfAKnownPageIsNotKnown() {
        try (TestSpace t = new TestSpace()) {
            RecentPages pages = rememberingOne(t);
            long slot = slotOf(t.view, A);
            long word = RawMemory.getAcquire(slot);
            // Where one is added, so many bits of a page's number change: its place must not come out the same.
            for (int bits = 1; bits < 35; bits++) {
                for (long odd = 1; odd < 4; odd += 2) {
                    long address = odd * (PAGE << bits);
                    pages.remember(address, slot, t.space.retireSequence(), word, 1 << 20);
                    assertThat(pages.rawForLoad(address, 8)).isNotZero();
                    assertThat(pages.rawForLoad(address - 4, 8))
                            .as("2^%d", bits)
                            .isZero();
                    assertThat(pages.rawForStore(address - 1, 2))
                            .as("2^%d", bits)
                            .isZero();
                }
            }
        }
    }

    @Test
    void pagesAPowerOfTwoApartAreAllKnown() {
        try (TestSpace t = new TestSpace()) {
            RecentPages pages = rememberingOne(t);
            long slot = slotOf(t.view, A);
            long word = RawMemory.getAcquire(slot);
            for (int shift = 0; shift <= 12; shift++) {
                for (long i = 0; i < PLACES; i++) {
                    pages.remember(A + (i * PAGE << shift), slot, t.space.retireSequence(), word, 1 << 20);
                }
                for (long i = 0; i < PLACES; i++) {
                    assertThat(pages.rawForLoad(A + (i * PAGE << shift), 8))
                            .as("%d << %d", i, shift)
                            .isNotZero();
                }
            }
            // Every place was used, and each is forgotten with the tables.
            t.space.raiseRetireSequence();
            pages.remember(A - PAGE, slot, t.space.retireSequence(), word, 1 << 20);
            for (long i = 0; i < PLACES; i++) {
                assertThat(pages.rawForLoad(A + (i * PAGE << 10), 8))
                        .as("%d", i)
                        .isZero();
            }
        }
    }

    @Test
    void nothingIsKnownAfterATableLeftTheTree() {
        try (TestSpace t = new TestSpace()) {
            RecentPages pages = rememberingOne(t);
            long slot = slotOf(t.view, A);
            // The slot still holds the word: only the sequence tells that its table may be another's by now.
            t.space.raiseRetireSequence();
            assertThat(pages.rawForLoad(A, 8)).isZero();
            assertThat(pages.rawForStore(A, 8)).isZero();
            // And what is remembered next does not bring the others back.
            pages.remember(A + PAGE, slot, t.space.retireSequence(), RawMemory.getAcquire(slot), 1 << 20);
            assertThat(pages.rawForLoad(A, 8)).isZero();
        }
    }

    @Test
    void aViewWithoutEntriesRemembersNothing() {
        try (TestSpace t = new TestSpace();
                Reservation all = RecentPages.reserve()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.view.store(A, 8, 5);
            long slot = slotOf(t.view, A);
            RecentPages pages = new RecentPages(t.space, all, 1 << 20);
            pages.remember(A, slot, t.space.retireSequence(), RawMemory.getAcquire(slot), 1 << 20);
            assertThat(pages.rawForLoad(A, 8)).isZero();
            assertThat(pages.rawForLoad(0, 8)).isZero();
        }
    }

    @Test
    void accessesSeeWhatBecameOfAPage() {
        try (TestSpace t = new TestSpace();
                View other = t.space.open("other")) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.view.store(A, 8, 5);
            assertThat(t.view.load(A, 8)).isEqualTo(5);
            // Another's page takes its place and its frame.
            Unmap.range(other, A >>> 12, 1);
            assertThatThrownBy(() -> t.view.load(A, 8)).isInstanceOf(MemoryFault.class);
            assertThatThrownBy(() -> t.view.store(A, 8, 6)).isInstanceOf(MemoryFault.class);
            t.fixed(A, PAGE, READ_WRITE);
            assertThat(t.view.load(A, 8)).isZero();
            t.view.store(A + PAGE - 4, 8, -1);
            assertThat(t.view.load(A + PAGE - 4, 8)).isEqualTo(-1);
        }
    }

    /** Knows one page, which holds 5. */
    private static RecentPages rememberingOne(TestSpace t) {
        t.fixed(A, PAGE, READ_WRITE);
        t.view.store(A, 8, 5);
        return remembering(t);
    }

    /** Knows the page that is there. */
    private static RecentPages remembering(TestSpace t) {
        RecentPages pages = new RecentPages(t.space, t.core.recentPages(), 100);
        long[] raw = new long[1];
        t.view.access(A, false, at -> raw[0] = at);
        long slot = slotOf(t.view, A);
        pages.remember(A, slot, t.space.retireSequence(), RawMemory.getAcquire(slot), raw[0]);
        return pages;
    }

    private static long slotOf(View view, long address) {
        view.participant().enter();
        try {
            return view.accessSlot(address);
        } finally {
            view.participant().leave();
        }
    }
}

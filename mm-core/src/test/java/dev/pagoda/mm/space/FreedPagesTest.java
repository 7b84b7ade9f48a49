package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MADV_FREE: what may be taken back when memory is short, and what may not. */
@Timeout(60)
class FreedPagesTest {
    private static final long C = 0x300000000000L;

    private static int free(TestSpace t, long address, long bytes) {
        return Advise.free(t.view, address >>> 12, bytes >>> 12);
    }

    @Test
    void freedPagesAreTakenBackBeforeAFaultIsRefused() {
        try (TestSpace t = new TestSpace(4 * MIB)) {
            t.fixed(A, MIB, READ_WRITE);
            t.fill(A, MIB, 7);
            long without = t.exhaust(C);
            t.unmap(C, 16 * MIB);
            assertThat(free(t, A, MIB)).isZero();
            assertThat(t.space.ownBytes()).as("nobody needs memory yet").isEqualTo(MIB);
            assertThat(t.exhaust(C)).isGreaterThanOrEqualTo(without + MIB / PAGE - 2);
            assertThat(t.same(A, MIB, 0)).isTrue();
            assertThat(t.space.mappedBytes()).isEqualTo(MIB + t.core.frames().total() * PAGE);
        }
    }

    @Test
    void whatWasWrittenAgainStays() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, 64 * PAGE, READ_WRITE);
            t.fill(A, 64 * PAGE, 7);
            assertThat(free(t, A, 64 * PAGE)).isZero();
            for (long page = 0; page < 64; page += 2) {
                t.store(A + page * PAGE, 9);
            }
            t.exhaust(C);
            for (long page = 0; page < 64; page++) {
                boolean written = page % 2 == 0;
                assertThat(t.load(A + page * PAGE)).isEqualTo(written ? 9 : 0);
                assertThat(t.same(A + page * PAGE + 1, PAGE - 1, written ? 7 : 0))
                        .isTrue();
            }
        }
    }

    @Test
    void whatWasReadSinceHasASecondChanceAndThenGoes() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 7);
            assertThat(free(t, A, 2 * PAGE)).isZero();
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.core.freedPages().reclaim(64)).as("the one not read").isEqualTo(1);
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.load(A + PAGE)).isZero();
            assertThat(t.core.freedPages().reclaim(64))
                    .as("chance taken, then the page")
                    .isEqualTo(1);
            assertThat(t.load(A)).isZero();
            assertThat(t.core.freedPages().reclaim(64)).isZero();
            t.audit();
        }
    }

    @Test
    void lockedAndPinnedPagesStay() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 7);
            assertThat(free(t, A, 2 * PAGE)).isZero();
            assertThat(Advise.lock(t.view, A >>> 12, 1, true)).isZero();
            assertThat(t.core.freedPages().reclaim(64)).isEqualTo(1);
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.load(A + PAGE)).isZero();
        }
    }

    @Test
    void droppableMemoryGoesThoughItWasWritten() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            assertThat(Map.droppable(t.view, Map.Where.FIXED, A >>> 12, 8, READ_WRITE, 0))
                    .isEqualTo(A >>> 12);
            t.fixed(B, PAGE, READ_WRITE);
            t.store(B, 5);
            for (int round = 0; round < 3; round++) {
                t.fill(A, 8 * PAGE, 7);
                t.exhaust(C);
                assertThat(t.same(A, 8 * PAGE, 0)).isTrue();
                assertThat(t.load(B)).isEqualTo(5);
                t.unmap(C, 16 * MIB);
            }
        }
    }

    @Test
    void whatWasTakenIsNotPassedAgainByEachCall() {
        try (TestSpace t = new TestSpace(8 * MIB)) {
            long tables = 64;
            long pages = tables << 9;
            assertThat(Map.droppable(t.view, Map.Where.FIXED, A >>> 12, pages, READ_WRITE, 0))
                    .isEqualTo(A >>> 12);
            assertThat(Populate.asMapped(t.view, A >>> 12, pages)).isZero();
            assertThat(t.space.ownBytes()).isBetween(4 * MIB, 8 * MIB);
            // A look for each 64 pages that were taken; and around once to take second chances away, and once to pass
            // what was taken, for each time that memory was filled. From the start each time it is eight times that.
            long around = pages / (4 * MIB / PAGE) + 1;
            assertThat(t.core.freedPages().looks()).isBetween(pages / 64 / 2, pages / 64 + 2 * around * tables);
            t.audit();
        }
    }

    @Test
    void adviceNeedsNoMemory() {
        try (TestSpace t = new TestSpace(MIB)) {
            t.fixed(A, 64 * MIB, READ_WRITE);
            t.exhaust(C);
            assertThat(free(t, A + PAGE, PAGE)).isZero();
            assertThat(t.discard(A + 3 * PAGE, PAGE)).isZero();
            assertThat(PageOut.range(t.view, (A >>> 12) + 5, 1, true)).isZero();
        }
    }

    /** A store that found the page writable before the advice leaves no trace in the word, so that the advice returns when it has ended. */
    @Test
    void theAdviceReturnsAfterTheStoresThatBeganBefore() throws Exception {
        try (TestSpace t = new TestSpace(4 * MIB);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 1);
            CountDownLatch inside = new CountDownLatch(1);
            AtomicBoolean returned = new AtomicBoolean();
            AtomicBoolean stored = new AtomicBoolean();
            Future<?> storing = threads.submit(() -> {
                try (View view = t.space.open("storing")) {
                    view.access(A, true, raw -> {
                        inside.countDown();
                        long deadline = System.nanoTime() + 100_000_000;
                        while (!returned.get() && System.nanoTime() < deadline) {
                            Thread.onSpinWait();
                        }
                        RawMemory.setRelease(raw, 2);
                        stored.set(true);
                    });
                }
            });
            inside.await();
            assertThat(free(t, A, PAGE)).isZero();
            boolean storedBefore = stored.get();
            returned.set(true);
            storing.get();
            assertThat(storedBefore).isTrue();
        }
    }

    /** A page holds old data or zeroes until it is stored to, never a mixture; what is stored while nobody gives the advice is never lost. */
    @Test
    void storesAgainstReclaim() throws Exception {
        int pages = 512;
        try (TestSpace t = new TestSpace(8 * MIB);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            t.fixed(A, pages * PAGE, READ_WRITE);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong begun = new AtomicLong();
            AtomicLong ended = new AtomicLong();
            Future<?> reclaiming = threads.submit(() -> {
                while (!stop.get()) {
                    t.core.freedPages().reclaim(pages);
                }
            });
            Future<?> storing = threads.submit(() -> {
                try (View view = t.space.open("storing")) {
                    for (long i = 1; !stop.get(); i++) {
                        long page = A + (i * 31 & pages - 1) * PAGE;
                        long before = ended.get();
                        view.store(page, 8, i);
                        view.store(page + PAGE - 8, 8, i);
                        long first = view.load(page, 8);
                        long last = view.load(page + PAGE - 8, 8);
                        if (begun.get() == before && (first != i || last != i)) {
                            throw new AssertionError("stored " + i + " and found " + first + " and " + last);
                        }
                    }
                }
            });
            try {
                long deadline = System.nanoTime() + 1_500_000_000L;
                while (System.nanoTime() < deadline && !storing.isDone()) {
                    begun.incrementAndGet();
                    assertThat(free(t, A, pages * PAGE)).isZero();
                    ended.incrementAndGet();
                    LockSupport.parkNanos(100_000);
                }
            } finally {
                stop.set(true);
            }
            reclaiming.get();
            storing.get();
        }
    }
}

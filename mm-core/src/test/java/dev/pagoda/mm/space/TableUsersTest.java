package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.EXEC;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who takes a right away waits for stores that rely on it, and for nobody else. */
@Timeout(120)
class TableUsersTest {
    private static final long HUGE = 2 * MIB;
    /** How long a call that has to wait is watched; one that does not have to takes microseconds. */
    private static final long WATCHED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Does what waits for the store by itself, so that the call watched does not. */
    private Thread helper;

    private interface Call {
        void run(TestSpace t);
    }

    /** A store that found its page before the call began lands before the call returns. */
    private static void waits(TestSpace t, long storedTo, Call call) throws Exception {
        assertThat(returnsWhileStoring(t, storedTo, call))
                .as("the call returned while a store was under way that it has to wait for")
                .isFalse();
    }

    private static void doesNotWait(TestSpace t, long storedTo, Call call) throws Exception {
        assertThat(returnsWhileStoring(t, storedTo, call))
                .as("the call waited for a store in a table that it did not change")
                .isTrue();
    }

    private static boolean returnsWhileStoring(TestSpace t, long storedTo, Call call) throws Exception {
        try (View other = t.space.open("storer");
                ExecutorService threads = Executors.newCachedThreadPool()) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch returned = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            // Populated by another than the caller, and remembered.
            other.store(storedTo, 8, 1);
            Future<?> store = threads.submit(() -> {
                other.access(storedTo, true, raw -> {
                    inside.countDown();
                    await(goOn, TimeUnit.SECONDS.toNanos(60));
                    RawMemory.setLong(raw, 77);
                });
                return null;
            });
            inside.await();
            Future<?> changer = threads.submit(() -> {
                call.run(t);
                returned.countDown();
                return null;
            });
            boolean early = await(returned, WATCHED_NANOS);
            goOn.countDown();
            changer.get(60, TimeUnit.SECONDS);
            store.get(60, TimeUnit.SECONDS);
            return early;
        }
    }

    private static boolean await(CountDownLatch latch, long nanos) {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void protectWaitsForAStoreToThePage() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A + 5 * PAGE, s -> s.protect(A + 4 * PAGE, 3 * PAGE, READ));
            assertThat(t.view.load(A + 5 * PAGE, 8)).isEqualTo(77);
        }
    }

    @Test
    void protectDoesNotWaitForAStoreInAnotherTable() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * HUGE, READ_WRITE);
            t.view.store(A + 5 * PAGE, 8, 1);
            doesNotWait(t, A + HUGE, s -> s.protect(A + 5 * PAGE, PAGE, READ));
        }
    }

    /** The table is entered by another after this view has used it alone. */
    @Test
    void protectWaitsForWhoCameLater() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            t.view.store(A, 8, 1);
            try (View early = t.space.open("early")) {
                early.store(A + PAGE, 8, 1);
                waits(t, A, s -> s.protect(A, PAGE, READ));
            }
        }
    }

    @Test
    void freeWaitsForAStoreToThePage() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A, s -> Advise.free(s.view, A >>> 12, 1));
        }
    }

    @Test
    void unmapOfSharedMemoryWaitsForAStoreToIt() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, 2 * HUGE, READ_WRITE);
            waits(t, A, s -> s.unmap(A, PAGE));
            waits(t, A + HUGE, s -> s.unmap(A + HUGE, HUGE));
        }
    }

    @Test
    void unmapOfSharedMemoryDoesNotWaitForAStoreInAnotherTable() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, 2 * HUGE, READ_WRITE);
            t.view.store(A, 8, 1);
            doesNotWait(t, A + HUGE, s -> s.unmap(A, PAGE));
        }
    }

    /** The store found the huge page in its one slot; the parts lie in a table that nobody has used before. */
    @Test
    void protectOfAPartWaitsForAStoreToTheHugePage() throws Exception {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.core.setHugePages(HugePages.ALWAYS);
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A + 9 * PAGE, s -> {
                assertThat(s.space.hugeBytes()).isEqualTo(HUGE);
                // Splits it and takes no right away.
                assertThat(s.protect(A + 3 * PAGE, PAGE, READ_WRITE | EXEC)).isZero();
                assertThat(s.space.hugeBytes()).isZero();
                s.protect(A + 9 * PAGE, PAGE, READ);
            });
        }
    }

    /** A collapse froze the table, which was then replaced by a copy: the store goes on through the old one. */
    @Test
    void protectInACopyOfATableWaitsForAStoreThroughTheOldOne() throws Exception {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A + PAGE, s -> {
                helper = Thread.ofPlatform().start(() -> {
                    try (View view = s.space.open("collapser")) {
                        Collapse.range(view, A >>> 12, 512);
                    }
                });
                long before = s.space.retireSequence();
                while (s.space.retireSequence() == before) {
                    // Whoever meets a frozen word makes the copy.
                    s.view.load(A + 2 * PAGE, 8);
                }
                s.protect(A + PAGE, PAGE, READ);
            });
            helper.join();
        }
    }

    @Test
    void protectOfAHugePageWaitsForAStoreToIt() throws Exception {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.core.setHugePages(HugePages.ALWAYS);
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A, s -> s.protect(A, HUGE, READ));
        }
    }

    /** Tables that move whole, and pages that move each by itself. */
    @Test
    void moveWaitsForAStoreAtTheSource() throws Exception {
        for (long place : new long[] {B, B + PAGE}) {
            try (TestSpace t = new TestSpace()) {
                t.fixed(A, HUGE, READ_WRITE);
                waits(t, A + PAGE, s -> s.remap(A, HUGE, HUGE, true, place, false));
                assertThat(t.view.load(place + PAGE, 8)).isEqualTo(77);
            }
        }
    }

    @Test
    void moveOfATableDoesNotWaitForAStoreInAnother() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * HUGE, READ_WRITE);
            t.view.store(A + PAGE, 8, 5);
            doesNotWait(t, A + HUGE, s -> s.remap(A, HUGE, HUGE, true, B, false));
            assertThat(t.view.load(B + PAGE, 8)).isEqualTo(5);
        }
    }

    /** At the new place of a page that was moved while a store to it was under way, a right is not taken away behind its back either. */
    @Test
    void protectOfAMovedPageWaitsForAStoreThatBeganBeforeTheMove() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            waits(t, A + PAGE, s -> {
                helper = Thread.ofPlatform().start(() -> {
                    try (View view = s.space.open("mover")) {
                        Remap.run(view, new Remap.Request(A >>> 12, 512, 512, true, (B + PAGE) >>> 12, false));
                    }
                });
                // The page has arrived, the move has not returned.
                while (s.space.permissions(B + 2 * PAGE).isEmpty() || s.view.load(B + 2 * PAGE, 8) != 1) {
                    Thread.onSpinWait();
                }
                s.protect(B + 2 * PAGE, PAGE, READ);
            });
            helper.join();
        }
    }

    /** A frame that another may be storing to is nobody else's until that store has landed. */
    @Test
    void aFrameInUseByAnotherViewIsNotUsedAgain() throws Exception {
        interface TakingAway {
            void take(TestSpace t);
        }
        TakingAway[] all = {
            t -> t.unmap(A + PAGE, PAGE), t -> t.discard(A + PAGE, PAGE), t -> t.fixed(A + PAGE, PAGE, READ_WRITE)
        };
        for (TakingAway away : all) {
            try (TestSpace t = new TestSpace()) {
                t.fixed(A, HUGE, READ_WRITE);
                t.view.store(A, 8, 1);
                doesNotWait(t, A + PAGE, s -> {
                    away.take(s);
                    s.fixed(B, 64 * PAGE, READ_WRITE);
                    for (long at = 0; at < 64 * PAGE; at += PAGE) {
                        s.view.store(B + at, 8, 5);
                    }
                });
                for (long at = 0; at < 64 * PAGE; at += PAGE) {
                    assertThat(t.view.load(B + at, 8)).isEqualTo(5);
                }
            }
        }
    }

    @Test
    void aFrameIsFreeAtOnceWhereNobodyElseCanBeInIt() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            t.view.store(A, 8, 1);
            t.view.store(A + PAGE, 8, 1);
            long free = t.core.frames().countFree();
            t.unmap(A + PAGE, PAGE);
            assertThat(t.core.frames().countFree()).isEqualTo(free + 1);
            // The CPU's stock gives back last what came last: the same frame, still in the cache.
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            t.view.store(A + PAGE, 8, 2);
            assertThat(t.core.frames().countFree()).isEqualTo(free);
            t.view.access(A + PAGE, true, raw -> {
                t.unmap(A + PAGE, PAGE);
                t.fixed(B, PAGE, READ_WRITE);
                t.view.store(B, 8, 3);
                RawMemory.setLong(raw, 4);
            });
            assertThat(t.view.load(B, 8))
                    .as("memory in use around the unmap is not used again")
                    .isEqualTo(3);
        }
    }

    /** What a whole table holds arrives: pages, holes, and nothing of what was at the target. */
    @Test
    void aTableArrivesAsItWas() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * HUGE, READ_WRITE);
            t.fixed(B, 2 * HUGE, READ);
            for (long at = 0; at < HUGE; at += PAGE) {
                t.view.store(A + at, 8, at + 1);
            }
            t.unmap(A + 7 * PAGE, PAGE);
            long tables = t.space.tables();
            assertThat(t.remap(A, 7 * PAGE, 7 * PAGE, true, B + HUGE, false)).isEqualTo(B + HUGE);
            assertThat(t.view.load(B + HUGE + PAGE, 8)).isEqualTo(PAGE + 1);
            assertThat(t.remap(A + 8 * PAGE, HUGE - 8 * PAGE, HUGE - 8 * PAGE, true, B + HUGE + 8 * PAGE, false))
                    .isPositive();
            t.audit();
            assertThat(t.remap(B + HUGE, HUGE, HUGE, true, A, false)).isEqualTo(A);
            t.audit();
            assertThat(t.view.load(A + 6 * PAGE, 8)).isEqualTo(6 * PAGE + 1);
            assertThat(t.view.load(A + 8 * PAGE, 8)).isEqualTo(8 * PAGE + 1);
            assertThat(t.space.permissions(A + 7 * PAGE)).isEqualTo("r--p");
            assertThat(t.space.permissions(B + HUGE)).isEmpty();
            assertThat(t.space.tables()).isLessThanOrEqualTo(tables + 2);
        }
    }

    /** Neither pages nor tables are made for a table that only changes its place. */
    @Test
    void aTableThatMovesWholeCostsNoFrame() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            for (long at = 0; at < HUGE; at += PAGE) {
                t.view.store(A + at, 8, at + 1);
            }
            assertThat(t.remap(A, HUGE, HUGE, true, A + HUGE, false)).isEqualTo(A + HUGE);
            long free = Audit.run(t.core).freeFrames();
            assertThat(t.remap(A + HUGE, HUGE, HUGE, true, A, false)).isEqualTo(A);
            assertThat(Audit.run(t.core).freeFrames()).isEqualTo(free);
            for (long at = 0; at < HUGE; at += PAGE) {
                assertThat(t.view.load(A + at, 8)).isEqualTo(at + 1);
            }
            t.audit();
        }
    }

    /** Else the owner of a table would wait for everybody who has once looked there for a free place. */
    @Test
    void aClaimThatFailsIsNoUse() {
        TestSpace t = new TestSpace();
        t.fixed(A, 4 * PAGE, READ_WRITE);
        t.store(A, 1);
        try (View other = t.space.open("claimant")) {
            assertThat(Map.anonymous(other, Map.Where.FIXED_UNLESS_MAPPED, A >>> 12, 2, READ_WRITE, 0, false))
                    .isEqualTo(Refusal.EXISTS);
            t.view.participant().enter();
            boolean used = t.view.isUsedByOthers(t.view.leafSlot(A));
            t.view.participant().leave();
            assertThat(used).isFalse();
        }
        t.close();
    }
}

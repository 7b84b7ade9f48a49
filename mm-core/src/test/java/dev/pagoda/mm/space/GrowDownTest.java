package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Maps that grow down: how far, against whom, and by two threads at once. */
class GrowDownTest {
    private static final int SEGV = MemoryFault.SIGSEGV;
    private static final long GAP = GrowDown.GAP_PAGES * PAGE;

    private static void stack(TestSpace t, long address, long bytes, int protection) {
        assertThat(Map.anonymous(
                        t.view, Map.Where.FIXED, address >>> 12, bytes >>> 12, protection, Attributes.GROWSDOWN, false))
                .isEqualTo(address >>> 12);
    }

    @Test
    void growsToThePageOfTheAccess() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, 2 * PAGE, READ_WRITE);
            t.store(A - 3 * PAGE + 5, 1);
            assertThat(t.space.mapStart(A)).isEqualTo(A - 3 * PAGE);
            assertThat(t.load(A - 2 * PAGE)).isZero();
            assertThat(t.maps(A - 3 * PAGE, 5 * PAGE)).isEqualTo(1);
            assertThat(t.space.mappedBytes()).isEqualTo(5 * PAGE);
            assertThat(t.space.dataBytes()).isZero();
            byte[] bytes = new byte[16];
            t.view.read(A - 5 * PAGE - 8, bytes, 0, 16);
            assertThat(t.space.mapStart(A)).as("copies grow it as accesses do").isEqualTo(A - 6 * PAGE);
            t.notMapped(A + 2 * PAGE);
            assertThat(Populate.range(t.view, (A >>> 12) - 9, 1, false)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.mapStart(A)).as("filling does not").isEqualTo(A - 6 * PAGE);
        }
    }

    @Test
    void growsBeforeTheProtectionIsLookedAt() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, PAGE, READ);
            t.refusesStore(A - PAGE, SEGV, MemoryFault.SEGV_ACCERR);
            assertThat(t.space.mapStart(A)).isEqualTo(A - PAGE);
        }
    }

    @Test
    void keepsItsDistanceToWhatIsBelow() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, PAGE, READ_WRITE);
            t.fixed(A - PAGE - GAP - PAGE, PAGE, READ);
            t.store(A - PAGE, 1);
            t.notMapped(A - 2 * PAGE);
            assertThat(t.protect(A - PAGE - GAP - PAGE, PAGE, NONE)).isZero();
            t.store(A - GAP, 1);
            t.refusesLoad(A - GAP - 2 * PAGE, SEGV, MemoryFault.SEGV_ACCERR);
            t.store(A - GAP - PAGE, 1);
        }
    }

    @Test
    void theWholeMapIsHeldAgainstTheLimitOfStacks() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, 2 * PAGE, READ_WRITE);
            t.space.limits().limitStack(8 * PAGE + 100);
            t.notMapped(A - TIB);
            t.store(A - 6 * PAGE, 1);
            t.notMapped(A - 7 * PAGE);
            assertThat(t.protect(A - 6 * PAGE, 3 * PAGE, READ)).isZero();
            t.load(A - 7 * PAGE);
            assertThat(t.space.mapStart(A - 6 * PAGE))
                    .as("the lowest map counts alone")
                    .isEqualTo(A - 7 * PAGE);
            t.space.limits().limitStack(Limits.UNLIMITED);
            t.load(A - TIB);
            assertThat(t.space.mapStart(A - 7 * PAGE)).isEqualTo(A - TIB);
        }
    }

    @Test
    void otherLimitsHoldForGrowthToo() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, PAGE, READ_WRITE);
            t.space.limits().limitMapped(3 * PAGE);
            t.notMapped(A - 3 * PAGE);
            t.store(A - 2 * PAGE, 1);
            t.space.limits().limitMapped(Limits.UNLIMITED);
            t.space.limits().limitLocked(4 * PAGE);
            assertThat(Mlock.lock(t.view, (A >>> 12) - 2, 3, false)).isZero();
            t.notMapped(A - 4 * PAGE);
            t.store(A - 3 * PAGE, 1);
            assertThat(t.space.lockedBytes()).isEqualTo(4 * PAGE);
        }
    }

    @Test
    void placementLeavesTheGap() {
        try (TestSpace t = new TestSpace()) {
            stack(t, A, PAGE, READ_WRITE);
            assertThat(t.map(Map.Where.HINT, A - PAGE, PAGE, READ)).isNotEqualTo(A - PAGE);
            assertThat(t.map(Map.Where.HINT, A - GAP, PAGE, READ)).isNotEqualTo(A - GAP);
            assertThat(t.map(Map.Where.HINT, A - GAP - PAGE, PAGE, READ)).isEqualTo(A - GAP - PAGE);
            assertThat(t.map(Map.Where.FIXED_UNLESS_MAPPED, A - PAGE, PAGE, READ))
                    .isEqualTo(A - PAGE);
            long placed = t.map(Map.Where.ANYWHERE, 0, 4 * PAGE, READ_WRITE);
            assertThat(t.unmap(placed, 4 * PAGE)).isZero();
            stack(t, placed, PAGE, READ_WRITE);
            for (int i = 0; i < 300; i++) {
                long at = t.map(Map.Where.ANYWHERE, 0, PAGE, READ_WRITE);
                assertThat(at + PAGE <= placed - GAP || at > placed)
                        .as("%x below %x", at, placed)
                        .isTrue();
            }
        }
    }

    @Test
    void twoThreadsGrowOneMap() throws Exception {
        try (TestSpace t = new TestSpace()) {
            t.space.limits().limitMapped(4000 * PAGE);
            CyclicBarrier barrier = new CyclicBarrier(2);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread[] threads = new Thread[2];
            int rounds = 1500;
            for (int i = 0; i < 2; i++) {
                int number = i;
                threads[i] = new Thread(() -> {
                    try (View view = t.space.open("grower")) {
                        for (int round = 0; round < rounds; round++) {
                            if (number == 0) {
                                Map.anonymous(
                                        view, Map.Where.FIXED, B >>> 12, 1, READ_WRITE, Attributes.GROWSDOWN, false);
                            }
                            barrier.await();
                            long down = 1 + (round * 7 + number * 3) % 20;
                            view.store(B - down * PAGE, 1, number + 1);
                            barrier.await();
                            assertThat(view.load(B - down * PAGE, 1)).isNotZero();
                            barrier.await();
                            if (number == 0) {
                                assertThat(t.space.mappedBytes()).isLessThanOrEqualTo(21 * PAGE);
                                Unmap.range(view, (B >>> 12) - 32, 33);
                            }
                            barrier.await();
                        }
                    } catch (Throwable failed) {
                        failure.compareAndSet(null, failed);
                        barrier.reset();
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
        }
    }
}

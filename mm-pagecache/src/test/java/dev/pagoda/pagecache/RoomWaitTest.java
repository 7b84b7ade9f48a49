package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.frame.Standstill;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Mlock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often a miss waits for room where locked pages fill the cache, and when it is refused. One look is at some of the pages only. */
@Timeout(120)
class RoomWaitTest extends FaultyFile {
    private static final int BOUND = 400;
    private static final int PAGES = 500;
    private static final int MISSES = 20;
    private static final long ENOMEM = -12;

    RoomWaitTest() {
        super(BOUND, PAGES);
    }

    /** Maps the file and locks so many pages of it in memory, the first ones. */
    private void lock(int pages) {
        kernel.mapShared(file, A, PAGES, READ | WRITE);
        assertThat(Mlock.lock(kernel.view, A / PAGE, pages, false)).isZero();
        assertThat(kernel.cache.pagesAndTables()).isEqualTo(pages);
    }

    private void unlock() {
        assertThat(Mlock.unlock(kernel.view, A / PAGE, PAGES)).isZero();
    }

    @AfterEach
    void theBoundHolds() {
        assertThat(kernel.cache.pagesAndTables()).isLessThanOrEqualTo(BOUND);
    }

    private Standstill standstill() {
        return kernel.core.frames().standstill();
    }

    private long waits() {
        return kernel.cache.statistics().waitsInVain();
    }

    /** What one miss comes to that tries once: whether it has found room. */
    private boolean miss() {
        try (PageRoom room = kernel.cache.takeRoom(0, 0)) {
            if (room.frame() == Frames.REFUSED) {
                return false;
            }
            kernel.cache.dropFrame(room.frame());
            return true;
        }
    }

    private long read(long page) {
        return file.pread(new byte[1], 0, 1, page * PAGE);
    }

    @Test
    void theWaitIsOneForAllMisses() {
        lock(BOUND);
        for (int page = BOUND; page < BOUND + MISSES; page++) {
            // Hits are no reason to wait again.
            for (long hit = page; hit < 4L * page; hit++) {
                assertThat(read(hit % BOUND)).isEqualTo(1);
            }
            assertThat(read(page)).isEqualTo(ENOMEM);
            long address = A + (long) page * PAGE;
            MemoryFault fault = catchThrowableOfType(MemoryFault.class, () -> kernel.load(address));
            assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
        }
        assertThat(waits()).isEqualTo(1);
        unlock();
        assertThat(read(BOUND)).isEqualTo(1);
    }

    @Test
    void eachOfSeveralThreadsWaitsOnceAtMost() throws InterruptedException {
        lock(BOUND);
        int threads = 4;
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int self = i;
            tasks.add(() -> {
                for (int n = 0; n < MISSES; n++) {
                    assertThat(read(BOUND + self * MISSES + n)).isEqualTo(ENOMEM);
                }
                return null;
            });
        }
        TestKernel.together(tasks);
        assertThat(waits()).isBetween(1L, (long) threads);
        unlock();
    }

    @Test
    void oneUnlockedPageIsFoundByTheNextMiss() {
        lock(BOUND);
        for (long page : new long[] {0, 177, 301}) {
            assertThat(miss()).isFalse();
            assertThat(miss()).isFalse();
            assertThat(Mlock.unlock(kernel.view, A / PAGE + page, 1)).isZero();
            assertThat(miss()).as("page " + page).isTrue();
            assertThat(Mlock.lock(kernel.view, A / PAGE + page, 1, false)).isZero();
        }
        assertThat(waits()).isEqualTo(3);
        Mlock.unlockAll(kernel.view);
        assertThat(miss()).isTrue();
    }

    @Test
    void oneUnmappedPageIsFoundByTheNextMiss() {
        lock(BOUND);
        for (int round = 0; round < 3; round++) {
            long page = 33 + 150L * round;
            assertThat(miss()).isFalse();
            kernel.unmap(A + page * PAGE, 1);
            assertThat(miss()).as("page " + page).isTrue();
            // Another one in its place.
            assertThat(Mlock.lock(kernel.view, A / PAGE + BOUND + round, 1, false))
                    .isZero();
        }
        assertThat(waits()).isEqualTo(3);
        kernel.unmap(A, PAGES);
    }

    /** As page-in and write-back of others may take longer than a second, others wait for them in their turn. */
    @Test
    void aPageUnderWriteBackIsWaitedForByEachMiss() {
        lock(BOUND - 4);
        assertThat(file.pwrite(filled(4 * PAGE, 'x'), 0, 4 * PAGE, (BOUND - 4L) * PAGE))
                .isEqualTo(4 * PAGE);
        int before = store.arrived.get();
        store.gate = new CountDownLatch(1);
        CompletableFuture<Long> sync = CompletableFuture.supplyAsync(file::fsync, other);
        waitsForTheGate(before);
        assertThat(sync.join()).isZero();
        unlock();
    }

    @Test
    void aPageThatIsBeingReadIsWaitedForByEachMiss() {
        lock(BOUND - 1);
        int before = store.arrived.get();
        store.gate = new CountDownLatch(1);
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> read(BOUND), other);
        waitsForTheGate(before);
        assertThat(reader.join()).isEqualTo(1);
        unlock();
    }

    /** The device has got what is to come out of its hands before any page can leave. */
    private void waitsForTheGate(int arrivedBefore) {
        await(() -> store.arrived.get() > arrivedBefore);
        assertThat(kernel.cache.room()).isZero();
        assertThat(miss()).as("longer than a second").isFalse();
        assertThat(standstill().isDeclared()).isFalse();
        long looks = kernel.cache.statistics().missesWithoutRoom();
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(this::miss, other);
        await(() -> next.isDone() || kernel.cache.statistics().missesWithoutRoom() > looks + 70);
        store.gate.countDown();
        assertThat(next.join()).isTrue();
    }

    /** It is not written before somebody needs its place, as there are few of them. */
    @Test
    void aDirtyPageAmongLockedOnesIsWrittenAndLeaves() {
        lock(BOUND - 1);
        assertThat(file.pwrite(filled(1, 'x'), 0, 1, (BOUND - 1L) * PAGE)).isEqualTo(1);
        assertThat(kernel.cache.room()).isZero();
        assertThat(miss()).isTrue();
        assertThat(waits()).isZero();
        unlock();
    }

    /** Pages that the device refuses are tried again by each miss: when it takes them they leave. */
    @Test
    void nothingIsConcludedFromADeviceThatRefuses() {
        lock(BOUND - 1);
        store.failsWrites = true;
        assertThat(file.pwrite(filled(1, 'x'), 0, 1, (BOUND - 1L) * PAGE)).isEqualTo(1);
        assertThat(miss()).isFalse();
        assertThat(waits()).isZero();
        assertThat(standstill().isDeclared()).isFalse();
        store.failsWrites = false;
        assertThat(miss()).isTrue();
        unlock();
    }

    @Test
    void whoHasNotLookedAtEveryPageTwiceDeclaresNothing() {
        lock(BOUND);
        waitWithLooksAt(0);
        assertThat(standstill().isDeclared()).isFalse();
        waitWithLooksAt(2 * BOUND);
        assertThat(standstill().isDeclared()).isTrue();
        unlock();
        assertThat(standstill().isDeclared()).isFalse();
    }

    private void waitWithLooksAt(long pages) {
        long before = waits();
        RoomWait wait = new RoomWait(kernel.cache);
        while (!wait.endsAfter(pages)) {
            // One pause each.
        }
        assertThat(waits()).isEqualTo(before + 1);
    }

    /** It was passed over for its use: whoever watched has not seen whether it can leave. */
    @Test
    void whoWatchesIsToldOfAPageThatIsPassedOverForItsUse() {
        assertThat(read(1)).isEqualTo(1);
        assertThat(read(1)).isEqualTo(1);
        Standstill.Watch watch = standstill().watch();
        assertThat(read(1)).isEqualTo(1);
        assertThat(standstill().isUnchangedSince(watch)).as("a hit").isTrue();
        int number = CachedPages.number(RawMemory.getAcquire(cached.tree().slot(1)));
        kernel.cache.cachedPages().takeUse(number);
        assertThat(standstill().isUnchangedSince(watch)).isFalse();
        standstill().declare(standstill().watch());
        assertThat(read(1)).isEqualTo(1);
        kernel.cache.cachedPages().takeUse(number);
        assertThat(standstill().isDeclared()).as("it was seen before").isTrue();
    }
}

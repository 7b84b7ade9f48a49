package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What must wait for what, one case for each rule: one side is held up at the worst moment, and the other gets some time to do the wrong thing.
 */
class OrderTest extends FaultyFile {
    OrderTest() {
        super(64, 4);
    }

    @BeforeEach
    void map() {
        kernel.mapShared(file, A, 4, READ | WRITE);
    }

    private long word(long index) {
        long slot = file.object().tree().slot(index);
        return slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
    }

    /** The answer of a call that runs while this thread is inside an epoch, with the memory of page 0 at hand. */
    private CompletableFuture<Long> whileInside(View inside, boolean store, LongCall call, View.RawUse use) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        CompletableFuture<Long>[] running = new CompletableFuture[1];
        inside.access(A, store, raw -> {
            running[0] = CompletableFuture.supplyAsync(call::call, other);
            use.use(raw);
        });
        return running[0];
    }

    private interface LongCall {
        long call();
    }

    @Test
    void writeBackWaitsForAStoreThatIsUnderWay() throws IOException {
        kernel.store(A, 'x');
        CompletableFuture<Long> sync = whileInside(kernel.view, true, file::fdatasync, raw -> {
            await(() -> ObjectWord.isWriteback(word(0)));
            assertThat(happens(() -> store.arrived.get() > 1)).isFalse();
            RawMemory.setByte(raw + 1, (byte) 'y');
        });
        assertThat(sync.join()).isZero();
        assertThat(ObjectWord.isDirty(word(0))).isFalse();
        assertThat(Files.readAllBytes(path)).startsWith('x', 'y');
    }

    @Test
    void aSyncWaitsForAPageThatAnotherWrites() throws IOException {
        kernel.store(A, 'x');
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(file::fdatasync, other);
        await(() -> store.arrived.get() > before);
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(file::fdatasync, other);
        assertThat(happens(second::isDone)).isFalse();
        store.gate.countDown();
        assertThat(first.join()).isZero();
        assertThat(second.join()).isZero();
    }

    @Test
    void aStoreToAPageThatIsBeingCopiedWaitsAndOneToACopiedPageDoesNot() throws IOException {
        kernel.store(A, 'x');
        List<CompletableFuture<Void>> stores = new ArrayList<>();
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Long> sync = whileInside(kernel.view, true, file::fdatasync, raw -> {
            await(() -> ObjectWord.isWriteback(word(0)));
            stores.add(CompletableFuture.runAsync(() -> storeElsewhere('y'), other));
            stores.add(CompletableFuture.runAsync(() -> file.pwrite(new byte[] {'z'}, 0, 1, 1), other));
            assertThat(happens(() -> stores.get(0).isDone() || stores.get(1).isDone()))
                    .isFalse();
        });
        // The device has not answered yet.
        stores.forEach(CompletableFuture::join);
        await(() -> store.arrived.get() > before);
        assertThat(sync.isDone()).isFalse();
        store.gate.countDown();
        assertThat(sync.join()).isZero();
        assertThat(Files.readAllBytes(path)).startsWith('x', 'a');
        assertThat(ObjectWord.isDirty(word(0))).isTrue();
        assertThat(file.fdatasync()).isZero();
        assertThat(Files.readAllBytes(path)).startsWith('y', 'z');
    }

    private void storeElsewhere(int value) {
        try (View view = kernel.space.open("elsewhere")) {
            view.store(A, 1, value);
        }
    }

    /**
     * A fault stands between marking the page and making its slot writable while the write-back withdraws the slots; then another thread stores through that slot.
     */
    @Test
    void aSlotThatBecomesWritableBehindTheWithdrawalIsWithdrawnAgain() throws IOException {
        StoppedPager stopped = new StoppedPager((CachedFile) file.object());
        kernel.view.load(A, 1);
        long b = A + (1L << 40);
        Map.Source source = new Map.Source(stopped, file, true, 0, 7, 0);
        assertThat(Map.object(kernel.view, Map.Where.FIXED, b / PAGE, 1, READ | WRITE, false, source))
                .isEqualTo(b / PAGE);
        CompletableFuture<Long> sync;
        try (View late = kernel.space.open("late");
                View third = kernel.space.open("third")) {
            assertThat(late.load(b, 1)).isEqualTo('a');
            stopped.stopAt.set(1);
            CompletableFuture<Void> fault = CompletableFuture.runAsync(() -> late.store(b, 1, 'x'), other);
            await(() -> stopped.stopped.get() == 1);
            int before = store.arrived.get();
            sync = CompletableFuture.supplyAsync(file::fdatasync, other);
            await(() -> ObjectWord.isWriteback(word(0)));
            assertThat(happens(() -> store.arrived.get() > before)).isFalse();
            // On to the second mark: the slot is writable, and the fault still in its epoch.
            stopped.stopAt.set(2);
            await(() -> stopped.stopped.get() == 2);
            boolean[] stored = new boolean[1];
            third.access(b, true, raw -> {
                stopped.stopAt.set(0);
                assertThat(happens(() -> store.arrived.get() > before)).isFalse();
                RawMemory.setByte(raw + 1, (byte) 'z');
                stored[0] = true;
            });
            assertThat(stored[0]).isTrue();
            fault.join();
            assertThat(sync.join()).isZero();
        }
        assertThat(file.fdatasync()).isZero();
        assertThat(Files.readAllBytes(path)).startsWith('x', 'z');
        kernel.unmap(b, 1);
    }

    @Test
    void evictionWaitsForALoadThatIsUnderWay() {
        assertThat(kernel.load(A)).isEqualTo('a');
        CompletableFuture<Long> eviction = whileInside(kernel.view, false, () -> kernel.cache.evict(4), raw -> {
            await(() -> ObjectWord.isLeaving(word(0)));
            assertThat(happens(() -> word(0) == ObjectWord.ABSENT)).isFalse();
            assertThat(RawMemory.getByte(raw)).isEqualTo((byte) 'a');
        });
        assertThat(eviction.join()).isEqualTo(1);
        assertThat(kernel.load(A)).isEqualTo('a');
    }

    @Test
    void evictionGivesWayToAPageThatWasMappedMeanwhile() {
        assertThat(kernel.load(A)).isEqualTo('a');
        kernel.unmap(A, 4);
        long[] frame = new long[1];
        var self = kernel.view.participant();
        self.enter();
        CompletableFuture<Long> eviction;
        try {
            // A fault that has looked the page up and not yet filled its slot.
            frame[0] = file.object().map(0);
            eviction = CompletableFuture.supplyAsync(() -> kernel.cache.evict(4), other);
            await(() -> ObjectWord.isLeaving(word(0)));
        } finally {
            self.leave();
        }
        assertThat(eviction.join()).isZero();
        assertThat(ObjectWord.isValid(word(0))).isTrue();
        assertThat(ObjectWord.frame(word(0))).isEqualTo(frame[0]);
        kernel.core.epochs().awaitGrace();
        kernel.core.frames().drop(frame[0]);
    }

    @Test
    void truncationWaitsForALoadThatIsUnderWay() {
        assertThat(kernel.load(A)).isEqualTo('a');
        long frame = ObjectWord.frame(word(0));
        CompletableFuture<Long> cut = whileInside(kernel.view, false, () -> file.truncate(0), raw -> {
            await(() -> word(0) == ObjectWord.ABSENT);
            assertThat(happens(() -> !kernel.core.frames().isAllocated(frame))).isFalse();
            assertThat(RawMemory.getByte(raw)).isEqualTo((byte) 'a');
        });
        assertThat(cut.join()).isZero();
        kernel.core.epochs().reclaimAll(0);
        assertThat(kernel.core.frames().isAllocated(frame)).isFalse();
    }

    @Test
    void whatComesIntoAHoleWaitsUntilNoMapShowsWhatWasThere() {
        kernel.store(A, 'x');
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) 'y');
        List<CompletableFuture<Long>> writes = new ArrayList<>();
        CompletableFuture<Long> punch =
                whileInside(kernel.view, false, () -> file.object().punchPages(0, 1), raw -> {
                    await(() -> !ObjectWord.isValid(word(0)));
                    // From here on whoever writes must not be done before the map, which shows the old page still, is
                    // emptied.
                    writes.add(CompletableFuture.supplyAsync(() -> file.pwrite(page, 0, page.length, 0), other));
                    writes.add(CompletableFuture.supplyAsync(() -> file.pwrite(page, 0, 1, 100), other));
                    assertThat(happens(() -> writes.stream().anyMatch(CompletableFuture::isDone)))
                            .isFalse();
                    assertThat(RawMemory.getByte(raw)).isEqualTo((byte) 'x');
                });
        assertThat(punch.join()).isZero();
        assertThat(writes.get(0).join()).isEqualTo(PAGE);
        assertThat(writes.get(1).join()).isEqualTo(1);
        assertThat(kernel.load(A)).isEqualTo('y');
        assertThat(kernel.load(A + 100)).isEqualTo('y');
    }

    @Test
    void aReadThatATruncationOvertookIsNotUsed() throws Exception {
        store.gate = new CountDownLatch(1);
        byte[] one = new byte[1];
        CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> file.pread(one, 0, 1, 2 * PAGE), other);
        await(() -> store.arrived.get() > 0);
        assertThat(file.truncate(PAGE)).isZero();
        assertThat(file.truncate(4 * PAGE)).isZero();
        store.gate.countDown();
        assertThat(read.join()).isEqualTo(1);
        assertThat(one[0]).isZero();
        assertThat(kernel.load(A + 2 * PAGE)).isZero();
    }

    @Test
    void twoThatMissTheSamePageShareOneRead() {
        store.gate = new CountDownLatch(1);
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> file.pread(new byte[1], 0, 1, 0), other);
        await(() -> store.arrived.get() == 1);
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(() -> file.pread(new byte[1], 0, 1, 0), other);
        assertThat(happens(() -> store.arrived.get() > 1 || second.isDone())).isFalse();
        store.gate.countDown();
        assertThat(first.join()).isEqualTo(1);
        assertThat(second.join()).isEqualTo(1);
        assertThat(store.arrived.get()).isEqualTo(1);
    }

    @Test
    void truncationWaitsForAPageThatIsBeingWritten() throws IOException {
        kernel.store(A + 3 * PAGE, 'x');
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Long> sync = CompletableFuture.supplyAsync(file::fdatasync, other);
        await(() -> store.arrived.get() > before);
        CompletableFuture<Long> cut = CompletableFuture.supplyAsync(() -> file.truncate(PAGE + 1), other);
        assertThat(happens(cut::isDone)).isFalse();
        store.gate.countDown();
        assertThat(sync.join()).isZero();
        assertThat(cut.join()).isZero();
        assertThat(Files.size(path)).isEqualTo(PAGE + 1);
    }

    /**
     * What a truncation took out of memory was never written: until the store is cut it holds something older there, which nobody may be told to have been kept.
     */
    @Test
    void aSyncThatMeetsATruncationWaitsUntilTheStoreIsCut() throws InterruptedException {
        kernel.store(A + 2 * PAGE, 'x');
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        store.onResize = () -> {
            inside.countDown();
            awaitLatch(goOn);
        };
        CompletableFuture<Long> cut = CompletableFuture.supplyAsync(() -> file.truncate(PAGE), other);
        inside.await();
        CompletableFuture<Long> sync = CompletableFuture.supplyAsync(file::fsync, other);
        try {
            assertThat(happens(() -> store.forcesBegun.get() > 0))
                    .as("the device was asked to keep what it had before the cut")
                    .isFalse();
            assertThat(sync.isDone()).isFalse();
        } finally {
            goOn.countDown();
        }
        assertThat(cut.join()).isZero();
        assertThat(sync.join()).isZero();
        assertThat(store.forces).hasSize(1);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSyncAfterATruncationThatFailedHasTheStoreCutOrSaysThatItIsNot() throws IOException {
        kernel.store(A + 2 * PAGE, 'x');
        store.failsResizes = true;
        assertThat(file.truncate(PAGE)).isEqualTo(-HostErrors.EIO);
        assertThat(file.fsync()).isEqualTo(-HostErrors.EIO);
        assertThat(file.fdatasync()).isEqualTo(-HostErrors.EIO);
        store.failsResizes = false;
        assertThat(file.fsync()).isZero();
        assertThat(store.size()).isEqualTo(PAGE);
    }
}

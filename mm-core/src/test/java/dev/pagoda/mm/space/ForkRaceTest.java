package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.Waits.LIMIT_NANOS;
import static dev.pagoda.mm.space.Waits.await;
import static dev.pagoda.mm.space.Waits.becomes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fork and accesses that are going on: each rule of the protocol, held at the moment at which it matters. */
@Timeout(60)
class ForkRaceTest {
    /** How long something that must not happen is waited for. */
    private static final long NEVER_NANOS = 100_000_000L;

    /** Bytes that a test stores in turn. */
    private static final int VALUES = 100;

    private final TestSpace t = new TestSpace(128 * MIB);
    private final View other = t.space.open("other");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void closeAndAudit() {
        threads.shutdown();
        other.close();
        t.close();
    }

    /** The word of a page, by a thread that needs no view: the page's table stays. */
    private long word(Participant self, long address) {
        self.enter();
        try {
            long slot = t.core.tables().slot(t.space.root(), address >>> 12, 3);
            for (int level = 2; level >= 0; level--) {
                slot = t.core.tables().slot(SpaceWord.frame(RawMemory.getAcquire(slot)), address >>> 12, level);
            }
            return RawMemory.getAcquire(slot);
        } finally {
            self.leave();
        }
    }

    private boolean isShared(Participant self, long address) {
        return SpaceWord.isCopyOnWrite(word(self, address));
    }

    /** Without the late drop the child would take the frame over under the reader. */
    @Test
    void aReaderOfTheOldFrameNeverSeesWhatTheChildStores() {
        t.fixed(A, PAGE, READ_WRITE);
        t.store(A, 1);
        AddressSpace child = Fork.childOf(t.view);
        View childView = child.open("child");
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean childStored = new AtomicBoolean();
        CompletableFuture<Byte> seen = new CompletableFuture<>();
        threads.execute(() -> other.access(A, false, raw -> {
            inside.countDown();
            becomes(childStored::get, LIMIT_NANOS);
            seen.complete(RawMemory.getByte(raw));
        }));
        await(() -> inside.getCount() == 0);
        t.store(A, 2);
        childView.store(A, 1, 3);
        childStored.set(true);
        assertThat(seen.join()).isEqualTo((byte) 1);
        assertThat(t.load(A)).isEqualTo(2);
        assertThat(childView.load(A, 1)).isEqualTo(3);
        childView.close();
        child.destroy();
    }

    /** A copy or take-over that was decided before forking was raised ends before the first page is shared. */
    @Test
    void nothingIsSharedWhileAnEarlierAccessGoesOn() {
        t.fixed(A, PAGE, READ_WRITE);
        t.store(A, 1);
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean leave = new AtomicBoolean();
        threads.execute(() -> other.access(A, true, raw -> {
            inside.countDown();
            becomes(leave::get, LIMIT_NANOS);
            RawMemory.setByte(raw, (byte) 2);
        }));
        await(() -> inside.getCount() == 0);
        CompletableFuture<AddressSpace> child = CompletableFuture.supplyAsync(() -> Fork.childOf(t.view), threads);
        try (Participant watcher = t.core.epochs().join("watcher")) {
            await(t.space::isWithdrawing);
            boolean sharedSoon = becomes(() -> isShared(watcher, A), NEVER_NANOS);
            leave.set(true);
            assertThat(sharedSoon).isFalse();
        }
        View childView = child.join().open("child");
        assertThat(childView.load(A, 1)).as("stored before the page was shared").isEqualTo(2);
        childView.close();
        child.join().destroy();
    }

    /** A store that found the page its own lands before the child runs, and the child has it. */
    @Test
    void theChildWaitsForStoresThatBeganBeforeThePageWasShared() {
        long bytes = 32 * MIB;
        long last = A + bytes - PAGE;
        t.fixed(A, bytes, READ_WRITE);
        t.fill(A, bytes, 1);
        int tries = 0;
        // The store has to come between the sharing of the first page and that of the last: seldom where the threads
        // have
        // no CPU to themselves.
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!storeDuringFork(last, 2 + tries % VALUES)) {
            tries++;
            assertThat(System.nanoTime()).as("%d tries", tries).isLessThan(end);
            t.fill(A, bytes, 1);
        }
    }

    private boolean storeDuringFork(long last, int value) {
        AtomicBoolean forked = new AtomicBoolean();
        AtomicBoolean between = new AtomicBoolean();
        AtomicBoolean forkedInside = new AtomicBoolean();
        CompletableFuture<Void> stored = CompletableFuture.runAsync(
                () -> {
                    try (Participant watcher = t.core.epochs().join("watcher")) {
                        await(() -> isShared(watcher, A));
                    }
                    other.access(last, true, raw -> {
                        between.set(!forked.get() && becomes(() -> isShared(other.participant(), last), NEVER_NANOS));
                        forkedInside.set(between.get() && becomes(forked::get, NEVER_NANOS));
                        RawMemory.setByte(raw, (byte) value);
                    });
                },
                threads);
        AddressSpace child = Fork.childOf(t.view);
        forked.set(true);
        stored.join();
        assertThat(forkedInside)
                .as("the fork returned while a store was going on")
                .isFalse();
        View childView = child.open("child");
        if (between.get()) {
            assertThat(childView.load(last, 1)).isEqualTo(value);
        }
        childView.close();
        child.destroy();
        return between.get();
    }

    @Test
    void storesToSharedPagesWaitForTheFork() {
        t.fixed(A, 4 * PAGE, READ_WRITE);
        t.store(A, 1);
        assertThat(t.load(A + 2 * PAGE)).isZero();
        AddressSpace child = Fork.childOf(t.view);
        t.space.beginWithdrawing();
        CompletableFuture<Void> store = CompletableFuture.runAsync(() -> other.store(A, 1, 2), threads);
        boolean storedSoon = becomes(store::isDone, NEVER_NANOS);
        // Nobody else waits.
        assertThat(t.load(A)).isEqualTo(1);
        t.store(A + PAGE, 3);
        t.store(A + 2 * PAGE, 3);
        assertThat(t.unmap(A + PAGE, PAGE)).isZero();
        assertThat(t.protect(A + 2 * PAGE, PAGE, READ_WRITE)).isZero();
        t.space.endWithdrawing();
        store.join();
        assertThat(storedSoon).isFalse();
        assertThat(t.load(A)).isEqualTo(2);
        child.destroy();
    }

    /** Truncation takes copies away: one that is on its way to a child, or to another place, would be missed. Eviction does not, and waits for nobody. */
    @Test
    void truncationWaitsForWhoeverCarriesCopies() {
        SharedMemory object = new SharedMemory(t.core, 4);
        t.fixedObject(A, 4 * PAGE, READ_WRITE, object, false, 0);
        t.fixedObject(B, 4 * PAGE, READ_WRITE, object, true, 0);
        t.store(A, 1);
        t.load(A + PAGE);
        t.store(B, 1);
        try (Participant actor = t.core.epochs().join("truncation")) {
            MoveTicket ticket = MoveTicket.ofAll();
            t.space.moveTickets().take(ticket);
            object.mappings().unmap(1, 2, false, new ReverseAccess(t.core, () -> actor));
            assertThat(SpaceWord.isPresent(word(actor, A + PAGE))).isFalse();
            CompletableFuture<Void> cut = CompletableFuture.runAsync(
                    () -> object.mappings().unmap(0, 4, true, new ReverseAccess(t.core, () -> actor)), threads);
            boolean cutSoon = becomes(cut::isDone, NEVER_NANOS);
            t.space.moveTickets().giveBack(ticket);
            cut.join();
            assertThat(cutSoon).isFalse();
            assertThat(SpaceWord.isPresent(word(actor, A))).isFalse();
        }
        object.letGo();
    }

    @Test
    void forksOfOneSpaceTakeTurns() {
        t.fixed(A, MIB, READ_WRITE);
        t.fill(A, MIB, 1);
        CompletableFuture<AddressSpace> first = CompletableFuture.supplyAsync(() -> Fork.childOf(t.view), threads);
        CompletableFuture<AddressSpace> second = CompletableFuture.supplyAsync(() -> Fork.childOf(other), threads);
        first.join();
        second.join();
        t.audit();
        assertThat(t.space.isWithdrawing()).isFalse();
        first.join().destroy();
        t.store(A, 2);
        View childView = second.join().open("child");
        assertThat(childView.load(A, 1)).isEqualTo(1);
        childView.close();
        second.join().destroy();
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MADV_REMOVE on shared memory: the object itself becomes zero, whoever maps it. */
@Timeout(60)
class PunchTest {
    private static int punch(TestSpace t, long address, long bytes) {
        return Punch.range(t.view, address >>> 12, bytes >>> 12);
    }

    @Test
    void theHoleIsSeenInEveryMapAndItsFramesAreFree() {
        try (TestSpace t = new TestSpace()) {
            SharedMemory object = new SharedMemory(t.core, 1024);
            t.fixedObject(A, 1024 * PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(B, 512 * PAGE, READ, object, true, 512);
            object.letGo();
            t.fill(A, 1024 * PAGE, 7);
            assertThat(t.load(B + 8 * PAGE)).isEqualTo(7);
            long used = t.core.frames().countFree();
            assertThat(punch(t, A + PAGE, 520 * PAGE)).isZero();
            t.core.epochs().reclaimAll(0);
            assertThat(t.core.frames().countFree() - used).isEqualTo(520);
            t.audit();
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.same(A + PAGE, 520 * PAGE, 0)).isTrue();
            assertThat(t.same(A + 521 * PAGE, 503 * PAGE, 7)).isTrue();
            assertThat(t.load(B + 8 * PAGE)).isZero();
            assertThat(t.load(B + 9 * PAGE)).isEqualTo(7);
        }
    }

    @Test
    void refusalsComeMapByMap() {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, PAGE, READ_WRITE);
            t.store(A, 1);
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            assertThat(punch(t, A, 2 * PAGE)).isEqualTo(Refusal.INVALID);
            assertThat(t.load(A)).as("what came before stays punched").isZero();
            t.store(A, 1);
            t.unmap(A + PAGE, PAGE);
            assertThat(punch(t, A, 2 * PAGE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.load(A)).isZero();
            t.store(A, 1);
            assertThat(Advise.lock(t.view, A >>> 12, 1, true)).isZero();
            assertThat(punch(t, A, PAGE)).isEqualTo(Refusal.INVALID);
            assertThat(t.load(A)).isEqualTo(1);
        }
    }

    /** A fault that found the page before it left the object must not show its frame afterwards: all maps show the same page. */
    @Test
    void aFaultThatFoundThePageBeforeIsUndone() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            SharedMemory object = new SharedMemory(t.core, 2);
            t.fixedObject(A, 2 * PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(B, 2 * PAGE, READ_WRITE, object, true, 0);
            object.letGo();
            t.store(A, 7);
            t.store(B + PAGE, 7);
            CountDownLatch found = new CountDownLatch(1);
            AtomicBoolean punched = new AtomicBoolean();
            Future<?> faulting = threads.submit(() -> {
                try (View view = t.space.open("faulting")) {
                    faultSlowly(view, object, found, punched);
                }
            });
            found.await();
            assertThat(punch(t, A, PAGE)).isZero();
            punched.set(true);
            faulting.get();
            t.store(A, 9);
            assertThat(t.load(B)).isEqualTo(9);
            assertThat(t.load(A + PAGE)).isEqualTo(7);
        }
    }

    /** What a fault does at B, with time between its two steps: the object's frame, then the word. */
    private static void faultSlowly(View view, SharedMemory object, CountDownLatch found, AtomicBoolean punched) {
        view.participant().enter();
        try {
            long slot = view.leafSlot(B);
            long word = RawMemory.getAcquire(slot);
            long frame = object.map(0);
            found.countDown();
            long deadline = System.nanoTime() + 100_000_000;
            while (!punched.get() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            long populated = SpaceWord.populatedShared(word, frame);
            assertThat(RawMemory.compareAndSet(slot, word, populated)).isTrue();
            view.bill(word, 0, -1);
            view.bill(populated, 0, 1);
        } finally {
            view.participant().leave();
        }
    }

    /** As long as a map may show the old page no new one comes, that others would store to. */
    @Test
    void aNewPageWaitsUntilNoMapShowsTheOldOne() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            SharedMemory object = new SharedMemory(t.core, 1);
            t.fixedObject(A, PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(B, PAGE, READ_WRITE, object, true, 0);
            object.letGo();
            t.store(A, 7);
            List<Future<?>> others = new ArrayList<>();
            t.view.access(A, false, raw -> {
                others.add(threads.submit(() -> object.punchPages(0, 1)));
                while (object.isResident(0)) {
                    Thread.onSpinWait();
                }
                others.add(threads.submit(() -> {
                    try (View view = t.space.open("storing")) {
                        view.store(B, 1, 9);
                    }
                }));
                long deadline = System.nanoTime() + 50_000_000;
                while (System.nanoTime() < deadline && !others.get(1).isDone()) {
                    Thread.onSpinWait();
                }
                assertThat(others.get(1).isDone()).isFalse();
                assertThat(RawMemory.getByte(raw)).isEqualTo((byte) 7);
            });
            for (Future<?> other : others) {
                other.get();
            }
            assertThat(t.load(A)).isEqualTo(9);
            assertThat(t.load(B)).isEqualTo(9);
        }
    }

    @Test
    void faultsAgainstPunching() throws Exception {
        int pages = 8;
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            SharedMemory object = new SharedMemory(t.core, pages);
            t.fixedObject(A, pages * PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(B, pages * PAGE, READ_WRITE, object, true, 0);
            object.letGo();
            AtomicBoolean stop = new AtomicBoolean();
            Future<?> loading = threads.submit(() -> {
                try (View view = t.space.open("loading")) {
                    for (int i = 0; !stop.get(); i++) {
                        long address = B + i % pages * PAGE;
                        view.load(address, 8);
                        Advise.discard(view, address >>> 12, 1, false);
                    }
                }
            });
            try {
                long deadline = System.nanoTime() + 1_000_000_000L;
                for (long round = 1; System.nanoTime() < deadline; round++) {
                    assertThat(punch(t, A, pages * PAGE)).isZero();
                    for (int page = 0; page < pages; page++) {
                        t.view.store(A + page * PAGE, 8, round);
                        assertThat(t.view.load(B + page * PAGE, 8)).isEqualTo(round);
                    }
                }
            } finally {
                stop.set(true);
            }
            loading.get();
            t.audit();
        }
    }
}

package dev.pagoda.mm.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochsTest {
    private final ConcurrentLinkedQueue<Long> disposed = new ConcurrentLinkedQueue<>();

    private Epochs epochs() {
        return new Epochs((record, stripe) -> disposed.add(record));
    }

    @Test
    void graceWaitsForAReaderInsideAndNotForALaterOne() throws InterruptedException {
        try (Epochs epochs = epochs();
                Participant reader = epochs.join("reader");
                Participant later = epochs.join("later")) {
            reader.enter();
            long tag = begin(epochs);
            assertThat(hasPassed(epochs, tag)).isFalse();
            later.enter();
            reader.leave();
            assertThat(hasPassed(epochs, tag)).isTrue();
            reader.enter();
            assertThat(hasPassed(epochs, tag))
                    .as("entered again, after the tag")
                    .isTrue();
            assertThat(hasPassed(epochs, begin(epochs))).isFalse();
            reader.leave();
            later.leave();
        }
    }

    @Test
    void awaitGraceReturnsOnlyWhenTheReaderHasLeft() throws InterruptedException {
        try (Epochs epochs = epochs();
                Participant reader = epochs.join("reader");
                Participant waiter = epochs.join("waiter")) {
            reader.enter();
            AtomicBoolean left = new AtomicBoolean();
            AtomicBoolean sawLeft = new AtomicBoolean();
            CountDownLatch started = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                started.countDown();
                waiter.awaitGrace();
                sawLeft.set(left.get());
            });
            thread.start();
            started.await();
            for (int i = 0; i < 1000; i++) {
                Thread.yield();
            }
            assertThat(thread.isAlive()).isTrue();
            left.set(true);
            reader.leave();
            thread.join();
            assertThat(sawLeft).isTrue();
        }
    }

    @Test
    void epochsNestAndWaitsInsideAreRefused() {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self")) {
            self.enter();
            self.enter();
            self.leave();
            assertThat(self.isInside()).isTrue();
            assertThat(hasPassed(epochs, begin(epochs))).isFalse();
            assertThatThrownBy(self::awaitGrace)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("self");
            assertThatThrownBy(self::drain).isInstanceOf(IllegalStateException.class);
            fill(self, RetireRing.RECORDS - 10);
            assertThatThrownBy(() -> self.makeRoom(11)).isInstanceOf(IllegalStateException.class);
            self.makeRoom(10);
            self.leave();
            assertThat(self.isInside()).isFalse();
        }
    }

    @Test
    void aFullRingIsRefusedAndMakeRoomEmptiesIt() {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self")) {
            fill(self, RetireRing.RECORDS);
            assertThatThrownBy(() -> self.retire(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("self");
            self.makeRoom(1);
            assertThat(disposed).hasSize(RetireRing.RECORDS).doesNotHaveDuplicates();
            self.retire(7);
            self.drain();
            assertThat(disposed).contains(7L).hasSize(RetireRing.RECORDS + 1);
        }
    }

    @Test
    void tidyDisposesAFullBatchOnlyAfterItsGrace() {
        try (Epochs epochs = epochs();
                Participant reader = epochs.join("reader");
                Participant self = epochs.join("self")) {
            fill(self, Participant.BATCH_RECORDS - 1);
            self.tidy();
            self.tidy();
            assertThat(disposed).isEmpty();
            try (Stay _ = new Stay(reader)) {
                fill(self, 1);
                self.tidy();
                fill(self, Participant.BATCH_RECORDS);
                self.tidy();
                assertThat(disposed).as("a reader is inside since before").isEmpty();
                reader.leave();
                reader.enter();
                self.tidy();
                assertThat(disposed).hasSize(Participant.BATCH_RECORDS);
                fill(self, Participant.BATCH_RECORDS);
                self.tidy();
                assertThat(disposed)
                        .as("the second batch was begun while the reader was inside")
                        .hasSize(Participant.BATCH_RECORDS);
            }
        }
    }

    @Test
    void anotherParticipantReclaimsAllAndEachRecordOnce() throws InterruptedException {
        try (Epochs epochs = epochs();
                Participant owner = epochs.join("owner");
                Participant other = epochs.join("other")) {
            fill(owner, 700);
            fill(other, 5);
            assertThat(epochs.reclaimAll(1)).isEqualTo(705);
            assertThat(disposed).hasSize(705);
            assertThat(epochs.reclaimAll(1)).isZero();
        }
    }

    @Test
    void closingDrainsAndGivesTheSlotBack() {
        try (Epochs epochs = epochs()) {
            Participant first = epochs.join("first");
            int index = first.index();
            first.retire(42);
            first.close();
            assertThat(disposed).containsExactly(42L);
            try (Participant second = epochs.join("second")) {
                assertThat(second.index()).isEqualTo(index);
                assertThat(second.name()).isEqualTo("second");
            }
        }
    }

    private static long begin(Epochs epochs) {
        return epochs.gracePeriods().begin();
    }

    private static boolean hasPassed(Epochs epochs, long tag) {
        return epochs.roster().firstInside(tag, 0) == Roster.NOBODY;
    }

    private static void fill(Participant participant, int count) {
        for (int i = 0; i < count; i++) {
            participant.retire(NEXT.getAndIncrement());
        }
    }

    private static final AtomicLong NEXT = new AtomicLong(1000);

    /**
     * Two retirers publish cells in a shared word, unlink and retire them; disposal marks a cell dead. Readers that find a cell
     * inside an epoch must see it alive until they leave.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsDisposedWhileAReaderMaySeeIt(boolean membarrier) throws InterruptedException {
        int cells = 1 << 14;
        long rounds = 150_000;
        try (Reservation memory = new Reservation(64 + cells * 8L)) {
            long link = memory.address();
            long base = memory.address() + 64;
            ConcurrentLinkedQueue<Long> free = new ConcurrentLinkedQueue<>();
            for (long i = 0; i < cells; i++) {
                free.add(i);
            }
            Retired back = (cell, stripe) -> {
                RawMemory.setRelease(base + cell * 8, 0);
                free.add(cell);
            };
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean stop = new AtomicBoolean();
            try (Epochs epochs =
                    membarrier ? new Epochs(back) : new Epochs(back, stuck -> {}, Long.MAX_VALUE / 4, false)) {
                List<Thread> readers = new ArrayList<>();
                for (int r = 0; r < 2; r++) {
                    readers.add(start(failure, () -> {
                        try (Participant self = epochs.join("reader")) {
                            while (!stop.get()) {
                                try (Stay _ = new Stay(self)) {
                                    long cell = RawMemory.getAcquire(link) - 1;
                                    for (int look = 0; cell >= 0 && look < 20; look++) {
                                        if (RawMemory.getAcquire(base + cell * 8) == 0) {
                                            throw new IllegalStateException(
                                                    "cell " + cell + " was disposed under a reader");
                                        }
                                    }
                                }
                            }
                        }
                    }));
                }
                List<Thread> writers = new ArrayList<>();
                for (int w = 0; w < 2; w++) {
                    writers.add(start(failure, () -> {
                        try (Participant self = epochs.join("writer")) {
                            for (long i = 0; i < rounds && failure.get() == null; i++) {
                                self.makeRoom(1);
                                Long fresh = free.poll();
                                if (fresh == null) {
                                    epochs.reclaimAll(0);
                                    continue;
                                }
                                RawMemory.setRelease(base + fresh * 8, 1);
                                long seen;
                                do {
                                    seen = RawMemory.getAcquire(link);
                                } while (!RawMemory.compareAndSet(link, seen, fresh + 1));
                                if (seen != 0) {
                                    self.retire(seen - 1);
                                }
                                self.tidy();
                            }
                        }
                    }));
                }
                for (Thread writer : writers) {
                    writer.join();
                }
                stop.set(true);
                for (Thread reader : readers) {
                    reader.join();
                }
                assertThat(failure.get()).isNull();
                epochs.reclaimAll(0);
                assertThat(free).hasSize(cells - 1).doesNotHaveDuplicates();
            }
        }
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
        thread.start();
        return thread;
    }
}

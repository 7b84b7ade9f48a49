package dev.pagoda.mm.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.Posix;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who holds up a grace period is named. */
@Timeout(60)
class StuckReaderTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long SHORT = 20_000_000L;

    private final BlockingQueue<StuckReader> reports = new LinkedBlockingQueue<>();

    private Epochs epochs(long stuckNanos) {
        return new Epochs((record, stripe) -> {}, reports::add, stuckNanos, Posix.registerMembarrier());
    }

    private StuckReader next() throws InterruptedException {
        StuckReader report = reports.poll(20, TimeUnit.SECONDS);
        assertThat(report).as("a report within 20 seconds").isNotNull();
        return report;
    }

    /** A thread that waits for a grace period; closed after all stays, before the epochs. */
    private static final class Waiter implements AutoCloseable {
        private final Epochs epochs;
        private final String name;
        private Thread thread;

        Waiter(Epochs epochs, String name) {
            this.epochs = epochs;
            this.name = name;
        }

        void start() {
            thread = Thread.ofPlatform().name(name).start(epochs::awaitGrace);
        }

        @Override
        public void close() {
            end();
        }

        void end() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aReaderThatStaysIsNamedAfterASecondAndTheWaitStillEnds() throws InterruptedException {
        try (Epochs epochs = new Epochs((record, stripe) -> {}, reports::add);
                Participant reader = epochs.join("view of the sleeper");
                Participant innocent = epochs.join("innocent");
                Waiter waiter = new Waiter(epochs, "munmap");
                Stay stay = new Stay(reader)) {
            long before = System.nanoTime();
            waiter.start();
            StuckReader report = next();
            long noticed = System.nanoTime() - before;
            assertThat(report.reader().participant()).isEqualTo("view of the sleeper");
            assertThat(report.reader().epochsAgo()).isEqualTo(1);
            assertThat(report.heldNanos()).isBetween(SECOND, noticed);
            assertThat(report.waiting()).isEqualTo("thread 'munmap'");
            assertThat(report.toString())
                    .startsWith("participant 'view of the sleeper' is inside an epoch, entered 1 epoch ago")
                    .endsWith("thread 'munmap' waits for it")
                    .doesNotContain("\n");
            innocent.enter();
            innocent.leave();
            assertThat(epochs.statistics().awaited()).isZero();
            stay.end();
            waiter.end();
            EpochStatistics statistics = epochs.statistics();
            assertThat(statistics.longestWaitNanos()).isGreaterThan(SECOND);
            assertThat(statistics.stuckReports()).isEqualTo(1);
            assertThat(reports).as("the innocent is not named").isEmpty();
        }
    }

    @Test
    void itIsNamedAgainAtGrowingIntervalsHoweverManyWait() throws InterruptedException {
        try (Epochs epochs = epochs(SHORT);
                Participant reader = epochs.join("reader");
                Waiter first = new Waiter(epochs, "first");
                Waiter second = new Waiter(epochs, "second");
                Stay _ = new Stay(reader)) {
            first.start();
            second.start();
            long interval = SHORT;
            for (int i = 0; i < 5; i++) {
                StuckReader report = next();
                assertThat(report.heldNanos()).isGreaterThanOrEqualTo(interval);
                while (interval <= report.heldNanos()) {
                    interval *= 2;
                }
            }
        }
    }

    @Test
    void aReaderThatLeavesAndEntersAgainIsNotNamed() throws InterruptedException {
        try (Epochs epochs = epochs(SHORT);
                Participant stuck = epochs.join("stuck");
                Participant busy = epochs.join("busy");
                Waiter waiter = new Waiter(epochs, "waiter");
                Stay stay = new Stay(stuck);
                Stay _ = new Stay(busy)) {
            waiter.start();
            until(() -> epochs.gracePeriods().begun() == 1);
            // Inside again, but since after the grace period began.
            busy.leave();
            busy.enter();
            for (int i = 0; i < 3; i++) {
                assertThat(next().reader().participant()).isEqualTo("stuck");
            }
            stay.end();
            waiter.end();
            assertThat(reports).allMatch(report -> report.reader().participant().equals("stuck"));
        }
    }

    @Test
    void aHeldBatchIsReportedAlthoughNobodyWaits() {
        try (Epochs epochs = epochs(SHORT);
                Participant reader = epochs.join("reader");
                Participant self = epochs.join("self");
                Stay stay = new Stay(reader)) {
            for (int i = 0; i < 2 * Participant.BATCH_RECORDS; i++) {
                self.retire(i);
                self.tidy();
            }
            until(() -> {
                self.tidy();
                return !reports.isEmpty();
            });
            StuckReader report = reports.remove();
            assertThat(report.reader().participant()).isEqualTo("reader");
            assertThat(report.waiting()).isEqualTo("retired memory of participant 'self'");
            assertThat(report.heldNanos()).isGreaterThanOrEqualTo(SHORT);
            stay.end();
            self.tidy();
            assertThat(epochs.disposed()).isEqualTo(Participant.BATCH_RECORDS);
        }
    }

    @Test
    void whoIsInsideCanBeAsked() {
        try (Epochs epochs = epochs(SECOND);
                Participant first = epochs.join("first");
                Participant second = epochs.join("second")) {
            assertThat(epochs.inside()).isEmpty();
            assertThat(first.describe()).isEqualTo("participant 'first' is outside of epochs");
            second.enter();
            second.enter();
            epochs.gracePeriods().begin();
            epochs.gracePeriods().begin();
            assertThat(epochs.inside()).containsExactly(new EpochReader("second", 1, 2));
            assertThat(second.describe()).isEqualTo("participant 'second' is inside an epoch, entered 2 epochs ago");
            assertThat(epochs.statistics().inside()).isEqualTo(1);
            second.leave();
            second.leave();
            assertThat(epochs.inside()).isEmpty();
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 20 * SECOND;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 seconds").isLessThan(end);
            Thread.yield();
        }
    }
}

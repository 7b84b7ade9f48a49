package dev.pagoda.mm.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much retired memory there can be, and that it is counted. */
@Timeout(120)
class BacklogTest {
    private final AtomicLong disposed = new AtomicLong();

    private Epochs epochs() {
        return new Epochs((record, stripe) -> disposed.incrementAndGet());
    }

    @Test
    void statisticsCountWhatIsDone() {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self");
                Participant other = epochs.join("other")) {
            assertThat(epochs.statistics()).isEqualTo(new EpochStatistics(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            retire(self, 300);
            self.tidy();
            long barriers = epochs.gracePeriods().hasMembarrier() ? 1 : 0;
            assertThat(epochs.statistics())
                    .isEqualTo(new EpochStatistics(2, 0, 1, 0, barriers, 300, 0, 300, 300, 0, 0));
            retire(self, 256);
            self.tidy();
            assertThat(epochs.statistics())
                    .isEqualTo(new EpochStatistics(2, 0, 2, 0, 2 * barriers, 556, 300, 256, 300, 0, 0));
            retire(other, 7);
            epochs.reclaimAll(0);
            assertThat(epochs.statistics())
                    .isEqualTo(new EpochStatistics(2, 0, 3, 1, 3 * barriers, 563, 563, 0, 300, 0, 0));
            assertThat(disposed).hasValue(563);
        }
    }

    @Test
    void whatIsBeingDisposedOfIsStillOnItsWay() {
        AtomicReference<Epochs> asked = new AtomicReference<>();
        List<Long> pending = new ArrayList<>();
        try (Epochs epochs = new Epochs(
                (record, stripe) -> pending.add(asked.get().statistics().pending()))) {
            asked.set(epochs);
            try (Participant self = epochs.join("self")) {
                retire(self, 2);
                assertThat(epochs.isReclaiming()).isTrue();
                epochs.reclaimAll(0);
                assertThat(epochs.isReclaiming()).isFalse();
            }
        }
        assertThat(pending).as("of a batch of two, until both are gone").containsExactly(2L, 2L);
    }

    @Test
    void withoutMembarrierNoneIsCounted() {
        try (Epochs epochs = new Epochs((record, stripe) -> {}, stuck -> {}, 1_000_000_000L, false)) {
            epochs.awaitGrace();
            assertThat(epochs.statistics().begun()).isEqualTo(1);
            assertThat(epochs.statistics().membarriers()).isZero();
        }
    }

    @Test
    void aFullRingForcesReclamation() {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self")) {
            for (int i = 0; i < RetireRing.RECORDS; i++) {
                self.makeRoom(1);
                self.retire(i);
            }
            assertThat(disposed).as("room for all of them").hasValue(0);
            assertThat(epochs.statistics().awaited()).isZero();
            self.makeRoom(1);
            assertThat(disposed).hasValue(RetireRing.RECORDS);
            assertThat(epochs.statistics().awaited()).isEqualTo(1);
            assertThat(epochs.statistics().highestPending()).isEqualTo(RetireRing.RECORDS);
        }
    }

    /** Nothing tidies here, so that the ring runs full again and again, while another thread enters and leaves. */
    @Test
    void retiringWithoutEndStaysInTheRing() throws InterruptedException {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self");
                Participant reader = epochs.join("reader")) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread thread = Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    reader.enter();
                    Thread.yield();
                    reader.leave();
                }
            });
            long records = 200_000;
            for (long i = 0; i < records; i++) {
                self.makeRoom(3);
                self.retire(i);
                assertThat(self.ring().size()).isLessThanOrEqualTo(RetireRing.RECORDS);
            }
            stop.set(true);
            thread.join();
            EpochStatistics statistics = epochs.statistics();
            assertThat(statistics.retired()).isEqualTo(records);
            assertThat(statistics.highestPending()).isBetween(RetireRing.RECORDS - 2L, (long) RetireRing.RECORDS);
            assertThat(statistics.awaited()).isGreaterThanOrEqualTo(records / RetireRing.RECORDS - 1);
            assertThat(statistics.disposed())
                    .isEqualTo(disposed.get())
                    .isGreaterThanOrEqualTo(records - RetireRing.RECORDS);
        }
    }

    /** Each stops before it has a batch, and nobody looks after it any more. */
    @Test
    void whatManyIdleParticipantsLeaveBehindIsReclaimedByThoseWhoGoOn() {
        int count = 1000;
        int each = Participant.BATCH_RECORDS - 1;
        try (Epochs epochs = epochs()) {
            List<Participant> participants = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Participant participant = epochs.join("idle " + i);
                participants.add(participant);
                for (int k = 0; k < each; k++) {
                    participant.makeRoom(1);
                    participant.retire(k);
                    participant.tidy();
                }
            }
            // All but the last announced their records in the larger parts of the time when they joined.
            long bound = Backlog.LIMIT_RECORDS + (long) count * Participant.BATCH_RECORDS / 2;
            EpochStatistics statistics = epochs.statistics();
            assertThat(statistics.retired()).isEqualTo((long) count * each);
            assertThat(statistics.disposed()).as("by other participants").isGreaterThan(Backlog.LIMIT_RECORDS);
            assertThat(statistics.highestPending()).isLessThan(bound);
            participants.forEach(Participant::close);
            assertThat(epochs.statistics().pending()).isZero();
            assertThat(disposed).hasValue((long) count * each);
        }
    }

    /** Threads that retire as fast as they can, beside idle participants with full batches; a reader looks in. */
    @Test
    void theSumStaysBelowItsBound() throws InterruptedException {
        int idle = 300;
        int threads = 3;
        try (Epochs epochs = epochs()) {
            List<Participant> participants = new ArrayList<>();
            for (int i = 0; i < idle + threads; i++) {
                participants.add(epochs.join("participant " + i));
            }
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong retired = new AtomicLong();
            List<Thread> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Participant self = participants.get(idle + t);
                running.add(Thread.ofPlatform().start(() -> {
                    long records = 0;
                    while (!stop.get()) {
                        self.makeRoom(1);
                        self.retire(records++);
                        self.tidy();
                    }
                    retired.addAndGet(records);
                }));
            }
            long part = Backlog.part(idle + threads);
            long bound = Backlog.LIMIT_RECORDS + participants.size() * (part + 1);
            long highest = 0;
            // Without the limit, more than the bound would lie in the rings of the idle.
            int turns = 16 * idle;
            for (int turn = 0; turn < turns; turn++) {
                Participant self = participants.get(turn % idle);
                self.enter();
                self.leave();
                for (int i = 0; i < 50; i++) {
                    self.makeRoom(1);
                    self.retire(i);
                }
                highest = Math.max(highest, epochs.statistics().highestPending());
            }
            stop.set(true);
            for (Thread thread : running) {
                thread.join();
            }
            // Each thread may have one batch copied that it has not taken yet.
            assertThat(highest).isLessThanOrEqualTo(bound + threads * Participant.BATCH_RECORDS);
            participants.forEach(Participant::close);
            EpochStatistics statistics = epochs.statistics();
            assertThat(statistics.pending()).isZero();
            assertThat(statistics.retired()).isEqualTo(disposed.get()).isEqualTo(retired.get() + 50L * turns);
            assertThat(epochs.backlog().announcedAndPending())
                    .as("closing announces the rest")
                    .isZero();
        }
    }

    @Test
    void partsShrinkWithTheNumberOfParticipants() {
        assertThat(Backlog.part(1)).isEqualTo(256);
        assertThat(Backlog.part(256)).isEqualTo(256);
        assertThat(Backlog.part(512)).isEqualTo(128);
        assertThat(Backlog.part(Roster.MAX_PARTICIPANTS)).isEqualTo(16);
    }

    private static void retire(Participant participant, int count) {
        for (int i = 0; i < count; i++) {
            participant.retire(i);
        }
    }
}

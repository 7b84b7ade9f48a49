package dev.pagoda.mm.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Joining and closing. */
@Timeout(60)
class RosterTest {
    private static final int LOOKS = 20;

    private final AtomicLong disposed = new AtomicLong();

    private Epochs epochs() {
        return new Epochs((record, stripe) -> disposed.incrementAndGet());
    }

    @Test
    void theBoundFallsWhenTheHighestLeave() {
        try (Epochs epochs = epochs()) {
            List<Participant> participants = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                participants.add(epochs.join("p" + i));
            }
            Roster roster = epochs.roster();
            assertThat(roster.bound()).isEqualTo(100);
            for (int i = 50; i < 99; i++) {
                participants.get(i).close();
            }
            assertThat(roster.bound()).as("the highest is there still").isEqualTo(100);
            participants.get(99).close();
            assertThat(roster.bound()).isEqualTo(50);
            try (Participant again = epochs.join("again")) {
                assertThat(again.index()).isEqualTo(50);
                assertThat(roster.bound()).isEqualTo(51);
            }
            for (int i = 0; i < 50; i++) {
                participants.get(i).close();
            }
            assertThat(roster.bound()).isZero();
        }
    }

    @Test
    void aClosedParticipantCanNeitherEnterNorRetireNorTakeTheSlotAway() {
        try (Epochs epochs = epochs()) {
            Participant closed = epochs.join("closed");
            closed.close();
            try (Participant next = epochs.join("next")) {
                assertThat(next.index()).isEqualTo(closed.index());
                next.enter();
                closed.close();
                assertThat(epochs.inside()).hasSize(1);
                assertThatThrownBy(closed::enter)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed");
                assertThatThrownBy(closed::enter).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> closed.retire(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed");
                assertThat(closed.isInside()).isFalse();
                assertThat(closed.describe()).contains("outside");
                assertThat(epochs.roster().firstInside(Long.MAX_VALUE, 0)).isEqualTo(next.index());
                next.leave();
            }
        }
    }

    @Test
    void closingInsideAnEpochIsRefused() {
        try (Epochs epochs = epochs();
                Participant self = epochs.join("self")) {
            self.enter();
            assertThatThrownBy(self::close).isInstanceOf(IllegalStateException.class);
            self.leave();
        }
    }

    /** Whoever is inside must be found by a scan, whatever the others do to the bound. */
    @Test
    void nobodyIsLeftOutOfTheScansWhileOthersComeAndGo() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Epochs epochs = epochs()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 5_000; i++) {
                            comeAndGo(epochs);
                        }
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(epochs.roster().bound()).isZero();
            assertThat(epochs.statistics().pending()).isZero();
            assertThat(disposed).hasValue(4 * 5_000);
        }
    }

    private static void comeAndGo(Epochs epochs) {
        try (Participant self = epochs.join("guest")) {
            for (int look = 0; look < LOOKS; look++) {
                self.enter();
                try {
                    // Somebody else may lower the bound at any moment, but not below this one.
                    if (epochs.roster().bound() <= self.index()) {
                        throw new IllegalStateException("nobody sees who is inside");
                    }
                } finally {
                    self.leave();
                }
            }
            self.makeRoom(1);
            self.retire(1);
        }
    }
}

package dev.pagoda.mm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A number against a limit: who waits, who is refused, and that many threads never go beyond it together. */
@Timeout(60)
class QuotaTest {
    private static final int THREADS = 3;
    private static final int ROUNDS = 200_000;

    private static Quota limitedTo(long pages) {
        Quota quota = new Quota();
        quota.setLimit(pages);
        return quota;
    }

    @Test
    void refusesAtOnceWhereNobodyIsUnderWay() {
        Quota quota = limitedTo(10);
        assertThat(quota.ask(11, 0)).isFalse();
        assertThat(quota.ask(10, 1)).isFalse();
        assertThat(quota.ask(10, 0)).isTrue();
        quota.settle(10, false, 4);
        assertThat(quota.pages()).isEqualTo(4);
        assertThat(quota.isInUse()).isFalse();
        assertThat(quota.askAlone(() -> 7, 0)).isEqualTo(-1);
        assertThat(quota.askAlone(() -> 6, 0)).isEqualTo(6);
        assertThat(quota.isInUse()).isTrue();
        quota.settle(6, true, 6);
        quota.add(-10);
        assertThat(quota.pages()).isZero();
        assertThat(quota.isInUse()).isFalse();
    }

    @Test
    void whoFindsNoRoomWaitsForThoseUnderWay() throws InterruptedException {
        Quota quota = limitedTo(10);
        assertThat(quota.ask(10, 0)).isTrue();
        AtomicBoolean granted = new AtomicBoolean();
        Thread other = waiting(() -> granted.set(quota.ask(1, 0)));
        assertThat(granted).isFalse();
        quota.settle(10, false, 9);
        other.join();
        assertThat(granted)
                .as("the one under way needed less than it had asked for")
                .isTrue();
    }

    @Test
    void nobodyAsksBesideACallerWhoIsAlone() throws InterruptedException {
        Quota quota = limitedTo(10);
        assertThat(quota.askAlone(() -> 5, 0)).isEqualTo(5);
        AtomicBoolean granted = new AtomicBoolean();
        Thread other = waiting(() -> granted.set(quota.ask(1, 0)));
        assertThat(granted).as("even where there is room").isFalse();
        quota.add(-1);
        quota.settle(5, true, 6);
        other.join();
        assertThat(granted).isTrue();
        assertThat(quota.pages()).isEqualTo(6);
    }

    @Test
    void nobodyIsAloneBesideACallUnderWay() throws InterruptedException {
        Quota quota = limitedTo(10);
        quota.join();
        AtomicLong asked = new AtomicLong();
        Thread other = waiting(() -> asked.set(quota.askAlone(() -> 3, 0)));
        assertThat(asked).hasValue(0);
        quota.settle(0, false, 0);
        other.join();
        assertThat(asked).hasValue(3);
    }

    /** A thread that has begun and yields for a while without ending. */
    private static Thread waiting(Runnable body) throws InterruptedException {
        Thread thread = new Thread(body);
        thread.start();
        thread.join(50);
        assertThat(thread.isAlive()).isTrue();
        return thread;
    }

    @Test
    void manyThreadsTogetherNeverGoBeyondTheLimit() throws InterruptedException {
        long limit = 5;
        Quota quota = limitedTo(limit);
        AtomicLong held = new AtomicLong();
        AtomicReference<String> failure = new AtomicReference<>();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads[i] = new Thread(() -> {
                for (int round = 0; round < ROUNDS && failure.get() == null; round++) {
                    long pages = 1 + (round + number) % 3;
                    boolean alone = round % 64 == number;
                    boolean granted = alone ? quota.askAlone(() -> pages, 0) >= 0 : quota.ask(pages, 0);
                    if (!granted) {
                        continue;
                    }
                    long sum = held.addAndGet(pages);
                    if (sum > limit) {
                        failure.set(sum + " pages were granted of " + limit);
                    }
                    quota.settle(pages, alone, pages);
                    held.addAndGet(-pages);
                    quota.add(-pages);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(quota.pages()).isZero();
        assertThat(quota.isInUse()).isFalse();
    }
}

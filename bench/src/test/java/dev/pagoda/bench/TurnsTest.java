package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Methods measured by turns: each has its turn, with one thread and with all, and is counted as what it is. */
class TurnsTest {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Two methods, and who called them. */
    public static class Rows {
        private final int thread;
        private final Set<String> calls = ConcurrentHashMap.newKeySet();
        private final AtomicInteger wrong = new AtomicInteger();

        Rows(int thread) {
            this.thread = thread;
        }

        /** Takes about a millisecond for ten operations. */
        @InTurn(operations = 10)
        public long slow() {
            long end = System.nanoTime() + 1_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            calls.add("slow");
            return end;
        }

        /** Takes about a tenth of it for as many. */
        @InTurn(operations = 10)
        public long quick() {
            long end = System.nanoTime() + 100_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            calls.add("quick");
            return end;
        }

        public long noRow() {
            return wrong.incrementAndGet();
        }
    }

    /** One that fails. */
    public static class Failing {
        @InTurn(operations = 1)
        public long fail() {
            throw new IllegalArgumentException("on purpose");
        }
    }

    @AfterEach
    void nothingIsLeft() {
        Turns.forget();
        assertThat(Turns.counted()).isEmpty();
    }

    @Test
    void eachMethodHasItsTurnWithOneThreadAndWithAll() throws InterruptedException {
        List<Rows> rows = IntStream.range(0, 3).mapToObj(Rows::new).toList();
        List<Turns> turns =
                rows.stream().map(one -> new Turns(one, one.thread, 3)).toList();
        Set<String> all = Set.of("quick@1", "quick@3", "slow@1", "slow@3");
        long begin = System.nanoTime();
        while (!Turns.counted().keySet().equals(all)) {
            assertThat(System.nanoTime() - begin).isLessThan(LIMIT_NANOS);
            List<Thread> threads = turns.stream()
                    .map(one -> Thread.ofPlatform().start(() -> {
                        long from = System.nanoTime();
                        while (System.nanoTime() - from < 200_000_000) {
                            one.take();
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        var counted = Turns.counted();
        assertThat(counted.get("slow@1")).isGreaterThanOrEqualTo(100_000);
        assertThat(counted.get("slow@3")).isGreaterThanOrEqualTo(100_000);
        assertThat(counted.get("quick@1")).isGreaterThanOrEqualTo(10_000).isLessThan(counted.get("slow@1"));
        assertThat(rows.getFirst().calls).containsExactlyInAnyOrder("slow", "quick");
        assertThat(rows).allSatisfy(one -> assertThat(one.wrong).hasValue(0));
        turns.forEach(Turns::close);
        assertThat(Turns.counted().keySet())
                .as("the last iteration ends after its threads")
                .isEqualTo(all);
    }

    /** A second thread alone is measured in turns of several only; it sleeps through the others. */
    @Test
    void theOthersSleepWhileOneIsMeasured() {
        Rows rows = new Rows(1);
        try (Turns second = new Turns(rows, 1, 2)) {
            long begin = System.nanoTime();
            while (Turns.counted().size() < 2) {
                assertThat(System.nanoTime() - begin).isLessThan(LIMIT_NANOS);
                second.take();
            }
            assertThat(Turns.counted().keySet()).containsExactlyInAnyOrder("quick@2", "slow@2");
        }
    }

    @Test
    void oneThreadAloneIsMeasuredWithOne() {
        Rows rows = new Rows(0);
        try (Turns only = new Turns(rows, 0, 1)) {
            long begin = System.nanoTime();
            while (Turns.counted().size() < 2) {
                assertThat(System.nanoTime() - begin).isLessThan(LIMIT_NANOS);
                only.take();
            }
            assertThat(Turns.counted().keySet()).containsExactlyInAnyOrder("quick@1", "slow@1");
        }
    }

    @Test
    void aMethodThatFailsEndsTheBenchmarkWithItsReason() {
        try (Turns turns = new Turns(new Failing(), 0, 1)) {
            assertThatThrownBy(turns::take)
                    .hasMessageContaining("fail failed")
                    .cause()
                    .hasMessage("on purpose");
        }
    }
}

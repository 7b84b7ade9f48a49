package dev.pagoda.mm.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SwapAreaTest {
    /** Slots without anything behind them. */
    private record Slots(long slots) implements SwapStore {
        @Override
        public String name() {
            return "slots";
        }

        @Override
        public int read(long slot, long[] pages, int count) {
            return -5;
        }

        @Override
        public int write(long slot, long[] pages, int count) {
            return -5;
        }

        @Override
        public void close() {}
    }

    @Test
    void slotsComeInOrderUntilThereAreNone() {
        try (SwapArea area = new SwapArea(new Slots(4))) {
            assertThat(List.of(area.allocate(), area.allocate(), area.allocate()))
                    .containsExactly(1L, 2L, 3L);
            assertThat(area.allocate()).isEqualTo(SwapArea.NONE);
            assertThat(area.freeBytes()).isZero();
            assertThat(area.raiseUnlessZero(2)).isTrue();
            area.drop(2);
            assertThat(area.freeBytes()).isZero();
            area.drop(2);
            assertThat(area.freeBytes()).isEqualTo(4096);
            assertThat(area.raiseUnlessZero(2)).isFalse();
            assertThat(area.allocate()).isEqualTo(2);
        }
    }

    @Test
    void aSlotIsGivenUpOnce() {
        try (SwapArea area = new SwapArea(new Slots(4))) {
            area.drop(area.allocate());
            assertThatThrownBy(() -> area.drop(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> area.drop(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> area.drop(4)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void noSlotIsHandedOutTwice() throws Exception {
        int slots = 40;
        AtomicIntegerArray owners = new AtomicIntegerArray(slots);
        try (SwapArea area = new SwapArea(new Slots(slots));
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                int number = i;
                runs.add(threads.submit(() -> {
                    Random random = new Random(number);
                    List<Long> mine = new ArrayList<>();
                    for (int round = 0; round < 100_000; round++) {
                        if (random.nextBoolean()) {
                            long slot = area.allocate();
                            if (slot != SwapArea.NONE) {
                                assertThat(owners.getAndSet((int) slot, number)).isZero();
                                mine.add(slot);
                            }
                        } else if (!mine.isEmpty()) {
                            long slot = mine.remove(random.nextInt(mine.size()));
                            assertThat(owners.getAndSet((int) slot, 0)).isEqualTo(number);
                            area.drop(slot);
                        }
                    }
                    mine.forEach(slot -> {
                        owners.set(slot.intValue(), 0);
                        area.drop(slot);
                    });
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
            assertThat(area.freeBytes()).isEqualTo(area.totalBytes());
        }
    }
}

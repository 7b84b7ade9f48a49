package dev.pagoda.mm.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hints: an area with free frames is found, whatever met while they came back. */
@Timeout(60)
class TreesTest {
    private static final int ROUNDS = 20_000;

    /** One takes an area's last unit and gives it back, or the whole area; another finds the hints wrong and corrects them. At every rest they are right. */
    @Test
    void noHintIsLost() throws Exception {
        try (Areas areas = new Areas(512)) {
            CyclicBarrier barrier = new CyclicBarrier(2);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread corrector = Thread.ofPlatform().start(() -> {
                try {
                    for (int round = 0; round < ROUNDS; round++) {
                        barrier.await();
                        for (int i = 0; i < 1 + round % 7; i++) {
                            areas.trees.correct(0);
                        }
                        barrier.await();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            for (int round = 0; round < ROUNDS; round++) {
                boolean whole = (round & 1) == 0;
                if (whole) {
                    assertThat(areas.takeWhole(0, 9)).isTrue();
                } else {
                    assertThat(areas.takeUnits(0, 512, 512)).isEqualTo(512);
                }
                barrier.await();
                for (int i = 0; i < round % 11; i++) {
                    Thread.onSpinWait();
                }
                if (whole) {
                    areas.returnWhole(0, 9);
                } else {
                    areas.returnUnits(0, 512);
                }
                barrier.await();
                assertThat(areas.trees.isFindable(0, false))
                        .as("some, round %d", round)
                        .isTrue();
                assertThat(areas.trees.isFindable(0, true))
                        .as("whole, round %d", round)
                        .isTrue();
            }
            corrector.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void reservationsAreOnesOwn() {
        try (Areas areas = new Areas(3L * 64 * 512)) {
            Trees trees = areas.trees;
            assertThat(trees.count()).isEqualTo(3);
            trees.reserve(1, 5, Lanes.RUNS);
            assertThat(trees.isOwnedBy(1, 5)).isTrue();
            assertThat(trees.kind(1)).isEqualTo(Lanes.RUNS);
            trees.reserve(1, 6, Lanes.LARGE);
            trees.release(1, 6);
            assertThat(trees.isOwnedBy(1, 5)).isTrue();
            trees.release(1, 5);
            assertThat(trees.isUnowned(1)).isTrue();
            assertThat(trees.kind(1)).as("what the tree is for stays").isEqualTo(Lanes.RUNS);
        }
    }
}

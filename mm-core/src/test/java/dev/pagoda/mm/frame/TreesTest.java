package dev.pagoda.mm.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hints: an area with free frames is found, whatever met while they came back. */
@Timeout(60)
class TreesTest {
    private static final int ROUNDS = 20_000;

    /** One takes all of an area and gives it back at once; another corrects hints all the time. When both rest, the hints are right. */
    @Test
    void noHintIsLost() throws Exception {
        try (Areas areas = new Areas(512)) {
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            AtomicInteger rested = new AtomicInteger();
            Thread corrector = Thread.ofPlatform().daemon().start(() -> {
                for (int round = 1; round <= ROUNDS; round++) {
                    await(begun, round);
                    seen.set(round);
                    while (ended.get() < round) {
                        areas.trees.correct(0);
                    }
                    rested.set(round);
                }
            });
            for (int round = 1; round <= ROUNDS; round++) {
                begun.set(round);
                await(seen, round);
                boolean whole = (round & 1) == 0;
                for (int i = 0; i < 3; i++) {
                    assertThat(whole ? areas.takeWhole(0, 9) : areas.takeUnits(0, 512, 512) == 512)
                            .isTrue();
                    if (whole) {
                        areas.returnWhole(0, 9);
                    } else {
                        areas.returnUnits(0, 512);
                    }
                }
                ended.set(round);
                await(rested, round);
                assertThat(areas.trees.isFindable(0, false))
                        .as("some, round %d", round)
                        .isTrue();
                assertThat(areas.trees.isFindable(0, true))
                        .as("whole, round %d", round)
                        .isTrue();
            }
            corrector.join();
        }
    }

    private static void await(AtomicInteger number, int value) {
        while (number.get() < value) {
            Thread.onSpinWait();
        }
    }

    @Test
    void reservationsAreOnesOwn() {
        try (Areas areas = new Areas(3L * 64 * 512)) {
            Trees trees = areas.trees;
            assertThat(trees.count()).isEqualTo(3);
            assertThat(trees.lastLane(1)).isNegative();
            trees.reserve(1, 5);
            assertThat(trees.isOwnedBy(1, 5)).isTrue();
            trees.reserve(1, 6);
            trees.release(1, 6);
            assertThat(trees.isOwnedBy(1, 5)).isTrue();
            trees.release(1, 5);
            assertThat(trees.isUnowned(1)).isTrue();
            assertThat(trees.isLastUsedBy(1, 5))
                    .as("who used it last stays known")
                    .isTrue();
            trees.reserve(1, 6);
            assertThat(trees.lastLane(1)).isEqualTo(6);
        }
    }
}

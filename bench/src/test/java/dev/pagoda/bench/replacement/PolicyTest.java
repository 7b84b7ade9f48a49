package dev.pagoda.bench.replacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each policy against uses worked out by hand, {@code x} for a hit; and none above the optimum. */
class PolicyTest {
    private static String hits(Policy policy, int... uses) {
        return IntStream.of(uses)
                .mapToObj(block -> policy.use(block) ? "x" : "-")
                .collect(Collectors.joining());
    }

    @Test
    void lruLosesTheBlockNotUsedForLongest() {
        // 0 was used after 1, so 2 takes the place of 1; then 1 takes that of 0.
        assertThat(hits(new Lru(2), 0, 1, 0, 2, 0, 1, 2)).isEqualTo("--x-x--");
    }

    @Test
    void optimumKeepsWhatIsUsedNext() {
        int[] loop = {0, 1, 2, 0, 1, 2, 0};
        // 2 is refused: it is used after 0 and 1. At the second 1, 0 comes later than 2 does; but 2 is not there and is
        // refused again.
        assertThat(hits(new Optimum(loop, 3, 2), loop)).isEqualTo("---xx-x");
        int[] pair = {0, 1, 0, 1, 0};
        assertThat(hits(new Optimum(pair, 2, 1), pair)).isEqualTo("--x-x");
    }

    @Test
    void s3FifoLetsAScanPassAndKnowsGhosts() {
        // One small place of three. 0 is used twice again, so it moves to main when 3 comes, and 1 leaves as a ghost.
        // 1 comes back into main: 2 leaves for it. 4 takes the place of 3, and 0 is still there.
        assertThat(hits(new S3Fifo(6, 3), 0, 0, 0, 1, 2, 3, 1, 4, 0)).isEqualTo("-xx-----x");
    }

    @Test
    void tinyLfuKeepsAFrequentBlock() {
        TinyLfu policy = new TinyLfu(100);
        for (int i = 0; i < 20; i++) {
            assertThat(policy.use(7)).isEqualTo(i > 0);
        }
        for (int block = 100; block < 1_000; block++) {
            assertThat(policy.use(block)).as("block %d", block).isFalse();
        }
        assertThat(policy.use(7)).isTrue();
    }

    @Test
    void oursKeepsTheFirstBlocksOfALoop() {
        // Two places: 0 is hot, the other is cold. 2 takes the place of 1, 1 of 2, and 0 was used meanwhile each time.
        assertThat(hits(new Ours(3, 2, 1), 0, 1, 0, 2, 0, 1, 0)).isEqualTo("--x-x-x");
    }

    @Test
    void withRoomForAllEveryBlockMissesOnce() {
        HitRatios row = HitRatios.of(new BlockTrace("all", new long[] {5, 9, 5, 9}), 100, 2);
        assertThat(new double[] {row.ours(), row.lru(), row.s3Fifo(), row.tinyLfu(), row.optimum()})
                .containsOnly(50);
    }

    @Test
    void nothingIsAboveTheOptimum() {
        for (BlockTrace trace : MadeTraces.all()) {
            for (int percent : new int[] {1, 5, 20, 40}) {
                HitRatios row = HitRatios.of(trace, percent, 2);
                assertThat(Math.max(row.ours(), row.best()))
                        .as("%s at %d %%, seed %d", trace.name(), percent, MadeTraces.SEED)
                        .isLessThanOrEqualTo(row.optimum());
            }
        }
    }

    @Test
    void goalIsHalfAPointBelowTheBest() {
        assertThat(new HitRatios("t", 5, 1, 49.5, 50, 10, 20, 60).isNear()).isTrue();
        HitRatios missed = new HitRatios("t", 5, 1, 49.4, 10, 50, 20, 60);
        assertThat(missed.isNear()).isFalse();
        assertThat(missed.bestName()).isEqualTo("S3-FIFO");
        assertThat(missed.distance()).isCloseTo(-0.6, within(1e-9));
    }

    @Test
    void numbersBlocksByFirstUse() {
        BlockTrace trace = new BlockTrace("t", LongStream.of(7, -1, 7, 3).toArray());
        assertThat(trace.uses()).containsExactly(0, 1, 0, 2);
        assertThat(trace.blocks()).isEqualTo(3);
    }
}

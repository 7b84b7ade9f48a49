package dev.pagoda.mm.radix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Four bounds in one word of 55 bits: never below the number, exact where tables end. */
class FreeRunsTest {
    private static final long MOST_PAGES = 1L << 27;

    @Test
    void smallNumbersAndPowersOfTwoAreExact() {
        for (long n = 0; n <= 512; n++) {
            assertThat(FreeRuns.longest(FreeRuns.known(n, 0, 0, 0))).isEqualTo(n);
        }
        for (long n = 512; n <= MOST_PAGES; n *= 2) {
            assertThat(FreeRuns.longest(FreeRuns.known(n, 0, 0, 0))).isEqualTo(n);
        }
    }

    @Test
    void othersAreRoundedUpALittle() {
        for (long n = 513; n < MOST_PAGES; n += n / 7 + 1) {
            for (long near : new long[] {n - 1, n, n + 1}) {
                long bound = FreeRuns.blocks(FreeRuns.known(0, 0, 0, near));
                assertThat(bound).isGreaterThanOrEqualTo(near).isLessThanOrEqualTo(near + near / 256);
            }
        }
    }

    @Test
    void theFieldsDoNotMeetAndFitBesideATable() {
        long runs = FreeRuns.known(MOST_PAGES, 300, 511, MOST_PAGES - 1);
        assertThat(FreeRuns.longest(runs)).isEqualTo(MOST_PAGES);
        assertThat(FreeRuns.low(runs)).isEqualTo(300);
        assertThat(FreeRuns.high(runs)).isEqualTo(511);
        assertThat(FreeRuns.blocks(runs)).isEqualTo(MOST_PAGES);
        assertThat(runs >>> 55).isZero();
        assertThat(FreeRuns.isKnown(runs)).isTrue();
        assertThat(FreeRuns.describe(runs)).isEqualTo("longest 134217728, low 300, high 511, blocks 134217728");
    }

    @Test
    void anAnnouncementSaysNothingYet() {
        long announced = FreeRuns.announced(SpaceWord.MAX_TICKETS - 1);
        assertThat(FreeRuns.isKnown(announced)).isFalse();
        assertThat(FreeRuns.isKnown(FreeRuns.UNKNOWN)).isFalse();
        assertThat(announced >>> 55).isZero();
        assertThat(announced).isNotEqualTo(FreeRuns.announced(0)).isNotEqualTo(FreeRuns.UNKNOWN);
        assertThat(FreeRuns.announced(0)).isNotEqualTo(FreeRuns.UNKNOWN);
    }

    @Test
    void oneWordBoundsAnotherIfEveryNumberDoes() {
        long runs = FreeRuns.known(10, 2, 3, 4);
        assertThat(FreeRuns.bounds(runs, runs)).isTrue();
        assertThat(FreeRuns.bounds(runs, FreeRuns.known(11, 2, 3, 4))).isFalse();
        assertThat(FreeRuns.bounds(runs, FreeRuns.known(10, 3, 3, 4))).isFalse();
        assertThat(FreeRuns.bounds(runs, FreeRuns.known(10, 2, 4, 4))).isFalse();
        assertThat(FreeRuns.bounds(runs, FreeRuns.known(10, 2, 3, 5))).isFalse();
    }
}

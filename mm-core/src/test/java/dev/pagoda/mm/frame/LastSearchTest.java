package dev.pagoda.mm.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the exact search by themselves, with units taken and given back by hand. */
@Timeout(60)
class LastSearchTest {
    private static final int AREA = 512;
    private static final int YIELDS = 2000;

    private record Parts(Areas areas, Lanes lanes, LargeBlocks large, LastSearch last) implements AutoCloseable {
        static Parts of(long frames) {
            Areas areas = new Areas(frames);
            Lanes lanes = new Lanes(2);
            Search search = new Search(areas, lanes);
            LargeBlocks large = new LargeBlocks(areas);
            return new Parts(areas, lanes, large, new LastSearch(areas, lanes, search, large));
        }

        /** Takes the frame if its unit is there. */
        boolean tryTake(long frame) {
            return areas.takeUnits(Areas.areaOf(frame), 1, 1) == 1 && areas.bits.takeFrame(frame) == frame;
        }

        void give(long frame) {
            if (!areas.bits.giveBackFrame(frame)) {
                throw new IllegalStateException("frame " + frame + " is free already");
            }
            areas.returnUnits(Areas.areaOf(frame), 1);
        }

        @Override
        public void close() {
            lanes.close();
            areas.close();
        }
    }

    /** Searches in a thread of its own, until what is in hands comes back; what the search brings. */
    private static long searchWhile(Parts parts, int order, Runnable comesBack) throws InterruptedException {
        AtomicLong found = new AtomicLong(Long.MIN_VALUE);
        Thread searcher = Thread.ofPlatform()
                .start(() -> found.set(
                        parts.last.take(Lanes.lane(0, order == 0 ? Lanes.MOVABLE : Lanes.LARGE), order, true)));
        for (int i = 0; i < YIELDS && searcher.isAlive(); i++) {
            Thread.yield();
        }
        comesBack.run();
        searcher.join();
        return found.get();
    }

    @Test
    void aUnitInHandsIsWaitedFor() throws Exception {
        try (Parts parts = Parts.of(1)) {
            assertThat(parts.areas.takeUnits(0, 1, 1)).isEqualTo(1);
            assertThat(searchWhile(parts, 0, () -> parts.areas.returnUnits(0, 1)))
                    .isZero();
        }
    }

    @Test
    void aFrameOnItsWayBackIsWaitedFor() throws Exception {
        try (Parts parts = Parts.of(1)) {
            assertThat(parts.tryTake(0)).isTrue();
            assertThat(parts.areas.bits.giveBackFrame(0)).isTrue();
            assertThat(searchWhile(parts, 0, () -> parts.areas.returnUnits(0, 1)))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void aLargeBlockThatIsHalfClaimedIsWaitedFor(int order) throws Exception {
        try (Parts parts = Parts.of(2 * AREA)) {
            // What is left of a claim of order 10 before it meets the frame that stops it.
            assertThat(parts.areas.takeWhole(1, AreaWord.INNER)).isTrue();
            assertThat(parts.areas.takeUnits(0, AREA, AREA)).isEqualTo(AREA);
            parts.areas.bits.takeAll(0);
            long found = searchWhile(parts, order, () -> parts.areas.returnWhole(1, AreaWord.INNER));
            assertThat(Areas.areaOf(found)).isEqualTo(1);
        }
    }

    @Test
    void whatNobodyHasInHandsIsRefusedAtOnce() {
        try (Parts parts = Parts.of(2 * AREA)) {
            assertThat(parts.large.take(10)).isZero();
            assertThat(parts.last.take(0, 0, true)).isEqualTo(Search.NONE);
            assertThat(parts.last.take(0, 9, true)).isEqualTo(Search.NONE);
            assertThat(parts.last.take(0, 10, true)).isEqualTo(Search.NONE);
        }
    }

    /**
     * Of two frames far apart one is free at every moment, but never the one that is being looked at for long: another thread takes one as soon as it has given back the other.
     */
    @Test
    void aFrameThatIsCarriedBehindTheSearchIsNotMissed() throws Exception {
        long low = 3;
        long high = 63L * AREA + 5;
        try (Parts parts = Parts.of(64L * AREA)) {
            for (long area = 0; area < 64; area++) {
                assertThat(parts.areas.takeUnits(area, AREA, AREA)).isEqualTo(AREA);
                parts.areas.bits.takeAll(area);
            }
            parts.give(high);
            AtomicBoolean stop = new AtomicBoolean();
            Thread carrier = Thread.ofPlatform().start(() -> carry(parts, low, high, stop));
            int lane = Lanes.lane(0, Lanes.MOVABLE);
            try {
                for (int i = 0; i < 20_000; i++) {
                    long frame = parts.last.take(lane, 0, true);
                    if (frame != low && frame != high) {
                        throw new AssertionError("search " + i + " found " + frame);
                    }
                    parts.give(frame);
                }
            } finally {
                stop.set(true);
                carrier.join();
            }
        }
    }

    /** Has one of the two frames, except when the searcher has the other. */
    private static void carry(Parts parts, long low, long high, AtomicBoolean stop) {
        long mine = low;
        while (!stop.get()) {
            parts.give(mine);
            mine = mine == low ? high : low;
            while (!parts.tryTake(mine)) {
                mine = mine == low ? high : low;
                if (stop.get()) {
                    return;
                }
            }
        }
    }
}

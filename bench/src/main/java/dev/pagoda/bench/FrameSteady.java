package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LlFree;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to free a block drawn at random and to allocate another of the same order, in memory that is half or nearly full and has been in use
 * for a while: nanoseconds for one such pair of one thread, with the draw and the look at the list of held blocks.
 *
 * <p>In the mix a block of order 9 may be refused although enough frames are free, because they are scattered. Its place then
 * stays empty and the next pair that draws it only allocates; the counter {@code refused} tells how often that was.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameSteady {
    /** A share that is full to so many in a hundred, at random. */
    @State(Scope.Thread)
    public static class Aged extends FrameShare {
        /** How full, in a hundred. */
        @Param({"50", "95"})
        public int full;

        private RandomPlaces places;

        /**
         * Fills the share to the brim in random order, frees what is too much, which is anywhere, and then has blocks take each other's places:
         * an allocator that had got its blocks back as it gave them would have it too easy.
         */
        @Override
        void prepare() {
            int held = orders.blocksIn((long) FrameMemory.SHARE_FRAMES * full / 100);
            int[] sequence = new int[orders.blocksIn(FrameMemory.SHARE_FRAMES)];
            Arrays.setAll(sequence, place -> place);
            shuffle(sequence, new SplittableRandom(stripe));
            blocks = new int[sequence.length];
            Arrays.fill(blocks, EMPTY);
            end = blocks.length;
            for (int place : sequence) {
                fillPlace(place);
            }
            for (int place = held; place < blocks.length; place++) {
                emptyPlace(place);
            }
            blocks = Arrays.copyOf(blocks, held);
            end = held;
            places = new RandomPlaces(held, stripe);
            age();
        }

        /** Every sixteenth place stands empty for a while before it is filled again. */
        private void age() {
            int[] emptied = new int[blocks.length / 16];
            for (int i = 0; i < blocks.length; i++) {
                int oldest = i % emptied.length;
                if (i >= emptied.length) {
                    fillPlace(emptied[oldest]);
                }
                emptied[oldest] = places.next();
                emptyPlace(emptied[oldest]);
            }
            int refused = 0;
            for (int place = 0; place < blocks.length; place++) {
                refused += fillPlace(place) ? 0 : 1;
            }
            if (refused > 0 && !orders.isMixed()) {
                throw new IllegalStateException(refused + " blocks were refused in memory with room for them: order "
                        + order + ", " + full + " % full");
            }
        }

        /** Allocates for an empty place, which stays empty if the block is refused. */
        private boolean fillPlace(int place) {
            if (blocks[place] == EMPTY) {
                int wanted = orders.at(place);
                long frame = allocator.allocate(stripe, wanted);
                blocks[place] = frame < 0 ? EMPTY : block(frame, wanted);
            }
            return blocks[place] != EMPTY;
        }

        private void emptyPlace(int place) {
            if (blocks[place] != EMPTY) {
                free(blocks[place]);
                blocks[place] = EMPTY;
            }
        }

        /** Empties a place drawn at random and fills it; whether it could be filled. */
        final boolean renew() {
            int place = places.next();
            emptyPlace(place);
            return fillPlace(place);
        }
    }

    /** Allocations that were refused. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Refusals {
        /** How many. */
        public long refused;
    }

    /** Frees one and allocates one. */
    @Benchmark
    @Compare(
            peer = {"NettySteady.pooled", "NettySteady.adaptive"},
            llFree = {
                @LlFree(threads = 1, where = "order=0", nanos = 156),
                @LlFree(threads = 2, where = "order=0", nanos = 198),
                @LlFree(threads = 1, where = "order=9", nanos = 174),
                @LlFree(threads = 2, where = "order=9", nanos = 266),
                @LlFree(threads = 1, where = "order=mixed", nanos = 120),
                @LlFree(threads = 2, where = "order=mixed", nanos = 175)
            },
            goals = {
                @Goal(threads = 1, atMostNanos = 100),
                @Goal(threads = 2, atMostNanos = 120),
                @Goal(threads = 2, timesOneThread = 1.9)
            })
    public boolean steadyPair(Aged share, Refusals refusals) {
        boolean renewed = share.renew();
        if (!renewed) {
            refusals.refused++;
        }
        return renewed;
    }
}

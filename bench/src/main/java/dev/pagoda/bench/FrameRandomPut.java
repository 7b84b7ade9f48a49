package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LlFree;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to free a full share of memory in random order: nanoseconds for one block of one thread. No two blocks in a row have words of the
 * allocator in common. Measured in stretches as {@link FrameBulk} is; the order is drawn while nothing is measured.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameRandomPut {
    /** A share to which blocks are given back in random order. */
    @State(Scope.Thread)
    public static class Shuffled extends FrameBulk.Filled {
        private final SplittableRandom random = new SplittableRandom(1);

        @Override
        void arrange() {
            shuffle(blocks, random);
        }
    }

    /** Frees. */
    @Benchmark
    @OperationsPerInvocation(FrameBulk.STRETCH)
    @Compare(
            llFree = {
                @LlFree(threads = 1, where = "order=0", nanos = 23),
                @LlFree(threads = 2, where = "order=0", nanos = 69)
            },
            goals = @Goal(threads = 2, timesOneThread = 1.9))
    public int randomPut(Shuffled share) {
        return share.freeStretch();
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LlFree;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to allocate a block and free it at once, the rest of the memory being free: nanoseconds for one such pair of one thread.
 *
 * <p>This is the best case of every allocator: whatever it keeps at hand for a thread has what is wanted.
 */
@BenchGroup(value = "frames", about = "allocating and freeing frames, beside the host, Netty and LLFree")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FrameRepeat {
    /** Allocates and frees. */
    @Benchmark
    @Compare(
            peer = {"HostPages.page", "NettyFrames.pooled", "NettyFrames.adaptive"},
            llFree = {
                @LlFree(threads = 1, where = "order=0", nanos = 56),
                @LlFree(threads = 2, where = "order=0", nanos = 57),
                @LlFree(threads = 1, where = "order=9", nanos = 49),
                @LlFree(threads = 2, where = "order=9", nanos = 54)
            },
            goals = {
                @Goal(where = "order=0", atMostNanos = 15),
                @Goal(where = "order=9", atMostNanos = 45),
                @Goal(threads = 2, timesOneThread = 1.9)
            })
    public int repeatPair(FrameShare share) {
        int block = share.allocate();
        share.free(block);
        return block;
    }
}

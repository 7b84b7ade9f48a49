package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Netty's allocators beside {@link FrameRepeat}: nanoseconds for a buffer that is taken and given back at once. */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = NettyAllocators.ALLOW_UNSAFE)
public class NettyFrames {
    /** The pooled allocator. */
    @Benchmark
    public boolean pooled(NettyAllocators allocators) {
        return NettyAllocators.release(allocators.pooled());
    }

    /** The adaptive allocator. */
    @Benchmark
    public boolean adaptive(NettyAllocators allocators) {
        return NettyAllocators.release(allocators.adaptive());
    }
}

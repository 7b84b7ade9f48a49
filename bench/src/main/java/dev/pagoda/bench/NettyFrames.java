package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Netty's allocators as peers: a direct buffer of 4 KiB, taken and given back at once.
 *
 * <p>Unsafe is allowed to them, as their users allow it where speed matters, and each thread has the cache that Netty gives its own threads.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Dio.netty.noUnsafe=false")
public class NettyFrames {
    /** The allocators, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Allocators {
        /** A cache for every thread, not only for Netty's own. */
        final ByteBufAllocator pooled = new PooledByteBufAllocator(
                true,
                PooledByteBufAllocator.defaultNumHeapArena(),
                PooledByteBufAllocator.defaultNumDirectArena(),
                PooledByteBufAllocator.defaultPageSize(),
                PooledByteBufAllocator.defaultMaxOrder(),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                true);

        final ByteBufAllocator adaptive = new AdaptiveByteBufAllocator(true, true);
    }

    /** The pooled allocator, Netty's default before 4.2. */
    @Benchmark
    public boolean pooled(Allocators allocators) {
        ByteBuf buffer = allocators.pooled.directBuffer(HostMemory.PAGE_BYTES, HostMemory.PAGE_BYTES);
        return buffer.release();
    }

    /** The adaptive allocator, Netty's default since 4.2. */
    @Benchmark
    public boolean adaptive(Allocators allocators) {
        ByteBuf buffer = allocators.adaptive.directBuffer(HostMemory.PAGE_BYTES, HostMemory.PAGE_BYTES);
        return buffer.release();
    }
}

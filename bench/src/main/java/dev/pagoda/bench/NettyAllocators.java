package dev.pagoda.bench;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Netty's allocators as peers, shared by all threads: a direct buffer of the size of a block, whose memory is not touched.
 *
 * <p>Unsafe is allowed to them, as their users allow it where speed matters, and each thread has the cache that Netty gives its own threads.
 */
@State(Scope.Benchmark)
public class NettyAllocators {
    /** Flag of the JVM that they run in. */
    static final String ALLOW_UNSAFE = "-Dio.netty.noUnsafe=false";

    /** Order of the block of ours that a buffer stands beside. */
    @Param("0")
    public int order;

    /** Netty's default before 4.2, with a cache for every thread, not only for Netty's own. */
    private final ByteBufAllocator pooled = new PooledByteBufAllocator(
            true,
            PooledByteBufAllocator.defaultNumHeapArena(),
            PooledByteBufAllocator.defaultNumDirectArena(),
            PooledByteBufAllocator.defaultPageSize(),
            PooledByteBufAllocator.defaultMaxOrder(),
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            true);

    /** Netty's default since 4.2, with a cache for every thread. */
    private final ByteBufAllocator adaptive = new AdaptiveByteBufAllocator(true, true);

    private int bytes;

    /** Computes the size. */
    @Setup(Level.Trial)
    public void size() {
        bytes = HostMemory.PAGE_BYTES << order;
    }

    /** Size of a buffer. */
    int bytes() {
        return bytes;
    }

    /** A buffer of the pooled allocator. */
    ByteBuf pooled() {
        return pooled.directBuffer(bytes, bytes);
    }

    /** A buffer of the adaptive allocator. */
    ByteBuf adaptive() {
        return adaptive.directBuffer(bytes, bytes);
    }

    /** Gives a buffer back. */
    static boolean release(ByteBuf buffer) {
        if (!buffer.release()) {
            throw new IllegalStateException("somebody else holds the buffer too");
        }
        return true;
    }
}

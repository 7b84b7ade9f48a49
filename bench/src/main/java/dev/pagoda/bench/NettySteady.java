package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Netty's allocators beside {@link FrameSteady}: nanoseconds for giving a buffer drawn at random back and taking another.
 *
 * <p>A heap is never full, so each thread holds a fixed number of buffers: 256 MiB, which is half of what it held before.
 */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = NettyAllocators.ALLOW_UNSAFE)
public class NettySteady {
    /** The buffers that a thread holds. */
    abstract static class Held {
        private static final long HELD_BYTES = 256L << 20;

        /** Where buffers come from. */
        NettyAllocators allocators;

        private ByteBuf[] buffers;
        private RandomPlaces places;

        /** A buffer of the allocator in question. */
        abstract ByteBuf take();

        /** Takes twice as many, gives any half of them back, and renews as many as it holds. */
        final void fill(NettyAllocators shared, int thread) {
            allocators = shared;
            int held = (int) (HELD_BYTES / shared.bytes());
            ByteBuf[] taken = new ByteBuf[2 * held];
            Arrays.setAll(taken, i -> take());
            Collections.shuffle(Arrays.asList(taken), new Random(thread));
            for (int i = held; i < taken.length; i++) {
                NettyAllocators.release(taken[i]);
            }
            buffers = Arrays.copyOf(taken, held);
            places = new RandomPlaces(held, thread);
            for (int i = 0; i < held; i++) {
                renew();
            }
        }

        /** Gives a buffer drawn at random back, and takes another. */
        final ByteBuf renew() {
            int place = places.next();
            NettyAllocators.release(buffers[place]);
            buffers[place] = take();
            return buffers[place];
        }

        /** Gives all back. */
        @TearDown(Level.Trial)
        public void releaseAll() {
            for (ByteBuf buffer : buffers) {
                NettyAllocators.release(buffer);
            }
        }
    }

    /** Buffers of the pooled allocator. */
    @State(Scope.Thread)
    public static class Pooled extends Held {
        /** Takes them. */
        @Setup(Level.Trial)
        public void fill(NettyAllocators shared, ThreadParams thread) {
            fill(shared, thread.getThreadIndex());
        }

        @Override
        ByteBuf take() {
            return allocators.pooled();
        }
    }

    /** Buffers of the adaptive allocator. */
    @State(Scope.Thread)
    public static class Adaptive extends Held {
        /** Takes them. */
        @Setup(Level.Trial)
        public void fill(NettyAllocators shared, ThreadParams thread) {
            fill(shared, thread.getThreadIndex());
        }

        @Override
        ByteBuf take() {
            return allocators.adaptive();
        }
    }

    /** The pooled allocator. */
    @Benchmark
    public ByteBuf pooled(Pooled held) {
        return held.renew();
    }

    /** The adaptive allocator. */
    @Benchmark
    public ByteBuf adaptive(Adaptive held) {
        return held.renew();
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.SpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/** Netty's allocators beside {@link FrameHandOver}: nanoseconds from one buffer that one thread takes and another gives back to the next. */
@BenchGroup("frames")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = NettyAllocators.ALLOW_UNSAFE)
public class NettyHandOver {
    /** The queue between two threads. */
    @State(Scope.Group)
    public static class Queue {
        private final SpscArrayQueue<ByteBuf> buffers = new SpscArrayQueue<>(1024);

        /** Puts a buffer as soon as there is room, or gives it back if the measurement ended first. */
        private ByteBuf put(ByteBuf buffer, Control control) {
            for (int looks = 0; !buffers.offer(buffer); looks++) {
                if (control.stopMeasurement) {
                    NettyAllocators.release(buffer);
                    break;
                }
                Waiting.pause(looks);
            }
            return buffer;
        }

        /** Gives the next buffer back, unless the measurement ends before there is one. */
        private ByteBuf release(Control control) {
            ByteBuf buffer = buffers.poll();
            for (int looks = 0; buffer == null && !control.stopMeasurement; looks++) {
                Waiting.pause(looks);
                buffer = buffers.poll();
            }
            if (buffer != null) {
                NettyAllocators.release(buffer);
            }
            return buffer;
        }

        /** Gives back what an iteration left; no thread touches the queue then. */
        @TearDown(Level.Iteration)
        public void drain() {
            buffers.drain(NettyAllocators::release);
        }
    }

    /** Takes from the pooled allocator, and puts. */
    @Benchmark
    @Group("pooled")
    public ByteBuf takePooled(NettyAllocators allocators, Queue queue, Control control) {
        return queue.put(allocators.pooled(), control);
    }

    /** Gives back. */
    @Benchmark
    @Group("pooled")
    public ByteBuf releasePooled(Queue queue, Control control) {
        return queue.release(control);
    }

    /** Takes from the adaptive allocator, and puts. */
    @Benchmark
    @Group("adaptive")
    public ByteBuf takeAdaptive(NettyAllocators allocators, Queue queue, Control control) {
        return queue.put(allocators.adaptive(), control);
    }

    /** Gives back. */
    @Benchmark
    @Group("adaptive")
    public ByteBuf releaseAdaptive(Queue queue, Control control) {
        return queue.release(control);
    }
}

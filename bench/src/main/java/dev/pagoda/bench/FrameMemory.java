package dev.pagoda.bench;

import dev.pagoda.mm.frame.FrameAllocator;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * The frames that all threads of a benchmark share: 8 GiB for each thread, so that a thread's work stays the same however many there are.
 *
 * <p>Only the allocator's own words exist, not the memory. With the blocks that a thread holds they are more than its CPU's own caches take.
 */
@State(Scope.Benchmark)
public class FrameMemory {
    /** Frames for each thread. */
    static final int SHARE_FRAMES = 1 << 21;

    private final AtomicInteger users = new AtomicInteger();

    /** Which frames are free. */
    FrameAllocator allocator;

    /** Makes room for the threads of the benchmark. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) {
        open(params.getThreads());
    }

    void open(int threads) {
        allocator = new FrameAllocator((long) threads * SHARE_FRAMES);
        users.set(threads);
    }

    /**
     * Ends a thread's use, after it gave back what it held. The last thread proves that no frame was lost: JMH may tear this state down in one
     * thread while another still tears its own down.
     */
    void leave() {
        if (users.decrementAndGet() == 0) {
            long free = allocator.countFree();
            long all = allocator.frames();
            allocator.close();
            if (free != all) {
                throw new IllegalStateException("of " + all + " frames " + free + " are free after the benchmark");
            }
        }
    }
}

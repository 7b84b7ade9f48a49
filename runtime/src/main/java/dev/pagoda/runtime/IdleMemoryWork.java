package dev.pagoda.runtime;

import dev.pagoda.mm.space.Core;
import dev.pagoda.runtime.scheduler.Cpu;
import dev.pagoda.runtime.scheduler.IdleWork;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What CPUs do for memory when no guest thread wants them: they zero a few frames in advance for the faults to come, and reclaim while memory is short.
 *
 * <p>Pausing is for audits, which nobody may disturb.
 */
final class IdleMemoryWork implements IdleWork {
    private final Core core;
    private final CpuLending lending;
    private final AtomicInteger working = new AtomicInteger();
    private volatile boolean paused;

    IdleMemoryWork(Core core, CpuLending lending) {
        this.core = core;
        this.lending = lending;
    }

    @Override
    public boolean runOnce(Cpu cpu) {
        // Counted before looking, and paused before counting: one of the two sides sees the other.
        working.incrementAndGet();
        try {
            int stripe = lending.stripe(cpu);
            return !paused && (core.reclaimInBackground(stripe) || core.frames().zeroInAdvance(stripe));
        } finally {
            working.decrementAndGet();
        }
    }

    /** Returns when no CPU works for memory; none begins until {@link #resume}. Waits by yielding. */
    void pause() {
        paused = true;
        while (working.get() != 0) {
            Thread.yield();
        }
    }

    void resume() {
        paused = false;
    }
}

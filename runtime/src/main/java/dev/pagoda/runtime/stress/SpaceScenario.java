package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * mmap, accesses, mprotect, munmap, mremap and advice in one address space: on pages that all threads share, on pages that each has to itself, or on
 * both. A thread in another space of the same memory tells whether frames keep strange content.
 */
public final class SpaceScenario implements Scenario<SpaceWorker> {
    /** Shared and own pages of the command's scenario. */
    private static final Pages BOTH = new Pages(2048, 1536, 1);
    /** Below this the pages, their tables and what is on its way back do not fit, and threads would be killed for want of memory. */
    private static final long LEAST_BYTES = 64L << 20;

    private static final long LEAST_BYTES_A_THREAD = 16L << 20;

    private final SpaceUnderStress kernel;
    /** Null without shared pages. */
    private final SharedPages shared;
    /** Null without shared pages. */
    private final SpaceWorker stranger;
    /** One for each worker but the stranger; empty without own pages. */
    private final List<OwnPages> owns = new ArrayList<>();

    /**
     * What the threads work on.
     *
     * @param sharedPages size of what all share; 0 for none
     * @param chunkPages size of each chunk of own pages
     * @param chunks chunks of own pages that each thread has; 0 for none
     */
    public record Pages(int sharedPages, int chunkPages, int chunks) {}

    /** As {@link #SpaceScenario(long, int, long, Pages)} with both shared and own pages. */
    public static SpaceScenario of(long memoryBytes, int threads, long seed) {
        long least = LEAST_BYTES + threads * LEAST_BYTES_A_THREAD;
        if (memoryBytes < least) {
            throw new IllegalArgumentException("the space scenario with " + threads + " threads needs at least "
                    + (least >> 20) + "M of memory, not " + memoryBytes + " bytes");
        }
        return new SpaceScenario(memoryBytes, threads, seed, BOTH);
    }

    /**
     * Boots.
     *
     * @param memoryBytes size of physical memory
     * @param threads threads of the space
     * @param seed of their numbers
     * @param pages what they work on
     */
    public SpaceScenario(long memoryBytes, int threads, long seed, Pages pages) {
        kernel = new SpaceUnderStress(memoryBytes, threads, seed);
        if (pages.chunks > 0) {
            kernel.workers.forEach(worker -> owns.add(new OwnPages(worker, threads, pages.chunkPages, pages.chunks)));
        }
        shared = pages.sharedPages == 0 ? null : new SharedPages(kernel.core, pages.sharedPages);
        stranger = shared == null ? null : kernel.stranger(seed);
    }

    @Override
    public List<SpaceWorker> workers() {
        return kernel.workers;
    }

    @Override
    public Optional<PhysicalMemory> memory() {
        return Optional.of(kernel.core.frames().memory());
    }

    @Override
    public void step(SpaceWorker worker) {
        if (worker == stranger) {
            SharedPages.churn(worker);
        } else if (owns.isEmpty() || shared != null && worker.random.nextBoolean()) {
            shared.step(worker);
        } else {
            owns.get(worker.index).step();
        }
    }

    @Override
    public void audit() {
        kernel.audit();
    }

    @Override
    public void finish() {
        owns.forEach(OwnPages::checkAll);
        if (shared != null) {
            shared.letGo();
        }
        kernel.shutDown();
    }
}

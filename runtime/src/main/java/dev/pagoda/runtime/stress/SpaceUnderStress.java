package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import java.util.ArrayList;
import java.util.List;

/** Physical memory with one address space and a worker for each thread. Called when the workers are at rest. */
public final class SpaceUnderStress {
    /** The memory and its epochs. */
    public final Core core;
    /** The space of the workers. */
    public final AddressSpace space;
    /** The workers, strangers last. */
    public final List<SpaceWorker> workers = new ArrayList<>();

    /**
     * Boots.
     *
     * @param memoryBytes size of physical memory
     * @param threads workers of the space
     * @param seed of their numbers
     */
    public SpaceUnderStress(long memoryBytes, int threads, long seed) {
        core = new Core(memoryBytes);
        space = new AddressSpace(core);
        for (int i = 0; i < threads; i++) {
            workers.add(new SpaceWorker(i, space.open("worker " + i), seed));
        }
    }

    /** Adds a worker in a space of its own. */
    public SpaceWorker stranger(long seed) {
        SpaceWorker worker = new SpaceWorker(workers.size(), new AddressSpace(core).open("stranger"), seed);
        workers.add(worker);
        return worker;
    }

    /** Proves that the books balance. */
    public void audit() {
        require(Audit.run(core), false);
    }

    /** Audits, destroys all, audits again. Not called after a failure: a thread may still run on the memory. */
    public void shutDown() {
        audit();
        workers.forEach(worker -> worker.view.close());
        workers.stream().map(worker -> worker.view.space()).distinct().forEach(AddressSpace::destroy);
        require(Audit.run(core), true);
        core.close();
    }

    private static void require(Audit audit, boolean allFree) {
        if (audit.differences() != 0 || allFree && !audit.isAllFree()) {
            throw new IllegalStateException("the audit found " + audit);
        }
    }
}

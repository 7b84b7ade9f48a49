package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.SharedMemory;
import dev.pagoda.mm.space.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Several threads in several spaces that fork, store, move, unmap and end: every page holds what was stored to it in its space, or before the fork it
 * came from, and nothing of what relatives stored afterwards. Now and then frames are refused, if the JVM was started with {@code -Dpagoda.refusals=true}.
 */
public final class ForkScenario implements Scenario<ForkWorker> {
    private static final int MOST_SPACES = 8;
    private static final int BLOCKS = 12;
    private static final long LEAST_BYTES = 64L << 20;
    private static final long LEAST_BYTES_A_THREAD = 16L << 20;
    /** One step in so many is a fork; a little fewer end a space. */
    private static final int STEPS_A_FORK = 60;

    private static final int STEPS_A_REFUSAL = 20_000;
    private static final int MOST_REFUSALS = 40;

    private final Core core;
    private final SharedMemory object;
    private final SharedMemory common;
    private final AtomicReferenceArray<ForkedSpace> spaces = new AtomicReferenceArray<>(MOST_SPACES);
    private final List<ForkWorker> workers = new ArrayList<>();
    private final AtomicLong forks = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final boolean refusals;

    /**
     * Boots.
     *
     * @throws IllegalArgumentException if that is too little memory for so many threads
     */
    public static ForkScenario of(long memoryBytes, int threads, long seed) {
        long least = LEAST_BYTES + threads * LEAST_BYTES_A_THREAD;
        if (memoryBytes < least) {
            throw new IllegalArgumentException("the fork scenario with " + threads + " threads needs at least "
                    + (least >> 20) + "M of memory, not " + memoryBytes + " bytes");
        }
        return new ForkScenario(memoryBytes, threads, seed);
    }

    /** As {@link #of}, with as little memory as one likes. */
    public ForkScenario(long memoryBytes, int threads, long seed) {
        core = new Core(memoryBytes);
        object = new SharedMemory(core, ForkedSpace.OBJECT_PAGES);
        common = new SharedMemory(core, ForkedSpace.SHARED_PAGES);
        for (int i = 0; i < threads; i++) {
            workers.add(new ForkWorker(i, core.epochs().join("worker " + i), ForkedSpace.SHARED_PAGES, seed));
        }
        AddressSpace first = new AddressSpace(core);
        try (View view = first.open("first")) {
            ForkedSpace.fill(view, object);
        }
        spaces.set(0, ForkedSpace.fresh(first, object, common, workers.getFirst(), threads, BLOCKS));
        refusals = Boolean.getBoolean("pagoda.refusals");
    }

    @Override
    public List<ForkWorker> workers() {
        return workers;
    }

    @Override
    public Optional<PhysicalMemory> memory() {
        return Optional.of(core.frames().memory());
    }

    @Override
    public void step(ForkWorker worker) {
        if (refusals && worker.random.nextInt(STEPS_A_REFUSAL) == 0) {
            worker.does("refuse");
            core.frames().injectRefusals(worker.random.nextInt(20), 1 + worker.random.nextInt(MOST_REFUSALS));
        }
        int place = worker.random.nextInt(MOST_SPACES);
        ForkedSpace space = spaces.get(place);
        if (space == null) {
            // Somebody else's turn may have taken the last one.
            restart(worker);
            return;
        }
        int choice = worker.random.nextInt(STEPS_A_FORK);
        if (choice == 0 && count() > 1) {
            end(worker, place, space);
        } else if (space.enter()) {
            try {
                if (choice <= 1) {
                    fork(worker, space);
                } else {
                    space.step(worker);
                }
            } finally {
                space.leave();
            }
        }
    }

    private int count() {
        int count = 0;
        for (int i = 0; i < MOST_SPACES; i++) {
            count += spaces.get(i) == null ? 0 : 1;
        }
        return count;
    }

    private void restart(ForkWorker worker) {
        worker.does("look for a space");
        if (count() > 0) {
            return;
        }
        try {
            ForkedSpace fresh =
                    ForkedSpace.fresh(new AddressSpace(core), object, common, worker, workers.size(), BLOCKS);
            if (fresh != null) {
                keep(worker, fresh);
            }
        } catch (MemoryRefused none) {
            worker.does("no memory for a space");
        }
    }

    private void fork(ForkWorker worker, ForkedSpace space) {
        ForkedSpace child = space.fork(worker);
        if (child == null) {
            refused.incrementAndGet();
        } else {
            forks.incrementAndGet();
            keep(worker, child);
        }
    }

    /** Gives it a free place; if there is none it ends at once. */
    private void keep(ForkWorker worker, ForkedSpace space) {
        for (int i = 0; i < MOST_SPACES; i++) {
            if (spaces.compareAndSet(i, null, space)) {
                return;
            }
        }
        space.end(worker);
    }

    private void end(ForkWorker worker, int place, ForkedSpace space) {
        if (space.retire()) {
            worker.does("end", place);
            spaces.set(place, null);
            space.end(worker);
        }
    }

    @Override
    public void audit() {
        stopRefusing();
        require(Audit.run(core), false);
    }

    private void stopRefusing() {
        if (refusals) {
            core.frames().injectRefusals(-1, 0);
        }
    }

    private static void require(Audit audit, boolean allFree) {
        if (audit.differences() != 0 || allFree && !audit.isAllFree()) {
            throw new IllegalStateException("the audit found " + audit);
        }
    }

    @Override
    public String account() {
        return "  " + forks + " forks, " + refused + " refused";
    }

    @Override
    public void finish() {
        audit();
        for (int i = 0; i < MOST_SPACES; i++) {
            ForkedSpace space = spaces.get(i);
            if (space != null) {
                space.end(workers.getFirst());
            }
        }
        object.letGo();
        common.letGo();
        workers.forEach(worker -> worker.participant.close());
        require(Audit.run(core), true);
        core.close();
    }
}

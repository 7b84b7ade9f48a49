package dev.pagoda.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import java.util.ArrayList;
import java.util.List;

/** A kernel with one space and a worker for each thread. */
final class Kernel {
    final Core core;
    final AddressSpace space;
    final List<Worker> workers = new ArrayList<>();

    Kernel(long memoryBytes, int threads, long seed) {
        core = new Core(memoryBytes);
        space = new AddressSpace(core);
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(i, space.open("worker " + i), seed));
        }
    }

    /** Adds a worker in a space of its own. */
    Worker stranger(long seed) {
        Worker worker = new Worker(workers.size(), new AddressSpace(core).open("stranger"), seed);
        workers.add(worker);
        return worker;
    }

    void audit() {
        Audit audit = Audit.run(core);
        assertThat(audit.differences()).as(audit.toString()).isZero();
    }

    /** Audits, destroys all, audits again. Not called after a failure: a thread may still run on the memory. */
    void shutDown() {
        audit();
        workers.forEach(worker -> worker.view.close());
        workers.stream().map(worker -> worker.view.space()).distinct().forEach(AddressSpace::destroy);
        Audit last = Audit.run(core);
        assertThat(last.differences()).as(last.toString()).isZero();
        assertThat(last.isAllFree()).as(last.toString()).isTrue();
        core.close();
    }
}

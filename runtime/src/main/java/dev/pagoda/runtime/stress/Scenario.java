package dev.pagoda.runtime.stress;

import java.util.List;

/**
 * What the threads of a stress run repeat, and how their work is checked.
 *
 * <p>Steps run at the same time, each with a worker of its own; the other methods are called when all workers are at rest. Any exception is a
 * difference.
 *
 * @param <W> the workers
 */
public interface Scenario<W extends Worker> {
    /** One worker for each thread; always the same. */
    List<W> workers();

    /** One step of one worker, by its thread. */
    void step(W worker);

    /** Proves that the books balance at a pause. */
    void audit();

    /** Checks and gives back everything, and proves that nothing is left. Not called after a failure: a thread may still run on the memory. */
    void finish();
}

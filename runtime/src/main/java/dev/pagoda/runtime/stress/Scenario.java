package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.PhysicalMemory;
import java.util.List;
import java.util.Optional;

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

    /** The memory that its kernel runs on; empty if it works on a part that has none. */
    default Optional<PhysicalMemory> memory() {
        return Optional.empty();
    }

    /** One step of one worker, by its thread. */
    void step(W worker);

    /** Proves that the books balance at a pause. */
    void audit();

    /** What there is to say of the state at the last pause, lines of text; empty if nothing. */
    default String account() {
        return "";
    }

    /** Checks and gives back everything, and proves that nothing is left. Not called after a failure: a thread may still run on the memory. */
    void finish();
}

package dev.pagoda.tests.jcstress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Memories that no sample uses at the moment, oldest first.
 *
 * <p>jcstress makes millions of samples, and an allocator costs a call of the host. So a sample takes one from here, and its arbiter, the
 * last to see it, audits it and puts it back. What a sample leaves behind in stripes and bits is a different start for the next, which is
 * welcome.
 *
 * @param <T> what a sample needs
 */
final class Pool<T> {
    private final Queue<T> idle = new ConcurrentLinkedQueue<>();
    private final Supplier<T> make;

    /** A pool that makes what it does not have. */
    Pool(Supplier<T> make) {
        this.make = make;
    }

    T take() {
        T memory = idle.poll();
        return memory != null ? memory : make.get();
    }

    /** Puts a memory back; one that did not pass its audit is left alone, so that the next sample does not stumble over it. */
    void put(T memory, String audit) {
        if (audit.equals(TinyMemory.BALANCED)) {
            idle.add(memory);
        }
    }
}

package dev.pagoda.runtime.trace;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * How far each thread of a replay has come, and who waits for it. A waiter parks its guest thread, so that its CPU runs another.
 *
 * <p>A waiter puts itself into the queue before it looks, the one it waits for moves on before it empties the queue: one of the two
 * sees the other.
 */
final class Progress {
    private final AtomicIntegerArray done;
    private final Queue<Thread>[] waiters;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Progress(int threads) {
        done = new AtomicIntegerArray(threads);
        waiters = new Queue[threads];
        for (int i = 0; i < threads; i++) {
            waiters[i] = new ConcurrentLinkedQueue<>();
        }
    }

    /** The thread has done one more of its steps. */
    void advance(int thread) {
        done.incrementAndGet(thread);
        Thread waiter;
        while ((waiter = waiters[thread].poll()) != null) {
            LockSupport.unpark(waiter);
        }
    }

    /** Waits until the thread has done the step at this position. */
    void await(int thread, int position) {
        while (done.get(thread) <= position) {
            waiters[thread].add(Thread.currentThread());
            if (done.get(thread) <= position) {
                LockSupport.park(this);
            }
        }
    }
}

package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: a free block goes whole to one, or in part to another, never both.
 *
 * <p>Watches the CAS that takes a block whole against the one that takes a part of it.
 */
@JCStressTest
@State
@Outcome(id = "block, refused, balanced", expect = Expect.ACCEPTABLE, desc = "a part was handed out")
@Outcome(id = "refused, block, balanced", expect = Expect.ACCEPTABLE, desc = "it was handed out whole")
public class AllocatePartAgainstWhole {
    private static final Pool<Whole> POOL = new Pool<>(() -> new Whole(Orders.PART_AND_WHOLE.next()));

    private final Whole whole = POOL.take();
    private long first;
    private long second;

    /** Allocates a part. */
    @Actor
    public void part() {
        first = whole.memory()
                .allocator
                .allocate(TinyMemory.FIRST, whole.orders().first());
    }

    /** Allocates the whole. */
    @Actor
    public void whole() {
        second = whole.memory()
                .allocator
                .allocate(TinyMemory.SECOND, whole.orders().second());
    }

    /** Audits. */
    @Arbiter
    public void atRest(LLL_Result result) {
        result.r1 = whole.memory().noteAllocated(first, whole.orders().first());
        result.r2 = whole.memory().noteAllocated(second, whole.orders().second());
        String audit = whole.memory().audit();
        result.r3 = audit;
        if (audit.equals(TinyMemory.BALANCED)) {
            whole.memory().releaseDownTo(0, TinyMemory.FIRST);
        }
        POOL.put(whole, audit);
    }

    /** Memory of one block, free. */
    private record Whole(TinyMemory memory, Orders.Pair orders) {
        Whole(Orders.Pair orders) {
            this(new TinyMemory(1L << orders.second()), orders);
        }
    }
}

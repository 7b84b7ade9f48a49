package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: of two free blocks two stripes that want one at the same time have one each; nobody is refused, nobody has the other's.
 *
 * <p>Watches the CAS that sets a frame's bit against itself, and the promise of the counter: who lowered it finds a clear bit.
 */
@JCStressTest
@State
@Outcome(id = "block, block, balanced", expect = Expect.ACCEPTABLE, desc = "each stripe had one")
public class AllocateTheLastTwo {
    private static final Pool<Blocks> POOL =
            new Pool<>(() -> new Blocks(Orders.SINGLE.next().first(), 2));

    private final Blocks blocks = POOL.take();
    private long first;
    private long second;

    /** Allocates. */
    @Actor
    public void first() {
        first = blocks.memory.allocator.allocate(TinyMemory.FIRST, blocks.order);
    }

    /** Allocates. */
    @Actor
    public void second() {
        second = blocks.memory.allocator.allocate(TinyMemory.SECOND, blocks.order);
    }

    /** Audits. */
    @Arbiter
    public void atRest(LLL_Result result) {
        result.r1 = blocks.memory.noteAllocated(first, blocks.order);
        result.r2 = blocks.memory.noteAllocated(second, blocks.order);
        String audit = blocks.auditAndReset();
        result.r3 = audit;
        POOL.put(blocks, audit);
    }
}

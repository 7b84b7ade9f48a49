package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: the last free block goes to exactly one of two stripes that want it at the same time.
 *
 * <p>Watches the CAS that lowers an area's counter, or takes a whole area, against itself; and whatever brings a block from where one
 * stripe left it to another, as the block was freed by either stripe in turn.
 */
@JCStressTest
@State
@Outcome(id = "block, refused, balanced", expect = Expect.ACCEPTABLE, desc = "the first stripe had it")
@Outcome(id = "refused, block, balanced", expect = Expect.ACCEPTABLE, desc = "the second stripe had it")
public class AllocateTheLast {
    private static final Pool<Blocks> POOL =
            new Pool<>(() -> new Blocks(Orders.SINGLE.next().first(), 1));

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

package dev.pagoda.tests.jcstress;

import static dev.pagoda.mm.frame.FrameAllocator.HUGE_ORDER;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: an area handed out whole that two free at the same time is freed once, and the other is told.
 *
 * <p>Watches the CAS of the area's word against itself: a load and a store a few instructions apart, so that every sample has to be of this order.
 */
@JCStressTest
@State
@Outcome(id = "freed, told, balanced", expect = Expect.ACCEPTABLE, desc = "the first freed it")
@Outcome(id = "told, freed, balanced", expect = Expect.ACCEPTABLE, desc = "the second freed it")
public class FreeWholeTwice {
    private static final Pool<HeldBlock> POOL = new Pool<>(() -> new HeldBlock(HUGE_ORDER));

    private final HeldBlock held = POOL.take();

    /** Frees. */
    @Actor
    public void first(LLL_Result result) {
        result.r1 = held.free(TinyMemory.FIRST);
    }

    /** Frees the same. */
    @Actor
    public void second(LLL_Result result) {
        result.r2 = held.free(TinyMemory.SECOND);
    }

    /** Audits. */
    @Arbiter
    public void atRest(LLL_Result result) {
        String audit = held.auditAndReset();
        result.r3 = audit;
        POOL.put(held, audit);
    }
}

package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: a block that two free at the same time is freed once, and the other is told.
 *
 * <p>Watches the CAS that clears a frame's bit, or takes a whole area's mark away, against itself.
 */
@JCStressTest
@State
@Outcome(id = "freed, told, balanced", expect = Expect.ACCEPTABLE, desc = "the first freed it")
@Outcome(id = "told, freed, balanced", expect = Expect.ACCEPTABLE, desc = "the second freed it")
public class FreeTwice {
    private static final Pool<HeldBlock> POOL =
            new Pool<>(() -> new HeldBlock(Orders.SINGLE.next().first()));

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

package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: of two threads whose units hint at frames that others have taken meanwhile, each finds a frame of its own.
 *
 * <p>Watches the CAS that sets any clear bit of an area against itself: both look at the same words in the same order.
 */
@JCStressTest
@State
@Outcome(id = "block, block, balanced", expect = Expect.ACCEPTABLE, desc = "each had one")
public class AllocateByStaleHint {
    private static final Pool<StaleHints> POOL = new Pool<>(StaleHints::new);

    private final StaleHints stale = POOL.take();
    private long first;
    private long second;

    /** Allocates. */
    @Actor
    public void first() {
        first = stale.memory.allocator.allocate(TinyMemory.FIRST, 0);
    }

    /** Allocates on the same stripe. */
    @Actor
    public void second() {
        second = stale.memory.allocator.allocate(TinyMemory.FIRST, 0);
    }

    /** Audits. */
    @Arbiter
    public void atRest(LLL_Result result) {
        result.r1 = stale.memory.noteAllocated(first, 0);
        result.r2 = stale.memory.noteAllocated(second, 0);
        String audit = stale.auditAndReset();
        result.r3 = audit;
        POOL.put(stale, audit);
    }

    /** Memory of three words of bits, the first of them a block that is handed out, and a magazine full of units that hint at its frames. */
    private static final class StaleHints {
        private static final int FRAMES = 192;
        private static final int THIRD = 2;

        private final TinyMemory memory = new TinyMemory(FRAMES);

        StaleHints() {
            reset();
        }

        private void reset() {
            memory.holdAll(0);
            // The first ones to be freed are the ones that the magazine hints at; the others' units go to the area.
            memory.held().sort((a, b) -> Long.compare(b.frame(), a.frame()));
            memory.releaseDownTo(0, TinyMemory.FIRST);
            memory.holdSurely(THIRD, 6);
        }

        String auditAndReset() {
            String audit = memory.audit();
            if (audit.equals(TinyMemory.BALANCED)) {
                memory.releaseDownTo(0, THIRD);
                reset();
            }
            return audit;
        }
    }
}

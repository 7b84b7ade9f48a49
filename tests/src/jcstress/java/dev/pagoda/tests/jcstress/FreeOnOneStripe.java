package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: of two threads on one stripe that give a frame back each, none loses the other's: both can be had again.
 *
 * <p>Watches the CAS by which a frame is put into a slot of a magazine against itself: stripes are shared when there are more threads than stripes.
 */
@JCStressTest
@State
@Outcome(id = TinyMemory.BALANCED, expect = Expect.ACCEPTABLE, desc = "both are free")
public class FreeOnOneStripe {
    private static final Pool<Pair> POOL = new Pool<>(Pair::new);

    private final Pair pair = POOL.take();

    /** Frees the first. */
    @Actor
    public void first() {
        pair.free(pair.first);
    }

    /** Frees the second, on the same stripe. */
    @Actor
    public void second() {
        pair.free(pair.second);
    }

    /** Audits. */
    @Arbiter
    public void atRest(L_Result result) {
        String audit = pair.auditAndReset();
        result.r1 = audit;
        POOL.put(pair, audit);
    }

    /** Two frames that are held. */
    private static final class Pair {
        private final TinyMemory memory = new TinyMemory(2);
        private TinyMemory.Block first;
        private TinyMemory.Block second;

        Pair() {
            hold();
        }

        private void hold() {
            first = memory.holdSurely(TinyMemory.FIRST, 0);
            second = memory.holdSurely(TinyMemory.FIRST, 0);
        }

        void free(TinyMemory.Block block) {
            memory.allocator.free(TinyMemory.FIRST, block.frame(), 0);
        }

        String auditAndReset() {
            memory.noteAllFreed();
            String audit = memory.audit();
            if (audit.equals(TinyMemory.BALANCED)) {
                hold();
            }
            return audit;
        }
    }
}

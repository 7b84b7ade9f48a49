package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Invariant: the only free frame, which lies in a stripe's magazine, goes to exactly one of two that want it: its stripe, which pops it, and another,
 * which steals it; or two others, which both steal it. Nobody is refused unless the other has it.
 *
 * <p>Watches the CAS of {@code Magazines.pop} against that of {@code Magazines.steal}, and the latter against itself.
 */
@JCStressTest
@State
@Outcome(id = "block, refused, balanced", expect = Expect.ACCEPTABLE, desc = "the first stripe had it")
@Outcome(id = "refused, block, balanced", expect = Expect.ACCEPTABLE, desc = "the second stripe had it")
public class StealFromMagazine {
    private static final Pool<LastInMagazine> POOL = new Pool<>(LastInMagazine::new);

    private final LastInMagazine last = POOL.take();
    private long first;
    private long second;

    /** Pops, or steals from the third stripe. */
    @Actor
    public void first() {
        first = last.memory.allocator.allocate(TinyMemory.FIRST, 0);
    }

    /** Steals. */
    @Actor
    public void second() {
        second = last.memory.allocator.allocate(TinyMemory.SECOND, 0);
    }

    /** Audits. */
    @Arbiter
    public void atRest(LLL_Result result) {
        result.r1 = last.memory.noteAllocated(first, 0);
        result.r2 = last.memory.noteAllocated(second, 0);
        String audit = last.auditAndReset();
        result.r3 = audit;
        POOL.put(last, audit);
    }

    /** Memory of one frame, which is in the magazine of the first stripe and of a third in turn. */
    private static final class LastInMagazine {
        private static final int THIRD = 2;

        private final TinyMemory memory = new TinyMemory(1);
        private int resets;

        LastInMagazine() {
            memory.holdSurely(TinyMemory.FIRST, 0);
            putIntoMagazine();
        }

        private void putIntoMagazine() {
            TinyMemory.Block frame = memory.held().getLast();
            memory.release((++resets & 1) == 0 ? TinyMemory.FIRST : THIRD, frame);
        }

        String auditAndReset() {
            String audit = memory.audit();
            if (audit.equals(TinyMemory.BALANCED)) {
                putIntoMagazine();
            }
            return audit;
        }
    }
}

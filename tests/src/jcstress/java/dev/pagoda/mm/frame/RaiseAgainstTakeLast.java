package dev.pagoda.mm.frame;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Invariant: a frame is never both raised by one and taken, as the last count, by another.
 *
 * <p>Watches the CAS in {@code FrameTable.raiseUnlessZero} against the CAS from one to zero in {@code takeLast}.
 */
@JCStressTest
@State
@Outcome(id = "raised, kept, 2", expect = Expect.ACCEPTABLE, desc = "the raise came first")
@Outcome(id = "refused, given back, 0", expect = Expect.ACCEPTABLE, desc = "the evictor came first")
public class RaiseAgainstTakeLast {
    private final long frame = CountedFrames.newFrame();

    /** Finds the frame in a word and wants to keep it. */
    @Actor
    public void raiser(LLI_Result result) {
        result.r1 = CountedFrames.raise(frame);
    }

    /** Evicts the page if nobody else refers to it. */
    @Actor
    public void evictor(LLI_Result result) {
        result.r2 = CountedFrames.takeLast(frame);
    }

    /** The count at rest. */
    @Arbiter
    public void atRest(LLI_Result result) {
        result.r3 = CountedFrames.TABLE.count(frame);
    }
}

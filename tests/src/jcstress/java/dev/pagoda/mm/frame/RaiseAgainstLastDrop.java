package dev.pagoda.mm.frame;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Invariant: a frame is never both raised by one and given back by another.
 *
 * <p>Watches the CAS in {@code FrameTable.raiseUnlessZero} against the atomic subtraction in {@code lower}.
 */
@JCStressTest
@State
@Outcome(id = "raised, kept, 1", expect = Expect.ACCEPTABLE, desc = "the raise came first")
@Outcome(id = "refused, given back, 0", expect = Expect.ACCEPTABLE, desc = "the drop came first")
public class RaiseAgainstLastDrop {
    private final long frame = CountedFrames.newFrame();

    /** Finds the frame in a word and wants to keep it. */
    @Actor
    public void raiser(LLI_Result result) {
        result.r1 = CountedFrames.raise(frame);
    }

    /** Drops the only count. */
    @Actor
    public void dropper(LLI_Result result) {
        result.r2 = CountedFrames.lower(frame);
    }

    /** The count at rest. */
    @Arbiter
    public void atRest(LLI_Result result) {
        result.r3 = CountedFrames.TABLE.count(frame);
    }
}

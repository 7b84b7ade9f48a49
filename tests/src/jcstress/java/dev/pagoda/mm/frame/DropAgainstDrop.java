package dev.pagoda.mm.frame;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Invariant: of those who drop the counts of a frame, exactly one gives it back.
 *
 * <p>Watches the atomic subtraction in {@code FrameTable.lower}, whose result must be the count before this very drop.
 */
@JCStressTest
@State
@Outcome(id = "given back, kept, 0", expect = Expect.ACCEPTABLE, desc = "the second came first")
@Outcome(id = "kept, given back, 0", expect = Expect.ACCEPTABLE, desc = "the first came first")
public class DropAgainstDrop {
    private final long frame = CountedFrames.newFrame();

    /** Starts with a count of two. */
    public DropAgainstDrop() {
        CountedFrames.raise(frame);
    }

    /** Drops one count. */
    @Actor
    public void first(LLI_Result result) {
        result.r1 = CountedFrames.lower(frame);
    }

    /** Drops the other count. */
    @Actor
    public void second(LLI_Result result) {
        result.r2 = CountedFrames.lower(frame);
    }

    /** The count at rest. */
    @Arbiter
    public void atRest(LLI_Result result) {
        result.r3 = CountedFrames.TABLE.count(frame);
    }
}

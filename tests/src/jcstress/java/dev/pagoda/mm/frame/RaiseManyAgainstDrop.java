package dev.pagoda.mm.frame;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * Invariant: references that one holder adds and takes back, and one that another drops meanwhile, are all counted.
 *
 * <p>Watches the atomic additions of {@code FrameTable.raise} and {@code lowerBy}, by which a huge page is split, against the CAS of {@code lower}.
 */
@JCStressTest
@State
@Outcome(id = "kept, 257", expect = Expect.ACCEPTABLE, desc = "one of two, and 256 more")
public class RaiseManyAgainstDrop {
    private static final int ADDED = 511;
    private static final int TAKEN_BACK = 255;

    private final long frame = CountedFrames.newFrame();

    /** A frame that two hold. */
    public RaiseManyAgainstDrop() {
        CountedFrames.raise(frame);
    }

    /** Adds many, and takes some of them back. */
    @Actor
    public void splitter() {
        CountedFrames.TABLE.raise(frame, ADDED);
        CountedFrames.TABLE.lowerBy(frame, TAKEN_BACK);
    }

    /** Drops its own. */
    @Actor
    public void dropper(LI_Result result) {
        result.r1 = CountedFrames.lower(frame);
    }

    /** The count at rest. */
    @Arbiter
    public void atRest(LI_Result result) {
        result.r2 = CountedFrames.TABLE.count(frame);
    }
}

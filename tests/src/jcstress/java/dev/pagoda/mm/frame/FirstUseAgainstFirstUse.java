package dev.pagoda.mm.frame;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Invariant: a frame is found by whoever steals, in whichever magazine it is, though magazines are used for the first time at once.
 *
 * <p>Watches the CAS by which {@code Magazines} remembers the last magazine in use against itself.
 */
@JCStressTest
@State
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both frames are found")
public class FirstUseAgainstFirstUse {
    private static final int COUNT = 4;

    private final Magazines magazines = new Magazines(COUNT, 1);

    /** Pushes into one. */
    @Actor
    public void low() {
        magazines.push(1, 1);
    }

    /** Pushes into another, further up. */
    @Actor
    public void high() {
        magazines.push(COUNT - 1, 2);
    }

    /** Steals all there is. */
    @Arbiter
    public void atRest(I_Result result) {
        while (magazines.steal() != Magazines.NONE) {
            result.r1++;
        }
        magazines.close();
    }
}

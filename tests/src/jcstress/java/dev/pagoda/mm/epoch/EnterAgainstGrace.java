package dev.pagoda.mm.epoch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: what a reader finds in an epoch keeps its content until the reader leaves, though a reclaimer unlinks it and reuses it as soon as
 * {@link Epochs#awaitGrace} returns.
 *
 * <p>Watches the asymmetric fence: {@code Participant.enter}'s opaque store and compiler fence against the reclaimer's CAS, membarrier and
 * scan. Nothing else orders the reader's store to its slot before its load of the link. Also watches
 * {@code leave}'s release against the scan's acquire.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "every object that was found kept its content")
public class EnterAgainstGrace {
    private final long cell = EpochPair.newCell();

    /** Reads. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = EpochPair.readUntilGone(cell);
    }

    /** Reclaims. */
    @Actor
    public void reclaimer() {
        EpochPair.unlinkWaitOverwrite(cell);
    }
}

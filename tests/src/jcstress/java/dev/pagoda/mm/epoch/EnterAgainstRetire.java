package dev.pagoda.mm.epoch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: what a reader finds in an epoch keeps its content until the reader leaves, though a reclaimer unlinks and retires it, and its
 * disposal reuses it.
 *
 * <p>Watches the same pairs as {@link EnterAgainstGrace} by way of the ring: {@code retire}, then {@code drain} with its grace period before
 * the disposal.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "every object that was found kept its content")
public class EnterAgainstRetire {
    private final long cell = EpochPair.newCell();

    /** Reads. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = EpochPair.readUntilGone(cell);
    }

    /** Retires, and drains. */
    @Actor
    public void reclaimer() {
        EpochPair.unlinkRetireDrain(cell);
    }
}

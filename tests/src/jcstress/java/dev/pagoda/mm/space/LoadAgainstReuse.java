package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: a load finds what is in its page or faults, though another view unmaps the page and its frame is used again for another page.
 *
 * <p>Watches the fast path of loads, an epoch and a slot of the remembered table, against the compare-and-set of the slot, the look at the table's users after it, and the grace period before the frame
 * is used again.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "every page that was found kept its content")
public class LoadAgainstReuse {
    private static final SharedSpace SPACE = new SharedSpace(1);
    private static final Chain CHAIN = new Chain();
    /** jcstress also runs the reader alone. */
    private static final int TURNS = 100;

    private final long page = SPACE.newPage();

    /** Loads. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = CHAIN.readUntilGone(SPACE.accessing, page << 12, TURNS);
    }

    /** Unmaps, and uses the frame again. */
    @Actor
    public void taker() {
        SPACE.reuse(page);
    }
}

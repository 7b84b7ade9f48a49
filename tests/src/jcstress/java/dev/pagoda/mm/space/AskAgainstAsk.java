package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Invariant: of two calls that each fit under a limit, but not together, exactly one is granted its pages.
 *
 * <p>Watches the CAS of {@code Quota.ask} against itself, and that who finds no room waits until the other has settled.
 */
@JCStressTest
@State
@Outcome(id = "true, false, 3", expect = Expect.ACCEPTABLE, desc = "the first had the room")
@Outcome(id = "false, true, 3", expect = Expect.ACCEPTABLE, desc = "the second had the room")
public class AskAgainstAsk {
    private static final long LIMIT = 4;
    private static final long PAGES = 3;

    private final Quota quota = new Quota();

    /** Limited, nothing counted. */
    public AskAgainstAsk() {
        quota.setLimit(LIMIT);
    }

    /** Asks. */
    @Actor
    public void first(ZZJ_Result result) {
        result.r1 = askAndUse();
    }

    /** Asks. */
    @Actor
    public void second(ZZJ_Result result) {
        result.r2 = askAndUse();
    }

    private boolean askAndUse() {
        boolean granted = quota.ask(PAGES, 0);
        if (granted) {
            quota.settle(PAGES, false, PAGES);
        }
        return granted;
    }

    /** What is counted. */
    @Arbiter
    public void atRest(ZZJ_Result result) {
        result.r3 = quota.pages();
    }
}

package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Invariant: nobody is refused because another asked for more than it used.
 *
 * <p>Watches that {@code Quota.ask} counts the caller in the same CAS as its pages, and that {@code settle} takes both away in one.
 */
@JCStressTest
@State
@Outcome(id = "true, true, 3", expect = Expect.ACCEPTABLE, desc = "the second had room in the end")
public class AskAgainstUnused {
    private static final long LIMIT = 4;
    private static final long PAGES = 3;

    private final Quota quota = new Quota();

    /** Limited, nothing counted. */
    public AskAgainstUnused() {
        quota.setLimit(LIMIT);
    }

    /** Asks for all, beside which the other finds no room, and uses nothing; more than once, so that they meet. */
    @Actor
    public void unused(ZZJ_Result result) {
        result.r1 = true;
        for (int i = 0; i < 3; i++) {
            if (quota.ask(1, 0)) {
                quota.settle(1, false, 0);
            } else {
                result.r1 = false;
            }
        }
    }

    /** Asks for what fits if nothing is used. */
    @Actor
    public void used(ZZJ_Result result) {
        result.r2 = quota.ask(LIMIT, 0);
        if (result.r2) {
            quota.settle(LIMIT, false, PAGES);
        }
    }

    /** What is counted. */
    @Arbiter
    public void atRest(ZZJ_Result result) {
        result.r3 = quota.pages();
    }
}

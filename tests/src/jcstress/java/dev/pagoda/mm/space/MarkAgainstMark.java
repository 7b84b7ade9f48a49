package dev.pagoda.mm.space;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Invariant: what a view changes in its books and then carries over, and what another carries over for it meanwhile, add up to what the books say.
 *
 * <p>Watches the second look of {@code Counters.mark}: without it the other may mark a number that the view has just changed back to what was marked before, which the view takes for nothing to carry over.
 */
@JCStressTest
@State
@Outcome(id = "1, -1, 0", expect = Expect.ACCEPTABLE, desc = "the other carried over first")
@Outcome(
        id = "0, 0, 0",
        expect = Expect.ACCEPTABLE,
        desc = "there was nothing to carry over any more, or the other saw both")
public class MarkAgainstMark {
    private static final int KIND = Counters.MAPPED_PAGES;

    private final Counters counters = new Counters();

    /** A page was mapped when nothing was carried over yet. */
    public MarkAgainstMark() {
        counters.add(KIND, 1);
    }

    /** Who begins to count. */
    @Actor
    public void other(JJJ_Result result) {
        VarHandle.fullFence();
        result.r1 = counters.mark(KIND);
    }

    /** The view unmaps the page. */
    @Actor
    public void view(JJJ_Result result) {
        counters.add(KIND, -1);
        VarHandle.fullFence();
        result.r2 = counters.mark(KIND);
    }

    /** What was carried over. */
    @Arbiter
    public void atRest(JJJ_Result result) {
        result.r3 = result.r1 + result.r2;
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: every load of a run finds what is in its page or faults, though it looks at the retire sequence once only, when it begins: what was in the tree then stays what it is until it ends.
 *
 * <p>Watches the epoch that a run stays in, and the look at the sequence after entering it.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "every word that was found is the page's")
public class RunAgainstTableReuse {
    private static final SharedSpace SPACE = new SharedSpace(Tables.SLOTS);
    /** jcstress also runs the reader alone. */
    private static final int TURNS = 100;

    private final long page = SPACE.newPage();

    /** Loads, in runs. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = Chain.readInRunsUntilGone(SPACE.accessing.run(), page << 12, TURNS);
    }

    /** Unmaps the whole table, and uses its frame again for a table of other pages. */
    @Actor
    public void taker() {
        SPACE.reuse(page);
    }
}

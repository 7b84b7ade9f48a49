package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: a load finds what is in its page or faults, though the table that its view remembers was taken out of the tree and is another by now, in the same frame, at another address.
 *
 * <p>Watches the retire sequence, raised after the table's word has left its parent and before the grace period, against the acquire of it after entering.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "every page that was found kept its content")
public class LoadAgainstTableReuse {
    private static final SharedSpace SPACE = new SharedSpace(Tables.SLOTS);
    private static final Chain CHAIN = new Chain();
    /** jcstress also runs the reader alone. */
    private static final int TURNS = 100;

    private final long page = SPACE.newPage();

    /** Loads. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = CHAIN.readUntilGone(SPACE.accessing, page << 12, TURNS);
    }

    /** Unmaps the whole table, and uses its frame again for a table of other pages. */
    @Actor
    public void taker() {
        SPACE.reuse(page);
    }
}

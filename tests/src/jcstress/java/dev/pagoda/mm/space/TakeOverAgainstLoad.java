package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: a child never sees what its parent stores after the fork, though the child's page is unmapped by another thread of it, and the parent then takes the frame over and stores to it.
 *
 * <p>Watches that a count goes down only after a grace period, so that the store that takes over as the last owner comes after all loads under the words that are gone.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "the child's page kept its content as long as it was found")
public class TakeOverAgainstLoad {
    private static final Chain CHAIN = new Chain();
    /** jcstress also runs the reader alone. */
    private static final int TURNS = 100;

    private final Family family;
    private final long page;

    /** A shared page. */
    public TakeOverAgainstLoad() {
        synchronized (Family.class) {
            family = Family.next();
            page = family.newPage();
        }
    }

    /** Loads through the child. */
    @Actor
    public void reader(L_Result result) {
        result.r1 = CHAIN.readUntilGone(family.childReading, page << 12, TURNS);
    }

    /** Unmaps the child's page, and stores to the parent's. */
    @Actor
    public void storer() {
        Unmap.range(family.childTaking, page, 1);
        family.childTaking.participant().drain();
        family.parent.store((page << 12) + Chain.LATE_OFFSET, Long.BYTES, Chain.FOREIGN);
    }

    /** Has the next family made when all pages of this one are used. */
    @Arbiter
    public void atRest(L_Result result) {
        family.end();
    }
}

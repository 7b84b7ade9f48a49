package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: what is stored to a page that was declared free is not lost, though the page is taken back meanwhile because memory is short.
 *
 * <p>Watches the CAS of {@code FreedPages} against the CAS of the fault that marks the page written. Each sample has a space of its own, the first that is looked through.
 */
@JCStressTest
@State
@Outcome(id = "kept", expect = Expect.ACCEPTABLE, desc = "the store came first, or found a page of zeroes")
public class StoreAgainstTakeBack {
    private static final SharedSpace SPACE = new SharedSpace(1);

    private final long page = SPACE.newPage();

    /** Declares the page free. */
    public StoreAgainstTakeBack() {
        SPACE.declareFree(page);
    }

    /** Stores. */
    @Actor
    public void store() {
        SPACE.accessing.store(page << 12, Long.BYTES, 1);
    }

    /** Takes back what was declared free. */
    @Actor
    public void takeBack() {
        SPACE.takeBack();
    }

    /** Loads. */
    @Arbiter
    public void atRest(L_Result result) {
        result.r1 = SPACE.loadFirst(page) == 1 ? "kept" : "lost";
    }
}

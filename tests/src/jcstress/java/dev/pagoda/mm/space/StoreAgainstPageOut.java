package dev.pagoda.mm.space;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: no store to a page is lost that is on its way to swap, whether it began before its right was withdrawn, copies the page, or brings it back.
 *
 * <p>Watches the grace periods and the last look of {@code SwapBatch} against stores that rely on a word they read before.
 */
@JCStressTest
@State
@Outcome(id = "kept", expect = Expect.ACCEPTABLE, desc = "both stores are there")
public class StoreAgainstPageOut {
    private static final SwappingSpace SPACE = new SwappingSpace();

    private final long page = SPACE.newPage();

    /** Stores. */
    @Actor
    public void store() {
        SPACE.first.store(page << 12, Long.BYTES, 1);
    }

    /** Pages out, and stores to another word. */
    @Actor
    public void pageOut() {
        SPACE.pageOut(page);
        SPACE.second.store((page << 12) + Long.BYTES, Long.BYTES, 2);
    }

    /** Loads. */
    @Arbiter
    public void atRest(L_Result result) {
        result.r1 = SPACE.load(page, 0) == 1 && SPACE.load(page, 1) == 2 ? "kept" : "lost";
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: a store lands in its page or faults, though another view unmaps the page and its frame is used again for another page.
 *
 * <p>Watches the fast path of stores as {@link LoadAgainstReuse} does that of loads. Before each store the writer stores to memory that no cache has: the store of the page waits behind those in the
 * processor's store buffer, when its slot has been read long ago.
 */
@JCStressTest
@State
@Outcome(id = "intact", expect = Expect.ACCEPTABLE, desc = "no store landed in the other page")
public class StoreAgainstReuse {
    private static final SharedSpace SPACE = new SharedSpace(1);
    /** jcstress also runs the writer alone. */
    private static final int TURNS = 100;

    private static final int COLD_STORES = 16;
    /** Larger than any cache, and visited in steps that no prefetcher follows. */
    private static final long COLD_BYTES = 1L << 27;

    private static final long COLD_STEP = 5 * 4096 + 320;
    private static final Reservation COLD_MEMORY = new Reservation(COLD_BYTES);

    private static long cold;

    private final long page = SPACE.newPage();

    /** Stores until the page is gone. */
    @Actor
    public void writer() {
        try {
            for (int turn = 0; turn < TURNS; turn++) {
                for (int i = 0; i < COLD_STORES; i++) {
                    cold = cold + COLD_STEP & COLD_BYTES - Long.BYTES;
                    RawMemory.setPlain(COLD_MEMORY.address() + cold, turn);
                }
                SPACE.accessing.store((page << 12) + Chain.LATE_OFFSET, Long.BYTES, turn + 1);
            }
        } catch (MemoryFault gone) {
            // It should be.
        }
    }

    /** Unmaps, and uses the frame again. */
    @Actor
    public void taker() {
        SPACE.reuse(page);
    }

    /** Looks at the page that the frame is used for. */
    @Arbiter
    public void atRest(L_Result result) {
        result.r1 = SPACE.loadSecond(page) == Chain.FOREIGN ? "intact" : "overwritten";
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.mm.radix.SpaceWord;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Invariant: what a call counts while the first limit is set is carried over, by the call or by who sets the limit.
 *
 * <p>Watches the grace period of {@code Limits.startCounting}, whose membarrier stands in for a fence between a call's count and its look whether anything is limited.
 */
@JCStressTest
@State
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "carried over")
public class CountingAgainstMap {
    private static final Core CORE = new Core(64 << 20);
    private static final long WORD = SpaceWord.reserved(Attributes.PLAIN, 3, false);
    private static final int COLD_STORES = 32;
    private static final long COLD_BYTES = 1L << 27;
    private static final long COLD_STEP = 5 * 4096 + 320;
    private static final Reservation COLD_MEMORY = new Reservation(COLD_BYTES);

    /** The limit is set at different times after the call began. */
    private static final int MOST_SPINS = 128;

    private static long cold;
    private static int spins;

    private final AddressSpace space = new AddressSpace(CORE);
    private final View view = space.open("sample");

    /** Counts a page, and carries over if anything is limited. The count waits in the store buffer behind stores to memory that no cache has. */
    @Actor
    public void call() {
        // What it reads later is in the cache then.
        view.budget().settle();
        for (int i = 0; i < COLD_STORES; i++) {
            cold = cold + COLD_STEP & COLD_BYTES - Long.BYTES;
            RawMemory.setPlain(COLD_MEMORY.address() + cold, i);
        }
        view.bill(WORD, 0, 1);
        view.budget().settle();
    }

    /** Sets the first limit. */
    @Actor
    public void limit() {
        spins = spins + 1 & MOST_SPINS - 1;
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
        space.limits().limitMapped(1 << 20);
    }

    /** Compares. */
    @Arbiter
    public void atRest(JJ_Result result) {
        result.r1 = space.limits().quota(Limits.MAPPED).pages();
        result.r2 = space.mappedBytes() >>> 12;
        view.bill(WORD, 0, -1);
        view.close();
        space.destroy();
    }
}

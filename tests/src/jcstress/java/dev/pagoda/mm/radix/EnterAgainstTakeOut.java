package dev.pagoda.mm.radix;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Invariant: of a view that enters a table and reads a slot, and one that changes the slot and then asks for others, at least one sees the other. So nobody uses a frame again at once that
 * another has just found.
 *
 * <p>Watches the CAS and the fence of {@code TableUsers.enter} before the load of the slot, against the CAS of the slot before the volatile load of {@code isUsedByOthers}. In every other sample
 * who takes out has entered before.
 */
@JCStressTest
@State
@Outcome(id = "found, waits", expect = Expect.ACCEPTABLE, desc = "the reader came first")
@Outcome(id = "gone, waits", expect = Expect.ACCEPTABLE, desc = "they met")
@Outcome(id = "gone, reuses", expect = Expect.ACCEPTABLE, desc = "the reader came last")
public class EnterAgainstTakeOut {
    private static final long MEMORY_BYTES = 64 << 20;
    private static final Tables TABLES = new Tables(new Frames(MEMORY_BYTES));
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final long WORD = SpaceWord.populatedOwn(SpaceWord.reserved(1, 3, false), 1);
    private static final int READER = 1;
    private static final int TAKER = 2;

    private final long table = TABLES.allocate(0, WORD, false);
    private final long slot = TABLES.slot(table, 0, 0);

    /** Nobody uses the table, or who will take out. */
    public EnterAgainstTakeOut() {
        if ((NEXT.getAndIncrement() & 1) != 0) {
            TABLES.users().enter(table, TAKER);
        }
    }

    /** Enters, and looks. */
    @Actor
    public void reader(LL_Result result) {
        TABLES.users().enter(table, READER);
        result.r1 = RawMemory.getAcquire(slot) == WORD ? "found" : "gone";
    }

    /** Takes out, and asks. */
    @Actor
    public void taker(LL_Result result) {
        RawMemory.compareAndSet(slot, WORD, SpaceWord.UNMAPPED);
        result.r2 = TABLES.users().isUsedByOthers(table, TAKER) ? "waits" : "reuses";
    }

    /** Gives the table back. */
    @Arbiter
    public void atRest(LL_Result result) {
        TABLES.discard(0, table);
    }
}

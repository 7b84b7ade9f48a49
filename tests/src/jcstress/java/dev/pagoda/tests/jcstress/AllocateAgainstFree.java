package dev.pagoda.tests.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Invariant: who allocates while another frees is refused or has a proper block, and the books balance afterwards.
 *
 * <p>Watches {@code free}, which clears the bit and then raises the counter, against {@code allocate}, which goes the other way. (In which order, Lincheck tells: the wrong one
 * hands out nothing twice, but makes {@code allocate} wait.)
 */
@JCStressTest
@State
@Outcome(id = "refused, balanced", expect = Expect.ACCEPTABLE, desc = "the free came later")
@Outcome(id = "block, balanced", expect = Expect.ACCEPTABLE, desc = "the free came earlier")
public class AllocateAgainstFree {
    private static final Pool<Full> POOL = new Pool<>(() -> new Full(Orders.FREED_AND_WANTED.next()));

    private final Full full = POOL.take();
    private long frame;

    /** Frees what makes room. */
    @Actor
    public void freer() {
        full.memory.allocator.free(TinyMemory.FIRST, full.freed.frame(), full.orders.first());
    }

    /** Allocates. */
    @Actor
    public void allocator() {
        frame = full.memory.allocator.allocate(TinyMemory.SECOND, full.orders.second());
    }

    /** Audits. */
    @Arbiter
    public void atRest(LL_Result result) {
        full.memory.noteFreed(full.freed);
        result.r1 = full.memory.noteAllocated(frame, full.orders.second());
        String audit = full.auditAndReset();
        result.r2 = audit;
        POOL.put(full, audit);
    }

    /** Memory in which no block of the wanted order is free until one block is freed. */
    private static final class Full {
        private final TinyMemory memory;
        private final Orders.Pair orders;
        private final int others;
        private TinyMemory.Block freed;

        Full(Orders.Pair orders) {
            this.orders = orders;
            // Room for a few blocks beside the one that is freed, which are held for ever.
            this.memory = new TinyMemory(2L << Math.max(orders.first(), orders.second()));
            TinyMemory.Block first = memory.holdSurely(TinyMemory.FIRST, orders.first());
            memory.holdAll(orders.second());
            memory.release(TinyMemory.FIRST, first);
            this.others = memory.heldCount();
            this.freed = memory.holdSurely(TinyMemory.FIRST, orders.first());
        }

        /** Frees what the actors left and takes the block to be freed again, which shows that the memory is as it was. */
        String auditAndReset() {
            String audit = memory.audit();
            if (!audit.equals(TinyMemory.BALANCED)) {
                return audit;
            }
            memory.releaseDownTo(others, TinyMemory.SECOND);
            freed = memory.hold(TinyMemory.FIRST, orders.first());
            if (freed == null) {
                return "no block of order " + orders.first() + " after all was freed";
            }
            return audit;
        }
    }
}

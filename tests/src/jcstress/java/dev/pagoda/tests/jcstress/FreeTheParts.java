package dev.pagoda.tests.jcstress;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: when two have freed the parts of a block, the whole block can be had: freeing is coalescing, and neither leaves it to the other.
 *
 * <p>Watches the atomic changes of bits and counters by {@code free} against each other.
 */
@JCStressTest
@State
@Outcome(id = TinyMemory.BALANCED, expect = Expect.ACCEPTABLE, desc = "the parts are one block again")
public class FreeTheParts {
    private static final Pool<Parts> POOL = new Pool<>(() -> new Parts(Orders.PART_AND_WHOLE.next()));

    private final Parts parts = POOL.take();

    /** Frees the parts with even numbers. */
    @Actor
    public void first() {
        parts.free(TinyMemory.FIRST, 0);
    }

    /** Frees the parts with odd numbers. */
    @Actor
    public void second() {
        parts.free(TinyMemory.SECOND, 1);
    }

    /** Audits. */
    @Arbiter
    public void atRest(L_Result result) {
        String audit = parts.auditAndReset();
        result.r1 = audit;
        POOL.put(parts, audit);
    }

    /** A block in parts, all of them held. */
    private static final class Parts {
        private final TinyMemory memory;
        private final Orders.Pair orders;
        private final List<TinyMemory.Block> parts = new ArrayList<>();

        Parts(Orders.Pair orders) {
            this.orders = orders;
            this.memory = new TinyMemory(1L << orders.second());
            reset();
        }

        private void reset() {
            memory.holdAll(orders.first());
            parts.clear();
            parts.addAll(memory.held());
        }

        void free(int stripe, int from) {
            for (int i = from; i < parts.size(); i += 2) {
                memory.allocator.free(stripe, parts.get(i).frame(), orders.first());
            }
        }

        String auditAndReset() {
            memory.noteAllFreed();
            String audit = memory.audit();
            if (!audit.equals(TinyMemory.BALANCED)) {
                return audit;
            }
            TinyMemory.Block whole = memory.hold(TinyMemory.FIRST, orders.second());
            if (whole == null) {
                return "no block of order " + orders.second() + " out of those of order " + orders.first();
            }
            audit = memory.audit();
            memory.release(TinyMemory.FIRST, whole);
            reset();
            return audit;
        }
    }
}

package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.RawMemory;
import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * A participant's ring of retired records, as Lincheck runs it: one thread retires, all drain. The ring starts empty, so that a drainer meets the
 * record that is being retired, or full, so that what is retired next goes where a drainer may still be reading.
 *
 * <p>Invariant: every record that was retired is disposed of once.
 */
public abstract class RetireRing {
    /** The records that a full ring really has: more than the drainers of a scenario come to. */
    private static final int FIRST_RECORDS = 16;
    /** The largest number of records that a drainer copies at a time. */
    private static final int COPIED = 2;

    private final AtomicIntegerArray disposals = new AtomicIntegerArray(2 * Participant.RING_RECORDS);
    private final Participant owner;
    private final int filled;
    private int retired;

    /** An empty ring, or a full one. */
    protected RetireRing(boolean full) {
        RawMemory.forgetAll();
        filled = full ? Participant.RING_RECORDS : 0;
        // Without membarrier: all is sequentially consistent here.
        owner = new Epochs(new Disposals(disposals), false).join("owner");
        if (full) {
            fill();
        }
    }

    /** Retires a record if there is room. */
    @Operation(nonParallelGroup = "owner")
    public void retire() {
        try {
            owner.retire(retired);
            retired++;
        } catch (IllegalStateException full) {
            // The owner makes room before it retires; here only drainers do.
            return;
        }
    }

    /** Disposes of the first records, as far as they are retired. */
    @Operation
    public void drain(@Param(gen = IntGen.class, conf = "1:4") int upTo) {
        owner.disposeUpTo(Math.min(upTo, owner.retiredEnd()), 0, new long[COPIED]);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
    }

    /** Fills the ring. Apart, as {@link #audit} is, because Lincheck is told not to look into it. */
    private void fill() {
        while (retired < FIRST_RECORDS) {
            owner.retire(retired++);
        }
        // The others are never read, only counted; thousands of steps in each invocation would take all the time.
        jump("end");
        retired = filled;
    }

    private void audit() {
        long[] copy = new long[COPIED];
        if (filled != 0) {
            owner.disposeUpTo(FIRST_RECORDS, 0, copy);
            check(0, FIRST_RECORDS);
            jump("begin");
        }
        owner.disposeUpTo(owner.retiredEnd(), 0, copy);
        check(filled, retired);
    }

    private void check(int from, int to) {
        for (int record = from; record < to; record++) {
            if (disposals.get(record) != 1) {
                throw new IllegalStateException(
                        "record " + record + " was disposed of " + disposals.get(record) + " times");
            }
        }
        if (owner.hasRetired() && to == retired) {
            throw new IllegalStateException("more is retired than " + retired + " records");
        }
    }

    private void jump(String edge) {
        try {
            Field field = Participant.class.getDeclaredField(edge);
            field.setAccessible(true);
            field.setLong(owner, filled);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty ring. */
    public static class Empty extends RetireRing {
        /** Empty. */
        public Empty() {
            super(false);
        }
    }

    /** A full ring. */
    public static class Full extends RetireRing {
        /** Full. */
        public Full() {
            super(true);
        }
    }

    /** Counts the disposals of each record. A class and no lambda, because Lincheck cannot look into one and says so. */
    private static final class Disposals implements Retired {
        private final AtomicIntegerArray disposals;

        Disposals(AtomicIntegerArray disposals) {
            this.disposals = disposals;
        }

        @Override
        public void dispose(long record, int stripe) {
            disposals.incrementAndGet((int) record);
        }
    }
}

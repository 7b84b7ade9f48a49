package dev.pagoda.mm.epoch;

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
public abstract class RingOfRecords {
    /** The records that a full ring really has: more than the drainers of a scenario come to. */
    private static final int FIRST_RECORDS = 16;
    /** The largest number of records that a drainer copies at a time. */
    private static final int COPIED = 2;

    private final AtomicIntegerArray disposals = new AtomicIntegerArray(2 * RetireRing.RECORDS);
    private final RetireRing ring = new RetireRing();
    private final Backlog backlog = new Backlog(new Disposals(disposals));
    private final int filled;
    private int retired;

    /** An empty ring, or a full one. */
    protected RingOfRecords(boolean full) {
        filled = full ? RetireRing.RECORDS : 0;
        if (full) {
            fill();
        }
    }

    /** Retires a record if there is room. */
    @Operation(nonParallelGroup = "owner")
    public void retire() {
        // The owner makes room before it retires; here only drainers do.
        if (ring.append(retired)) {
            retired++;
        }
    }

    /** Disposes of the first records, as far as they are retired. */
    @Operation
    public void drain(@Param(gen = IntGen.class, conf = "1:4") int upTo) {
        backlog.disposeUpTo(ring, Math.min(upTo, ring.end()), 0, new long[COPIED]);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
    }

    /** Fills the ring. Apart, as {@link #audit} is, because Lincheck is told not to look into it. */
    private void fill() {
        while (retired < FIRST_RECORDS) {
            ring.append(retired++);
        }
        // The others are never read, only counted; thousands of steps in each invocation would take all the time.
        jump("end");
        retired = filled;
    }

    private void audit() {
        long[] copy = new long[COPIED];
        if (filled != 0) {
            backlog.disposeUpTo(ring, FIRST_RECORDS, 0, copy);
            check(0, FIRST_RECORDS);
            jump("begin");
        }
        backlog.disposeUpTo(ring, ring.end(), 0, copy);
        check(filled, retired);
    }

    private void check(int from, int to) {
        for (int record = from; record < to; record++) {
            if (disposals.get(record) != 1) {
                throw new IllegalStateException(
                        "record " + record + " was disposed of " + disposals.get(record) + " times");
            }
        }
        if (ring.size() != 0 && to == retired) {
            throw new IllegalStateException("more is retired than " + retired + " records");
        }
    }

    private void jump(String edge) {
        try {
            Field field = RetireRing.class.getDeclaredField(edge);
            field.setAccessible(true);
            field.setLong(ring, filled);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty ring. */
    public static class Empty extends RingOfRecords {
        /** Empty. */
        public Empty() {
            super(false);
        }
    }

    /** A full ring. */
    public static class Full extends RingOfRecords {
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

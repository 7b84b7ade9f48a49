package dev.pagoda.mm.epoch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The records that one participant has retired: its owner appends, anyone may take. Appending is wait-free, taking lock-free.
 *
 * <pre>
 *   records   {@value #RECORDS} words
 *   end       next record to write; only the owner raises it (release; takers acquire)
 *   begin     first record not yet taken; raised by CAS, whoever succeeds has what it copied before
 * </pre>
 *
 * <p>A record between begin and end is never overwritten, and a taker copies before its CAS, so a copy made of overwritten records
 * belongs to a CAS that fails.
 */
final class RetireRing {
    /** Several times what one table can give. */
    static final int RECORDS = 4096;

    private static final VarHandle BEGIN;
    private static final VarHandle END;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BEGIN = lookup.findVarHandle(RetireRing.class, "begin", long.class);
            END = lookup.findVarHandle(RetireRing.class, "end", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] records = new long[RECORDS];
    private volatile long begin;
    private volatile long end;

    /** Appends a record, if there is room; for the owner. */
    boolean append(long record) {
        long at = end;
        if (at - begin >= RECORDS) {
            return false;
        }
        records[(int) at & RECORDS - 1] = record;
        // Pairs with the read of end by whoever takes.
        END.setRelease(this, at + 1);
        return true;
    }

    /** Number of the first record that was not taken. */
    long begin() {
        return begin;
    }

    /** Number of the record that comes next. */
    long end() {
        return end;
    }

    /** Records not taken yet, as it was at one moment. */
    long size() {
        long first;
        long last;
        do {
            first = begin;
            last = end;
            // Else the ring may have been emptied and filled again between the two.
        } while (first != begin);
        return last - first;
    }

    /** Whether so many records can be appended; for the owner. */
    boolean hasRoom(int count) {
        return end - begin <= RECORDS - count;
    }

    /** Copies records from a number on; they are the caller's only if {@link #take} of the same numbers succeeds afterwards. */
    void copy(long from, long[] copy, int count) {
        for (int i = 0; i < count; i++) {
            copy[i] = records[(int) (from + i) & RECORDS - 1];
        }
    }

    /** Takes the first records, if the first one still is what the caller thinks. */
    boolean take(long from, int count) {
        return BEGIN.compareAndSet(this, from, from + count);
    }
}

package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One side of the epochs: a CPU, or a thread that is not run by one. It reaches memory between {@link #enter} and
 * {@link #leave}, and retires what it unlinks.
 *
 * <p>Used by one thread at a time: guest threads of a CPU take turns, and none is switched while it is inside an epoch. Only
 * the records may be taken by others: they lie in a ring that its owner appends to and that anyone may drain.
 *
 * <pre>
 *   records   ring of {@value #RING_RECORDS} words
 *   end       next record to write; only the owner raises it (release; drainers acquire)
 *   begin     first record not yet disposed of; raised by CAS, whoever succeeds disposes of what it copied before
 * </pre>
 *
 * <p>A record between begin and end is never overwritten, and a drainer copies before its CAS, so a copy made of
 * overwritten records belongs to a CAS that fails.
 */
public final class Participant implements AutoCloseable {
    /** Retired records that a participant can hold: several times what one table can give. */
    static final int RING_RECORDS = 4096;
    /** Records after which a grace period is begun: one membarrier for so many. */
    static final int BATCH_RECORDS = 256;

    private static final VarHandle BEGIN;
    private static final VarHandle END;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BEGIN = lookup.findVarHandle(Participant.class, "begin", long.class);
            END = lookup.findVarHandle(Participant.class, "end", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Epochs epochs;
    private final String name;
    private final int index;
    private final long slot;
    private final long epochWord;
    private final boolean membarrier;
    private final long[] records = new long[RING_RECORDS];
    /** For the owner's disposals that do not wait, so that they allocate nothing. */
    private final long[] scratch = new long[BATCH_RECORDS];

    private int depth;
    private volatile long begin;
    private volatile long end;
    /** The batch whose grace period was begun: records below this, with its tag; none if not above begin. */
    private long sealedEnd;

    private long sealedTag;

    Participant(Epochs epochs, String name, int index, long slot) {
        this.epochs = epochs;
        this.name = name;
        this.index = index;
        this.slot = slot;
        this.epochWord = epochs.epochWord();
        this.membarrier = epochs.hasMembarrier();
    }

    /** Who this is, for reports. */
    public String name() {
        return name;
    }

    /** Number among the participants: the stripe for allocations. */
    public int index() {
        return index;
    }

    /** Whether the owner is inside an epoch; for its own thread only. */
    public boolean isInside() {
        return depth != 0;
    }

    /**
     * Enters an epoch: memory found in a tree from here on stays what it is until {@link #leave}. May be nested.
     *
     * <p>The opaque store pairs with the acquire loads of {@link Epochs#hasPassed}, through the reclaimer's membarrier.
     */
    public void enter() {
        if (depth++ == 0) {
            RawMemory.setOpaque(slot, RawMemory.getAcquire(epochWord));
            if (membarrier) {
                // Keeps the compiler from moving loads of the tree above the store; the processor's part is
                // membarrier's.
                VarHandle.acquireFence();
            } else {
                VarHandle.fullFence();
            }
        }
    }

    /** Leaves the epoch. The release store pairs with the acquire loads of {@link Epochs#hasPassed}. */
    public void leave() {
        if (--depth == 0) {
            RawMemory.setRelease(slot, 0);
        }
    }

    /**
     * Waits for a grace period: when this returns, every access that began before the call has ended.
     *
     * @throws IllegalStateException inside an epoch, where the wait would never end
     */
    public void awaitGrace() {
        assertOutside("wait for a grace period");
        epochs.awaitGrace();
    }

    /**
     * Makes sure that so many records can be retired without waiting; may wait for a grace period itself.
     *
     * @param count at most half of the ring
     */
    public void makeRoom(int count) {
        if (end - begin > RING_RECORDS - count) {
            assertOutside("make room for retired memory");
            while (end - begin > RING_RECORDS - count) {
                // The wait may move a guest thread to another CPU, so nothing of this participant but its ring is used
                // after it.
                long upTo = end;
                epochs.awaitGrace();
                disposeUpTo(upTo, index, new long[BATCH_RECORDS]);
            }
        }
    }

    /**
     * Retires one record that the caller has unlinked; it is disposed of after a grace period.
     *
     * <p>May be called inside an epoch. The owner has made room before.
     */
    public void retire(long record) {
        long at = end;
        if (at - begin >= RING_RECORDS) {
            throw new IllegalStateException("participant " + name + " retires more than it made room for");
        }
        records[(int) at & RING_RECORDS - 1] = record;
        END.setRelease(this, at + 1);
    }

    /** Disposes of what can be without waiting, and begins a grace period for a full batch. Called outside of epochs. */
    public void tidy() {
        if (end - Math.max(begin, sealedEnd) < BATCH_RECORDS || depth != 0) {
            return;
        }
        if (begin < sealedEnd) {
            if (!epochs.hasPassed(sealedTag)) {
                return;
            }
            disposeUpTo(sealedEnd, index, scratch);
        }
        sealedEnd = end;
        sealedTag = epochs.advance();
    }

    /** Waits for a grace period and disposes of everything retired so far by this participant. */
    public void drain() {
        assertOutside("drain retired memory");
        long upTo = end;
        if (upTo != begin) {
            epochs.awaitGrace();
            disposeUpTo(upTo, index, new long[BATCH_RECORDS]);
        }
    }

    /** Drains what is retired and gives the slot up. */
    @Override
    public void close() {
        drain();
        epochs.remove(this);
    }

    boolean hasRetired() {
        return begin != end;
    }

    long retiredEnd() {
        return end;
    }

    /** Disposes of the records below upTo, whose grace period has passed; returns how many this caller got. */
    long disposeUpTo(long upTo, int stripe, long[] copy) {
        long disposed = 0;
        long from = begin;
        while (from < upTo) {
            int count = (int) Math.min(upTo - from, copy.length);
            for (int i = 0; i < count; i++) {
                copy[i] = records[(int) (from + i) & RING_RECORDS - 1];
            }
            epochs.beginDisposal();
            boolean mine = BEGIN.compareAndSet(this, from, from + count);
            for (int i = 0; mine && i < count; i++) {
                epochs.dispose(copy[i], stripe);
            }
            epochs.endDisposal(mine ? count : 0);
            disposed += mine ? count : 0;
            from = begin;
        }
        return disposed;
    }

    private void assertOutside(String action) {
        if (depth != 0) {
            throw new IllegalStateException(
                    "participant " + name + " would " + action + " inside an epoch and never end");
        }
    }
}

package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/**
 * Who takes part, and the slots that say who is inside: 0 outside of an epoch, else the epoch in which the participant entered.
 * Each slot has a line of its own, off-heap. The lowest free slot is given out first, and the bound falls again when the
 * highest ones are given up, so that a scan costs what there is and not what there was. Lock-free.
 *
 * <pre>
 *   63        32 31         0
 *   +-----------+-----------+
 *   |   joins   |   bound   |   one above the highest slot in use
 *   +-----------+-----------+
 * </pre>
 *
 * <p>Every join counts, also one below the bound. A bound is lowered by a CAS from what was read before the search for the
 * highest participant: whoever joined since has changed the word, and nobody is left outside of the scans.
 */
final class Roster {
    /** Most participants at one time: a line each, touched only when used. */
    static final int MAX_PARTICIPANTS = 1 << 14;
    /** A scan that found nobody. */
    static final int NOBODY = -1;

    private static final int LINE_BYTES = 128;
    private static final long ONE_JOIN = 1L << 32;

    private final Reservation lines = new Reservation((long) MAX_PARTICIPANTS * LINE_BYTES);
    private final AtomicReferenceArray<Participant> participants = new AtomicReferenceArray<>(MAX_PARTICIPANTS);
    private final AtomicLong joinsAndBound = new AtomicLong();

    /**
     * Gives the lowest free slot to a new participant.
     *
     * @param make makes the participant of a slot; may be called for slots that another thread is given in the end
     * @throws IllegalStateException if none is free
     */
    Participant join(IntFunction<Participant> make) {
        for (int index = 0; index < MAX_PARTICIPANTS; index++) {
            if (participants.get(index) == null) {
                Participant participant = make.apply(index);
                if (participants.compareAndSet(index, null, participant)) {
                    raiseBound(index + 1);
                    return participant;
                }
            }
        }
        throw new IllegalStateException("there are " + MAX_PARTICIPANTS
                + " participants already; close views that are no longer used, or run the threads on CPUs");
    }

    /** Called after the participant was put, and before it may enter: a scan either sees the bound, or the reader's loads see the unlinking. */
    private void raiseBound(int above) {
        long seen;
        do {
            seen = joinsAndBound.get();
        } while (!joinsAndBound.compareAndSet(seen, joins(seen) + ONE_JOIN | Math.max((int) seen, above)));
    }

    /** Gives a slot up, which is outside; another may have it at once. Without effect if the participant has none any more. */
    void remove(Participant participant) {
        if (!participants.compareAndSet(participant.index(), participant, null)) {
            return;
        }
        long seen;
        int bound;
        do {
            seen = joinsAndBound.get();
            bound = (int) seen;
            while (bound > 0 && participants.get(bound - 1) == null) {
                bound--;
            }
        } while (bound != (int) seen && !joinsAndBound.compareAndSet(seen, joins(seen) | bound));
    }

    private static long joins(long word) {
        return word & -ONE_JOIN;
    }

    /** One above the highest slot in use. */
    int bound() {
        return (int) joinsAndBound.get();
    }

    /** The participant of a slot, or null. */
    Participant at(int index) {
        return participants.get(index);
    }

    /** The address of a slot. */
    long slot(int index) {
        return lines.address() + (long) index * LINE_BYTES;
    }

    /** The epoch in which the participant of a slot entered, or 0. The acquire load pairs with the release of {@link Participant#leave}. */
    long entered(int index) {
        return RawMemory.getAcquire(slot(index));
    }

    /**
     * The first slot from an index on whose participant entered before or in an epoch and is inside, or {@link #NOBODY}.
     *
     * <p>A slot that was passed need not be looked at again: who enters it later finds what was unlinked before the tag, even if it read
     * the epoch early and its slot shows an old one.
     */
    int firstInside(long tag, int from) {
        int bound = bound();
        for (int index = from; index < bound; index++) {
            long entered = entered(index);
            if (entered != 0 && entered <= tag) {
                return index;
            }
        }
        return NOBODY;
    }

    void close() {
        lines.close();
    }
}

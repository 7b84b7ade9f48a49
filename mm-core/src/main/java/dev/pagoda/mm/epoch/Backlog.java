package dev.pagoda.mm.epoch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What was retired and is not yet disposed of, in all rings together; and the disposal itself.
 *
 * <p>Retiring writes nothing shared, so the sum is known only in part: a participant announces what it has retired from time to time, while it
 * makes room. The more participants there are, the smaller are the parts in which each announces, down to {@value #LEAST_PART}. What is announced
 * and not disposed of is kept below {@value #LIMIT_RECORDS} by having those who announce reclaim everybody's records first. So with n participants there are never more
 * records than the limit and n times the part, and what operations that run at the moment have made room for; and never more than n full rings.
 *
 * <p>Thread-safe, lock-free; touched by the reclaiming side only, once for many records.
 */
final class Backlog {
    /**
     * Announced records above which everybody's are reclaimed: 256 MiB if each is a frame. A hundred participants that retire at full speed, with a batch that fills
     * and one that waits each, stay below.
     */
    static final int LIMIT_RECORDS = 1 << 16;
    /** Smallest part that is announced: it still makes one change of a shared line for sixteen records. */
    static final int LEAST_PART = 16;

    private final Retired retired;
    private final AtomicLong announced = new AtomicLong();
    /** Records disposed of since boot. */
    private final AtomicLong disposed = new AtomicLong();
    /** Records that were, or are about to be, taken out of a ring and are not yet disposed of. */
    private final AtomicLong taken = new AtomicLong();

    private final AtomicLong highest = new AtomicLong();

    Backlog(Retired retired) {
        this.retired = retired;
    }

    /** How many records a participant may retire before it announces them, when there are so many participants. */
    static int part(int participants) {
        return Math.clamp(LIMIT_RECORDS / Math.max(1, participants), LEAST_PART, Participant.BATCH_RECORDS);
    }

    /** Adds what a participant has retired since it did so last. */
    void announce(long records) {
        announced.addAndGet(records);
        noteHeight(announcedAndPending());
    }

    /** Whether everybody's records should be reclaimed before more are retired. */
    boolean isHigh() {
        return announcedAndPending() > LIMIT_RECORDS;
    }

    /** Records that were announced and are not disposed of; may be below zero, as others dispose of what is not announced yet. */
    long announcedAndPending() {
        // Disposed of first: read after what is announced it could contain records that are not.
        long gone = disposed.get();
        return announced.get() - gone;
    }

    /** Remembers how many records were pending at a moment when somebody looked. */
    void noteHeight(long pending) {
        if (pending > highest.get()) {
            highest.accumulateAndGet(pending, Math::max);
        }
    }

    long highest() {
        return highest.get();
    }

    long disposed() {
        return disposed.get();
    }

    long taken() {
        return taken.get();
    }

    /**
     * Disposes of the records below upTo, whose grace period has passed.
     *
     * @param copy room for a copy; a batch at most is taken at a time
     * @return how many this caller got
     */
    long disposeUpTo(RetireRing ring, long upTo, int stripe, long[] copy) {
        long mine = 0;
        long from = ring.begin();
        while (from < upTo) {
            int count = (int) Math.min(upTo - from, copy.length);
            ring.copy(from, copy, count);
            // Before they are taken, so that whoever finds the ring empty finds them here.
            taken.addAndGet(count);
            try {
                if (ring.take(from, count)) {
                    for (int i = 0; i < count; i++) {
                        retired.dispose(copy[i], stripe);
                    }
                    disposed.addAndGet(count);
                    mine += count;
                }
            } finally {
                taken.addAndGet(-count);
            }
            from = ring.begin();
        }
        return mine;
    }
}

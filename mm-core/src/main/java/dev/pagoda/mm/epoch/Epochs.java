package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.Posix;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Grace periods: when memory that was taken out of the trees may be used again.
 *
 * <p>Each {@link Participant} owns one slot, on a line of its own: 0 outside of an epoch, else the epoch in which it
 * entered. The reclaiming side pays for everything:
 *
 * <ol>
 *   <li>it has unlinked (by CAS) what it wants to reuse;
 *   <li>membarrier: every running thread passes a full fence, so that a plain store on entering is enough: either the
 *       reader's slot is visible to the scan below, or the reader's loads come after the fence and see the unlinking;
 *   <li>it takes the epoch as a tag and raises it;
 *   <li>it waits until every slot is 0 or newer than the tag.
 * </ol>
 *
 * <p>Where the host has no membarrier, readers fence on entering. Entering and leaving are wait-free; waiting for a grace period blocks,
 * by yielding, until the readers of that moment have left, and is never done inside an epoch.
 */
public final class Epochs implements AutoCloseable {
    /** Most participants at one time: a line each, touched only when used. */
    public static final int MAX_PARTICIPANTS = 1 << 14;

    private static final int LINE_BYTES = 128;
    private static final long FIRST_EPOCH = 1;

    private final Reservation lines = new Reservation((MAX_PARTICIPANTS + 1L) * LINE_BYTES);
    private final long epochWord = lines.address();
    private final boolean membarrier;
    private final Retired retired;
    private final AtomicReferenceArray<Participant> participants = new AtomicReferenceArray<>(MAX_PARTICIPANTS);
    /** Disposals that have begun and not ended. */
    private final AtomicInteger disposing = new AtomicInteger();
    /** Records disposed of since boot. */
    private final AtomicLong disposed = new AtomicLong();
    /** One above the highest slot ever used. */
    private final AtomicInteger used = new AtomicInteger();

    /**
     * Starts without participants.
     *
     * @param retired what becomes of retired records
     */
    public Epochs(Retired retired) {
        this(retired, Posix.registerMembarrier());
    }

    Epochs(Retired retired, boolean membarrier) {
        this.retired = retired;
        this.membarrier = membarrier;
        RawMemory.setRelease(epochWord, FIRST_EPOCH);
    }

    /**
     * Adds a participant: a CPU, or a thread that is not run by one.
     *
     * @param name for reports about who holds up a grace period
     * @throws IllegalStateException if there are {@link #MAX_PARTICIPANTS} already
     */
    public Participant join(String name) {
        for (int index = 0; index < MAX_PARTICIPANTS; index++) {
            if (participants.get(index) == null) {
                Participant participant =
                        new Participant(this, name, index, lines.address() + (index + 1L) * LINE_BYTES);
                if (participants.compareAndSet(index, null, participant)) {
                    int above = index + 1;
                    used.accumulateAndGet(above, Math::max);
                    return participant;
                }
            }
        }
        throw new IllegalStateException("there are " + MAX_PARTICIPANTS
                + " participants already; close views that are no longer used, or run the threads on CPUs");
    }

    /** Whether readers may enter without a fence because membarrier stands in for it. */
    boolean hasMembarrier() {
        return membarrier;
    }

    /** Address of the word that holds the current epoch. */
    long epochWord() {
        return epochWord;
    }

    void remove(Participant participant) {
        participants.compareAndSet(participant.index(), participant, null);
    }

    /**
     * Waits until every access that was going on when this was called has ended.
     *
     * <p>Blocks by yielding. Must not be called by a thread that is inside an epoch: it would wait for itself.
     */
    public void awaitGrace() {
        awaitTag(advance());
    }

    /**
     * Reclaims everything that all participants have retired so far, waiting for one grace period.
     *
     * @param stripe the caller's stripe
     * @return how many records were disposed of by this caller
     */
    public long reclaimAll(int stripe) {
        int bound = used.get();
        long[] ends = new long[bound];
        Participant[] snapshot = new Participant[bound];
        for (int i = 0; i < bound; i++) {
            Participant participant = participants.get(i);
            snapshot[i] = participant;
            if (participant != null) {
                ends[i] = participant.retiredEnd();
            }
        }
        awaitTag(advance());
        long disposed = 0;
        long[] copy = new long[Participant.BATCH_RECORDS];
        for (int i = 0; i < bound; i++) {
            if (snapshot[i] != null) {
                disposed += snapshot[i].disposeUpTo(ends[i], stripe, copy);
            }
        }
        return disposed;
    }

    /** Records that were disposed of since boot, by anybody. */
    public long disposed() {
        return disposed.get();
    }

    /** Whether retired memory is still on its way back: in a ring, or being disposed of at this moment. */
    public boolean isReclaiming() {
        if (disposing.get() != 0) {
            return true;
        }
        int bound = used.get();
        for (int i = 0; i < bound; i++) {
            Participant participant = participants.get(i);
            if (participant != null && participant.hasRetired()) {
                return true;
            }
        }
        return false;
    }

    /** Called before records are taken out of a ring, so that whoever finds the ring empty finds them here. */
    void beginDisposal() {
        disposing.incrementAndGet();
    }

    void endDisposal(int count) {
        disposed.addAndGet(count);
        disposing.decrementAndGet();
    }

    /** Orders everything unlinked before with every later scan, and starts a new epoch; returns the tag to wait for. */
    long advance() {
        if (membarrier) {
            Posix.membarrier();
        }
        // The read-modify-write is a full fence for this side; a reader that sees the new epoch sees the unlinking.
        return RawMemory.getAndAdd(epochWord, 1);
    }

    /** Whether every participant is outside of an epoch, or entered after the tag was taken. */
    boolean hasPassed(long tag) {
        int bound = used.get();
        for (int i = 0; i < bound; i++) {
            long entered = RawMemory.getAcquire(lines.address() + (i + 1L) * LINE_BYTES);
            if (entered != 0 && entered <= tag) {
                return false;
            }
        }
        return true;
    }

    void awaitTag(long tag) {
        while (!hasPassed(tag)) {
            Thread.yield();
        }
    }

    void dispose(long record, int stripe) {
        retired.dispose(record, stripe);
    }

    @Override
    public void close() {
        lines.close();
    }
}

package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.VarHandle;

/**
 * One side of the epochs: a CPU, or a thread that is not run by one. It reaches memory between {@link #enter} and
 * {@link #leave}, and retires what it unlinks.
 *
 * <p>Used by one thread at a time: guest threads of a CPU take turns, and none is switched while it is inside an epoch. What waits may
 * return on another CPU, whose participant is another one: the caller looks again which participant it has. Only the records may be taken by others: they lie in a {@link RetireRing} that anyone may drain.
 */
public final class Participant implements AutoCloseable {
    /** Records after which a grace period is begun: one membarrier for so many. */
    static final int BATCH_RECORDS = 256;

    /** Depth of one that was closed: so far below zero that no entering makes it outside or inside again. */
    private static final int CLOSED = Integer.MIN_VALUE;
    /** Depth of one that is outside where the host has no membarrier: told apart by the same compare that finds who is inside already. */
    private static final int FENCED = 1 << 30;

    private final Epochs epochs;
    private final GracePeriods gracePeriods;
    private final Backlog backlog;
    private final String name;
    private final int index;
    private final long slot;
    private final long epochWord;
    /** The depth outside of epochs: 0, or {@link #FENCED}. */
    private final int outside;

    private final RetireRing ring = new RetireRing();
    /** For the owner's disposals that do not wait, so that they allocate nothing. */
    private final long[] scratch = new long[BATCH_RECORDS];

    private int depth;
    /** How far the records are announced, and from where on they are to be. */
    private long announced;

    private long announceAt;

    /** The batch whose grace period was begun: records below this, with its tag and when it was taken; none if not above begin. */
    private long sealedEnd;

    private long sealedTag;
    private long sealedNanos;
    /** The slot that held up the batch when it was looked at last; those before have passed. */
    private int sealedScan;
    /** How old the batch is when it is looked at again who holds it up. */
    private long nextLookNanos;

    Participant(Epochs epochs, String name, int index) {
        this.epochs = epochs;
        this.gracePeriods = epochs.gracePeriods();
        this.backlog = epochs.backlog();
        this.name = name;
        this.index = index;
        this.slot = epochs.roster().slot(index);
        this.epochWord = gracePeriods.epochWord();
        this.outside = gracePeriods.hasMembarrier() ? 0 : FENCED;
        this.depth = outside;
        this.announceAt = Backlog.part(index + 1);
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
        return depth > outside;
    }

    /** Whether the owner is inside an epoch that is not nested in another; for its own thread only. */
    public boolean isInsideOnce() {
        return depth == outside + 1;
    }

    /** Whether it is inside an epoch and since when, in words; for reports by any thread, and old at once. */
    public String describe() {
        long entered = epochs.roster().at(index) == this ? RawMemory.getAcquire(slot) : 0;
        return entered == 0
                ? "participant '" + name + "' is outside of epochs"
                : reader(entered).toString();
    }

    /** What is reported of it after its slot was found to hold an epoch. */
    EpochReader reader(long entered) {
        return new EpochReader(name, entered, Math.max(0, gracePeriods.epoch() - entered));
    }

    /**
     * Enters an epoch: memory found in a tree from here on stays what it is until {@link #leave}. May be nested. Wait-free.
     *
     * <p>The opaque store pairs with the acquire loads of {@link Roster#entered}, through the reclaimer's membarrier.
     *
     * @throws IllegalStateException if it was closed: its slot may be another's
     */
    public void enter() {
        int before = depth++;
        if (before == outside) {
            announceInside();
        } else if (before < 0) {
            throw isClosed();
        }
    }

    /**
     * As {@link #enter}, for one access that calls nothing which enters or waits by itself. Wait-free.
     *
     * <p>The depth is looked at and not written: a word that is written and read again by every access would make each wait for the one before it,
     * which costs more than the access itself.
     *
     * @return whether this call entered, for {@link #leaveBriefly}; false inside an epoch already
     * @throws IllegalStateException if it was closed: its slot may be another's
     */
    public boolean enterBriefly() {
        if (depth == 0) {
            announceWithoutFence();
            return true;
        }
        return enterWhereFenced();
    }

    private boolean enterWhereFenced() {
        if (depth < 0) {
            throw isClosed();
        }
        boolean wasOutside = depth == outside;
        if (wasOutside) {
            announceInside();
        }
        return wasOutside;
    }

    /**
     * Ends what {@link #enterBriefly} began. Wait-free. The release store pairs with the acquire loads of {@link Roster#entered}.
     *
     * @param entered what it returned
     */
    public void leaveBriefly(boolean entered) {
        if (entered) {
            RawMemory.setRelease(slot, 0);
        }
    }

    private void announceInside() {
        announceWithoutFence();
        if (outside == FENCED) {
            VarHandle.fullFence();
        }
    }

    /** With membarrier on the other side: the fence keeps the compiler from moving loads of the tree above the store. */
    private void announceWithoutFence() {
        RawMemory.setOpaque(slot, RawMemory.getAcquire(epochWord));
        VarHandle.acquireFence();
    }

    /** Leaves the epoch. Wait-free. The release store pairs with the acquire loads of {@link Roster#entered}. */
    public void leave() {
        if (--depth == outside) {
            RawMemory.setRelease(slot, 0);
        }
    }

    /**
     * Waits for a grace period: when this returns, every access that began before the call has ended. Blocks by yielding.
     *
     * @throws IllegalStateException inside an epoch, where the wait would never end
     */
    public void awaitGrace() {
        assertOutside("wait for a grace period");
        epochs.awaitGrace();
    }

    /**
     * Makes sure that so many records can be retired without waiting. Costs two loads if there is room; now and then announces what was retired; and
     * waits for a grace period, by yielding, if the ring is full or there is too much retired memory in all.
     *
     * <p>A guest thread that had to wait may run on another CPU when this returns, where no room was made.
     *
     * @param count at most half of the ring
     * @throws IllegalStateException if it has to wait inside an epoch
     */
    public void makeRoom(int count) {
        if (ring.end() >= announceAt || !ring.hasRoom(count)) {
            announce();
            reclaimFor(count);
        }
    }

    private void reclaimFor(int count) {
        // A wait may move a guest thread to another CPU, so nothing of this participant but its ring is used from here
        // on.
        if (backlog.isHigh()) {
            assertOutside("reclaim retired memory");
            epochs.reclaimAll(index);
        }
        while (!ring.hasRoom(count)) {
            assertOutside("make room for retired memory");
            disposeAfterGrace();
        }
    }

    private void announce() {
        long end = ring.end();
        long records = end - announced;
        announced = end;
        announceAt = end + Backlog.part(epochs.roster().bound());
        backlog.announce(records);
    }

    /**
     * Retires one record that the caller has unlinked; it is disposed of after a grace period. Wait-free, writes nothing that others write.
     *
     * <p>May be called inside an epoch. The owner has made room before.
     *
     * @param record what the {@link Retired} of the epochs is given
     * @throws IllegalStateException if no room was made, or it was closed
     */
    public void retire(long record) {
        if (depth < 0) {
            throw isClosed();
        }
        if (!ring.append(record)) {
            throw new IllegalStateException("participant " + name + " retires more than it made room for");
        }
    }

    /**
     * Disposes of what can be without waiting, and begins a grace period for a full batch. Called outside of epochs, after work that retired; does nothing inside of one, or until
     * {@value #BATCH_RECORDS} records have come together.
     */
    public void tidy() {
        if (ring.end() - Math.max(ring.begin(), sealedEnd) < BATCH_RECORDS || depth != outside) {
            return;
        }
        if (ring.begin() < sealedEnd) {
            int holder = epochs.roster().firstInside(sealedTag, sealedScan);
            if (holder != Roster.NOBODY) {
                sealedScan = holder;
                lookWhoIsStuck();
                return;
            }
            backlog.disposeUpTo(ring, sealedEnd, index, scratch);
        }
        sealedEnd = ring.end();
        sealedScan = 0;
        sealedTag = gracePeriods.begin();
        sealedNanos = System.nanoTime();
        nextLookNanos = epochs.watch().firstNanos();
    }

    /** The backlog grows while a batch is held up, and nobody waits for it yet who would say so. */
    private void lookWhoIsStuck() {
        long age = System.nanoTime() - sealedNanos;
        if (age >= nextLookNanos) {
            nextLookNanos = age + epochs.watch().firstNanos() / 4;
            epochs.watch().look(sealedTag, sealedNanos, "retired memory of participant '" + name + "'");
        }
    }

    /**
     * Waits for a grace period, by yielding, and disposes of everything retired so far by this participant; what another thread took before may still be on its way.
     *
     * @throws IllegalStateException inside an epoch
     */
    public void drain() {
        assertOutside("drain retired memory");
        if (ring.size() != 0) {
            disposeAfterGrace();
        }
    }

    private void disposeAfterGrace() {
        // The end before the membarrier: what is retired later is not ordered by it.
        long upTo = ring.end();
        backlog.noteHeight(upTo - ring.begin());
        epochs.awaitGrace();
        backlog.disposeUpTo(ring, upTo, index, new long[BATCH_RECORDS]);
    }

    /**
     * Drains what is retired and gives the slot up; a second call does nothing. Afterwards it can neither enter nor retire.
     *
     * @throws IllegalStateException inside an epoch
     */
    @Override
    public void close() {
        if (depth < 0) {
            return;
        }
        drain();
        announce();
        depth = CLOSED;
        epochs.roster().remove(this);
    }

    RetireRing ring() {
        return ring;
    }

    private IllegalStateException isClosed() {
        return new IllegalStateException("participant " + name + " was closed; join again");
    }

    private void assertOutside(String action) {
        if (depth > outside) {
            throw new IllegalStateException(
                    "participant " + name + " would " + action + " inside an epoch and never end");
        }
    }
}

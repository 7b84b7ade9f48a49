package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.Posix;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The epoch and the waits for it. A grace period is begun by {@link #begin}, which orders what was unlinked before with every later scan, and has passed when the
 * scan finds nobody who entered before. Beginning is wait-free; waiting blocks until the readers of that moment have left, by yielding.
 */
final class GracePeriods {
    private static final long FIRST_EPOCH = 1;
    private static final long LINE_BYTES = 128;
    /** A wait that takes longer is for a reader that was interrupted or is stuck; yielding all the time only takes its processor away. */
    private static final long YIELDS_NANOS = 1_000_000;
    /** A long wait sleeps for this part of its age, so that sleeping makes it longer by this part at most. */
    private static final long PARK_PART = 16;

    private static final long LONGEST_PARK_NANOS = 1_000_000;

    private final Roster roster;
    private final boolean membarrier;
    private final StuckWatch watch;
    private final Reservation line = new Reservation(LINE_BYTES);
    private final AtomicLong awaited = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    GracePeriods(Roster roster, boolean membarrier, StuckWatch watch) {
        this.roster = roster;
        this.membarrier = membarrier;
        this.watch = watch;
        RawMemory.setRelease(line.address(), FIRST_EPOCH);
    }

    /** Whether readers may enter without a fence because membarrier stands in for it. */
    boolean hasMembarrier() {
        return membarrier;
    }

    /** Address of the word that holds the current epoch. */
    long epochWord() {
        return line.address();
    }

    long epoch() {
        return RawMemory.getAcquire(line.address());
    }

    /** Grace periods begun since boot. */
    long begun() {
        return epoch() - FIRST_EPOCH;
    }

    /** Waits that have ended since boot. */
    long awaited() {
        return awaited.get();
    }

    /** The longest wait that has ended. */
    long longestNanos() {
        return longestNanos.get();
    }

    /** Orders everything unlinked before with every later scan, and starts a new epoch; returns the tag to wait for. */
    long begin() {
        if (membarrier) {
            Posix.membarrier();
        }
        // The read-modify-write is a full fence for this side; a reader that sees the new epoch sees the unlinking.
        return RawMemory.getAndAdd(line.address(), 1);
    }

    /** Waits until every access that was going on when the tag was taken has ended. */
    void await(long tag) {
        int index = roster.firstInside(tag, 0);
        if (index != Roster.NOBODY) {
            waitFor(tag, index);
        }
        awaited.incrementAndGet();
    }

    private void waitFor(long tag, int first) {
        long start = System.nanoTime();
        long waited = 0;
        long nextLook = watch.firstNanos();
        int index = first;
        while (index != Roster.NOBODY) {
            Thread.yield();
            if (waited > YIELDS_NANOS) {
                LockSupport.parkNanos(this, Math.min(waited / PARK_PART, LONGEST_PARK_NANOS));
            }
            waited = System.nanoTime() - start;
            index = roster.firstInside(tag, index);
            if (index != Roster.NOBODY && waited >= nextLook) {
                watch.look(tag, start, "thread '" + Thread.currentThread().getName() + "'");
                nextLook = waited + watch.firstNanos() / 4;
            }
        }
        if (waited > longestNanos.get()) {
            longestNanos.accumulateAndGet(waited, Math::max);
        }
    }

    void close() {
        line.close();
    }
}

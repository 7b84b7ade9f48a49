package dev.pagoda.runtime.stress;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What each sector of a file may hold. A sector is stored to by one worker, its owner, in numbered versions; anybody may make it zero by cutting the file or punching a hole.
 *
 * <p>Moments are numbers of one clock for all. A store that is over hides older versions for good; a zeroing hides what was stored before it began; of two that meet either may
 * be the last. A store or a zeroing that failed may have happened, or not, or in part. Reading is judged by what was known before and after it. Thread-safe.
 */
final class FileContents {
    private final int file;
    private final AtomicLong clock;
    private final AtomicIntegerArray begun;
    private final AtomicReferenceArray<Stored> done;
    private final AtomicReferenceArray<Stored> durable;
    /** Versions that were stored behind the end of the file, which nobody may ever read. */
    private final AtomicIntegerArray behindEnd;

    private final AtomicIntegerArray zeroing;
    private final AtomicLongArray lastZeroEnd;
    private final AtomicLongArray lastZeroStart;
    private final AtomicLongArray durableZeroStart;

    /**
     * A store that is over, or what is left after a power cut.
     *
     * @param low the version; 0 for none
     * @param high the highest that may be there instead; the same unless the power was cut
     * @param later versions above this were begun later
     * @param start when it began
     * @param end when it was over
     */
    record Stored(int low, int high, int later, long start, long end) {}

    private static final Stored NOTHING = new Stored(0, 0, 0, 0, 0);

    FileContents(int file, int sectors, AtomicLong clock) {
        this.file = file;
        this.clock = clock;
        begun = new AtomicIntegerArray(sectors);
        done = new AtomicReferenceArray<>(sectors);
        durable = new AtomicReferenceArray<>(sectors);
        behindEnd = new AtomicIntegerArray(sectors);
        zeroing = new AtomicIntegerArray(sectors);
        lastZeroEnd = new AtomicLongArray(sectors);
        lastZeroStart = new AtomicLongArray(sectors);
        durableZeroStart = new AtomicLongArray(sectors);
        for (int i = 0; i < sectors; i++) {
            done.set(i, NOTHING);
            durable.set(i, NOTHING);
        }
    }

    int sectors() {
        return begun.length();
    }

    long now() {
        return clock.incrementAndGet();
    }

    // Stores, by the owner

    /** The version of a store that is about to begin. */
    int begin(int sector) {
        int version = begun.get(sector) + 1;
        if (version > FileStamp.MOST_VERSION) {
            throw new IllegalStateException(
                    "sector " + sector + " was stored to " + version + " times, which is more than words can tell");
        }
        begun.set(sector, version);
        return version;
    }

    /** The store that began last is over, all of it. */
    void end(int sector, long start) {
        int version = begun.get(sector);
        done.set(sector, new Stored(version, version, version, start, now()));
    }

    /** The store that began last was made behind the end of the file, all of it. */
    void endBehindEnd(int sector) {
        behindEnd.set(sector, begun.get(sector));
    }

    // Zeroing, by anybody

    long beginZero(int first, int end) {
        for (int sector = first; sector < end; sector++) {
            zeroing.getAndIncrement(sector);
        }
        return now();
    }

    void endZero(int first, int end, long start, boolean happened) {
        long now = now();
        for (int sector = first; sector < end; sector++) {
            if (happened) {
                lastZeroStart.accumulateAndGet(sector, start, Math::max);
            }
            lastZeroEnd.accumulateAndGet(sector, now, Math::max);
            zeroing.getAndDecrement(sector);
        }
    }

    // Reading

    /** Before it. */
    Stored done(int sector) {
        return done.get(sector);
    }

    /** Before it. */
    long lastZeroStart(int sector) {
        return lastZeroStart.get(sector);
    }

    /**
     * Judges what was read.
     *
     * @param before what was done before the reading began
     * @param zeroedBefore the zeroing that was over before it began
     * @param hasZeroes whether words were zero
     * @param low the lowest version that was found in other words; above high if there were none
     * @param high the highest
     * @param mayBeBehindEnd whether it was read where what is behind the end can be seen
     */
    void judge(
            int sector,
            Stored before,
            long zeroedBefore,
            boolean hasZeroes,
            int low,
            int high,
            boolean mayBeBehindEnd) {
        boolean hidden = before.low != 0 && !mayBeZero(sector, before);
        if (hasZeroes && hidden) {
            throw wrong(sector, "is zero", before, zeroedBefore);
        }
        if (low > high) {
            return;
        }
        requireAllowed(sector, low, before, zeroedBefore, mayBeBehindEnd);
        requireAllowed(sector, high, before, zeroedBefore, mayBeBehindEnd);
    }

    private void requireAllowed(int sector, int version, Stored before, long zeroedBefore, boolean mayBeBehindEnd) {
        boolean old = version >= before.low && version <= before.high && zeroedBefore <= before.end;
        boolean newer = version > before.later && version <= begun.get(sector);
        if (!old && !newer) {
            throw wrong(sector, "holds version " + version, before, zeroedBefore);
        }
        if (version == behindEnd.get(sector) && !mayBeBehindEnd) {
            throw wrong(
                    sector,
                    "holds version " + version + ", which was stored behind the end of the file",
                    before,
                    zeroedBefore);
        }
    }

    private boolean mayBeZero(int sector, Stored stored) {
        // In this order: who zeroes raises the moment before he says that he is done.
        return zeroing.get(sector) != 0 || lastZeroEnd.get(sector) > stored.start;
    }

    private IllegalStateException wrong(int sector, String what, Stored before, long zeroedBefore) {
        return new IllegalStateException("file " + file + " sector " + sector + " (page " + (sector >>> 3) + ") " + what
                + "; before that was looked at, " + before + " was over, and a zeroing that began at " + zeroedBefore
                + "; last zeroed from " + lastZeroStart.get(sector) + " to " + lastZeroEnd.get(sector)
                + ", being zeroed by " + zeroing.get(sector) + ", begun version " + begun.get(sector) + ", durable "
                + durable.get(sector) + " zeroed " + durableZeroStart.get(sector) + ", now " + clock.get());
    }

    // What survives

    /** A sync has returned that began when that was known. */
    void synced(int sector, Stored before, long zeroedBefore) {
        while (true) {
            Stored known = durable.get(sector);
            if (known.end >= before.end || durable.compareAndSet(sector, known, before)) {
                break;
            }
        }
        durableZeroStart.accumulateAndGet(sector, zeroedBefore, Math::max);
    }

    /** Whether a sync has promised to keep what is in the sector. */
    boolean isPromised(int sector) {
        return durable.get(sector).low != 0;
    }

    /** Judges what is there after a power cut, and goes on from it; at rest. */
    void settle(int sector, boolean hasZeroes, int low, int high) {
        judge(sector, durable.get(sector), durableZeroStart.get(sector), hasZeroes, low, high, false);
        int last = begun.get(sector);
        long now = now();
        Stored left =
                low > high ? new Stored(0, 0, last, now, now) : new Stored(hasZeroes ? 0 : low, high, last, now, now);
        done.set(sector, left);
        durable.set(sector, left);
    }
}

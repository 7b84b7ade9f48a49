package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.Posix;
import java.util.ArrayList;
import java.util.List;

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
 * by yielding, until the readers of that moment have left, and is never done inside an epoch. A participant that does not leave is named to a {@link StuckReaderListener}.
 *
 * <p>Retired records that wait for their grace period are bounded: {@value RetireRing#RECORDS} for each participant, and together by {@link Backlog}. Who would go beyond waits.
 *
 * <p>Thread-safe.
 */
public final class Epochs implements AutoCloseable {
    /** Most participants at one time. */
    public static final int MAX_PARTICIPANTS = Roster.MAX_PARTICIPANTS;

    private static final long STUCK_NANOS = 1_000_000_000L;

    private final Roster roster = new Roster();
    private final Backlog backlog;
    private final StuckWatch watch;
    private final GracePeriods gracePeriods;

    /**
     * Starts without participants; who is stuck is logged as a warning.
     *
     * @param retired what becomes of retired records
     */
    public Epochs(Retired retired) {
        this(retired, StuckReaderListener.logging());
    }

    /**
     * Starts without participants.
     *
     * @param retired what becomes of retired records
     * @param listener told who holds up a grace period for a second and longer
     */
    public Epochs(Retired retired, StuckReaderListener listener) {
        this(retired, listener, STUCK_NANOS, Posix.registerMembarrier());
    }

    Epochs(Retired retired, StuckReaderListener listener, long stuckNanos, boolean membarrier) {
        this.backlog = new Backlog(retired);
        this.watch = new StuckWatch(roster, listener, stuckNanos);
        this.gracePeriods = new GracePeriods(roster, membarrier, watch);
    }

    /**
     * Adds a participant: a CPU, or a thread that is not run by one. Lock-free, also inside an epoch; looks at a word for each participant there is.
     *
     * @param name for reports about who holds up a grace period
     * @throws IllegalStateException if there are {@link #MAX_PARTICIPANTS} already
     */
    public Participant join(String name) {
        return roster.join(index -> new Participant(this, name, index));
    }

    Roster roster() {
        return roster;
    }

    Backlog backlog() {
        return backlog;
    }

    StuckWatch watch() {
        return watch;
    }

    GracePeriods gracePeriods() {
        return gracePeriods;
    }

    /**
     * Waits until every access that was going on when this was called has ended.
     *
     * <p>Blocks by yielding. Must not be called by a thread that is inside an epoch: it would wait for itself.
     */
    public void awaitGrace() {
        gracePeriods.await(gracePeriods.begin());
    }

    /**
     * Reclaims everything that all participants have retired so far, idle ones too, waiting for one grace period.
     *
     * <p>Called outside of epochs: by whoever finds no free frame, and by whoever would retire more while the backlog is large. Blocks by yielding. What is retired after the
     * call began is left, so it ends although others go on.
     *
     * @param stripe the caller's stripe
     * @return how many records were disposed of by this caller
     */
    public long reclaimAll(int stripe) {
        int bound = roster.bound();
        long[] ends = new long[bound];
        Participant[] snapshot = new Participant[bound];
        // Before the rings: nothing is counted twice.
        long pending = backlog.taken();
        for (int i = 0; i < bound; i++) {
            Participant participant = roster.at(i);
            snapshot[i] = participant;
            if (participant != null) {
                // The ends before the membarrier: what is retired later is not ordered by it.
                ends[i] = participant.ring().end();
                pending += participant.ring().size();
            }
        }
        backlog.noteHeight(pending);
        awaitGrace();
        long disposed = 0;
        long[] copy = new long[Participant.BATCH_RECORDS];
        for (int i = 0; i < bound; i++) {
            if (snapshot[i] != null) {
                disposed += backlog.disposeUpTo(snapshot[i].ring(), ends[i], stripe, copy);
            }
        }
        return disposed;
    }

    /** Records that were disposed of since boot, by anybody. Wait-free. */
    public long disposed() {
        return backlog.disposed();
    }

    /** Whether retired memory is still on its way back: in a ring, or being disposed of at this moment. Looks at every ring. */
    public boolean isReclaiming() {
        return pending() != 0;
    }

    private long pending() {
        long pending = 0;
        int bound = roster.bound();
        for (int i = 0; i < bound; i++) {
            Participant participant = roster.at(i);
            pending += participant == null ? 0 : participant.ring().size();
        }
        // After the rings: records are counted as taken before they leave a ring.
        return pending + backlog.taken();
    }

    /**
     * Who is inside an epoch, as it is while this looks. For reports; wait-free, looks at every participant's line.
     */
    public List<EpochReader> inside() {
        List<EpochReader> inside = new ArrayList<>();
        int bound = roster.bound();
        for (int i = 0; i < bound; i++) {
            long entered = roster.entered(i);
            Participant participant = roster.at(i);
            if (entered != 0 && participant != null) {
                inside.add(participant.reader(entered));
            }
        }
        return inside;
    }

    /** What was done since boot. May be called by any thread at any time; wait-free, looks at every participant. */
    public EpochStatistics statistics() {
        long pending = pending();
        backlog.noteHeight(pending);
        long disposed = backlog.disposed();
        long begun = gracePeriods.begun();
        int participants = 0;
        int bound = roster.bound();
        for (int i = 0; i < bound; i++) {
            participants += roster.at(i) == null ? 0 : 1;
        }
        return new EpochStatistics(
                participants,
                inside().size(),
                begun,
                gracePeriods.awaited(),
                // Each grace period begins with one.
                gracePeriods.hasMembarrier() ? begun : 0,
                disposed + pending,
                disposed,
                pending,
                backlog.highest(),
                gracePeriods.longestNanos(),
                watch.reports());
    }

    /** Gives the slots back to the host. Nobody may be inside an epoch, enter one, or wait. */
    @Override
    public void close() {
        gracePeriods.close();
        roster.close();
    }
}

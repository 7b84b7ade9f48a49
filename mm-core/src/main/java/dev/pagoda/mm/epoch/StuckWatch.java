package dev.pagoda.mm.epoch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names those who hold up grace periods for long, each after one interval, then after two, four and so on, however many wait for it. A participant that leaves and
 * enters again holds up nothing: it is in a newer epoch.
 *
 * <p>Called only by those who have waited for long, so it may lock. The listener is told outside of the lock.
 */
final class StuckWatch {
    private final Roster roster;
    private final StuckReaderListener listener;
    private final long firstNanos;
    private final AtomicLong reports = new AtomicLong();
    /** By slot. Of several who look at the same time, the one whose CAS changes an entry reports. */
    private final AtomicReferenceArray<Held> held = new AtomicReferenceArray<>(Epochs.MAX_PARTICIPANTS);

    /** One stay inside an epoch that was looked at, and how old it is when it is reported next. */
    private record Held(long entered, long sinceNanos, long nextNanos) {}

    StuckWatch(Roster roster, StuckReaderListener listener, long firstNanos) {
        this.roster = roster;
        this.listener = listener;
        this.firstNanos = firstNanos;
    }

    /** How long a grace period is waited for before anybody is named. */
    long firstNanos() {
        return firstNanos;
    }

    /** Reports made so far. */
    long reports() {
        return reports.get();
    }

    /**
     * Reports whoever holds up a tag and is due.
     *
     * @param tag what is waited for
     * @param sinceNanos {@link System#nanoTime} when the tag was taken, or later
     * @param waiting who waits, in words
     */
    void look(long tag, long sinceNanos, String waiting) {
        for (StuckReader due : due(tag, sinceNanos, waiting)) {
            reports.incrementAndGet();
            listener.isStuck(due);
        }
    }

    private List<StuckReader> due(long tag, long sinceNanos, String waiting) {
        long now = System.nanoTime();
        List<StuckReader> due = new ArrayList<>();
        int index = roster.firstInside(tag, 0);
        while (index != Roster.NOBODY) {
            long entered = roster.entered(index);
            Participant participant = roster.at(index);
            if (participant != null && entered != 0 && entered <= tag) {
                Held seen = held.get(index);
                Held stay = seen != null && seen.entered == entered ? seen : new Held(entered, sinceNanos, firstNanos);
                long heldNanos = now - stay.sinceNanos;
                long next = stay.nextNanos;
                while (next <= heldNanos) {
                    next *= 2;
                }
                boolean mine = held.compareAndSet(index, seen, new Held(entered, stay.sinceNanos, next));
                if (mine && next != stay.nextNanos) {
                    due.add(new StuckReader(participant.reader(entered), heldNanos, waiting));
                }
            }
            index = roster.firstInside(tag, index + 1);
        }
        return due;
    }
}

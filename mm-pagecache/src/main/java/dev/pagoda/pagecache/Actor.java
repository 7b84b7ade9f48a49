package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.space.ReverseAccess;

/**
 * What a thread needs to work on files without a view: a participant of its own and the way into other spaces.
 *
 * <p>Used by one thread at a time, which borrows it from {@link Actors} and may wait meanwhile: no other thread uses this participant.
 */
final class Actor {
    private final Participant participant;
    private final ReverseAccess reverse;

    Actor(Participant participant, ReverseAccess reverse) {
        this.participant = participant;
        this.reverse = reverse;
    }

    Participant participant() {
        return participant;
    }

    ReverseAccess reverse() {
        return reverse;
    }
}

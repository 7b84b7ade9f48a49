package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.ReverseAccess;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/** The actors of a kernel, as many as were ever used at one time. Lock-free. */
final class Actors {
    /** Half of what a participant can hold. */
    private static final int ROOM = 2048;

    private final Core core;
    private final ConcurrentLinkedQueue<Actor> idle = new ConcurrentLinkedQueue<>();

    Actors(Core core) {
        this.core = core;
    }

    Actor borrow() {
        Actor actor = idle.poll();
        if (actor == null) {
            Participant participant = core.epochs().join("page cache");
            actor = new Actor(participant, new ReverseAccess(core, () -> participant));
        }
        return actor;
    }

    /** Does a step in an epoch of its own and returns what it does; the step does not wait, and retires nothing. */
    long inEpoch(LongSupplier step) {
        Actor actor = borrow();
        actor.participant().enter();
        try {
            return step.getAsLong();
        } finally {
            actor.participant().leave();
            rest(actor);
        }
    }

    private void rest(Actor actor) {
        idle.add(actor);
    }

    /** Retires one record of a caller that may be inside an epoch of its own: nothing is disposed of here. */
    void retire(long record) {
        Actor actor = borrow();
        // There is room: giving back leaves half of the ring free, and every eviction disposes of what all participants
        // retired.
        actor.participant().retire(record);
        rest(actor);
    }

    /** Outside of epochs; may wait for a grace period. */
    void giveBack(Actor actor) {
        actor.participant().makeRoom(ROOM);
        actor.participant().tidy();
        rest(actor);
    }

    /** Gives up the idle ones; nobody may borrow afterwards. */
    void close() {
        for (Actor actor = idle.poll(); actor != null; actor = idle.poll()) {
            actor.participant().close();
        }
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.ReverseAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a thread needs to work on files without a view: a participant of its own, the way into other spaces, and room for copies of pages.
 *
 * <p>Used by one thread at a time, which borrows it from {@link Actors} and may wait meanwhile: no other thread uses this participant.
 */
final class Actor {
    /** Pages that are written together, and their copies side by side. */
    static final class Batch {
        /** Most pages that leave in one write: 1 MiB. */
        static final int PAGES = 256;

        final long[] slots = new long[PAGES];
        final long[] indexes = new long[PAGES];
        final long[] frames = new long[PAGES];
        /** The runs of neighbours: first page of each, and the one behind the last. */
        final int[] firsts = new int[PAGES];

        final int[] ends = new int[PAGES];
        private final MemorySegment copies =
                Arena.ofAuto().allocate((long) PAGES * PhysicalMemory.FRAME_BYTES, PhysicalMemory.FRAME_BYTES);

        private Batch() {}

        /** Address of the room for a copy, on a page border. */
        long copy(int which) {
            return copies.address() + (long) which * PhysicalMemory.FRAME_BYTES;
        }
    }

    private final Participant participant;
    private final ReverseAccess reverse;

    private Batch batch;

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

    /** Room for pages that are written together; made when it is asked for first. */
    Batch batch() {
        if (batch == null) {
            batch = new Batch();
        }
        return batch;
    }
}

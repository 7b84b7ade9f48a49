package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.ReverseAccess;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a thread needs to work on files without a view: a participant of its own, the way into other spaces, and room to gather pages.
 *
 * <p>Used by one thread at a time, which borrows it from {@link Actors} and may wait meanwhile: no other thread uses this participant.
 */
final class Actor {
    /** Most pages that leave in one write: 256 KiB. */
    static final int GATHERED_PAGES = 64;

    private final Participant participant;
    private final ReverseAccess reverse;
    private ByteBuffer gathering;

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

    /** Address of room for {@link #GATHERED_PAGES} pages. */
    long gathering() {
        if (gathering == null) {
            gathering = ByteBuffer.allocateDirect(GATHERED_PAGES * PhysicalMemory.FRAME_BYTES);
        }
        return MemorySegment.ofBuffer(gathering).address();
    }
}

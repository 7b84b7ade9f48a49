package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Shows memory without copying it: a segment for each run of frames that lie side by side, valid inside one epoch. For memory that has to stay longer, see {@link Pin}.
 *
 * <p>Called by the view's thread outside of epochs. A segment ends with its epoch: who uses one later, or on another thread, gets an exception of Java's, never other memory.
 * Wait-free on populated memory; allocates a segment and an arena for each run.
 */
public final class Look {
    /** Longest run: what is done with it holds up grace periods. */
    private static final long MOST_BYTES = 2 << 20;

    private Look() {}

    /** What is done with one run. */
    @FunctionalInterface
    public interface Use {
        /**
         * Uses one run, inside an epoch: must not wait, and must not keep the segment.
         *
         * @param run the memory; read-only unless it was asked for to be stored to
         * @param address where in the space it begins
         */
        void use(MemorySegment run, long address);
    }

    /**
     * Shows a range, run by run in ascending order, each in an epoch of its own.
     *
     * @param length in bytes, not negative
     * @param forStore whether the segments may be written to
     * @throws MemoryFault at the first page that does not allow it; the runs before it were used
     */
    public static void at(View view, long address, long length, boolean forStore, Use use) {
        Copy.requireLength(length);
        for (long done = 0; done < length; ) {
            long shown = once(view, address + done, Math.min(length - done, MOST_BYTES), forStore, use);
            if (shown == 0) {
                Fault.resolve(view, address + done, forStore);
            }
            done += shown;
        }
    }

    private static long once(View view, long address, long most, boolean forStore, Use use) {
        Participant self = view.participant();
        self.enter();
        try (Arena whileInside = Arena.ofConfined()) {
            long raw = view.rawIfAllowed(address, forStore);
            if (raw == 0) {
                return 0;
            }
            long run = Math.min(most, Copy.bytesFrom(address));
            while (run < most && view.rawIfAllowed(address + run, forStore) == raw + run) {
                run = Math.min(most, run + Copy.bytesFrom(address + run));
            }
            MemorySegment segment = RawMemory.segment(raw, run, whileInside);
            use.use(forStore ? segment : segment.asReadOnly(), address);
            return run;
        } finally {
            self.leave();
        }
    }
}

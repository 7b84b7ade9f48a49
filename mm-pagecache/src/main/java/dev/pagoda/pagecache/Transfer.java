package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;

/**
 * The other side of a read or a write: a program's memory, or an array. Used by one thread, for one call.
 *
 * <p>A step is done in one epoch, which covers the file's page and the program's: neither can go while bytes move between them.
 */
abstract class Transfer {
    /**
     * Does a step with the bytes at a place of this side at hand. Repairs this side first where that is needed, so the step may be tried several times but
     * is done once.
     *
     * @param at distance from the first byte of the transfer
     * @param store whether the step writes this side
     * @param step what to do; must not wait
     * @throws MemoryFault if the program's memory does not allow it
     */
    abstract void inEpoch(long at, boolean store, Runnable step);

    /** How many bytes from there one step can move. */
    abstract int reach(long at);

    /** Moves bytes from the file to this side. In a step that began there. */
    abstract void accept(long at, long raw, int bytes);

    /** Moves bytes from this side to the file. In a step that began there. */
    abstract void supply(long at, long raw, int bytes);

    /** The participant that the thread uses now. */
    abstract Participant participant();

    final int stripe() {
        return participant().index();
    }

    /** What a view shows of a program's memory. */
    private abstract static class Viewed extends Transfer {
        private final View view;
        private long rawAddress;

        Viewed(View view) {
            this.view = view;
        }

        /** The address of a byte of the transfer. */
        abstract long address(long at);

        @Override
        final void inEpoch(long at, boolean store, Runnable step) {
            long address = address(at);
            if (address == 0 && !store && !view.isShown(0)) {
                // As on Linux, whose look at memory that is to be written from takes address 0 for the end of it
                // (mm/gup.c, fault_in_readable); it is asked only about what is not in memory.
                throw new MemoryFault(
                        MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR, 0, "nothing is written from address 0");
            }
            view.access(address, store, raw -> {
                rawAddress = raw;
                step.run();
            });
        }

        static int leftInPage(long address) {
            return PhysicalMemory.FRAME_BYTES - (int) (address & PhysicalMemory.FRAME_BYTES - 1);
        }

        @Override
        final void accept(long at, long raw, int bytes) {
            RawMemory.copy(raw, rawAddress, bytes);
        }

        @Override
        final void supply(long at, long raw, int bytes) {
            RawMemory.copy(rawAddress, raw, bytes);
        }

        @Override
        final Participant participant() {
            return view.participant();
        }
    }

    /** A program's memory. */
    static final class Memory extends Viewed {
        private final long address;

        Memory(View view, long address) {
            super(view);
            this.address = address;
        }

        @Override
        long address(long at) {
            return address + at;
        }

        @Override
        int reach(long at) {
            return leftInPage(address + at);
        }
    }

    /** Several ranges of a program's memory: a step ends where one of them does. */
    static final class Ranges extends Viewed {
        private final MemoryRanges ranges;

        Ranges(View view, MemoryRanges ranges) {
            super(view);
            this.ranges = ranges;
        }

        @Override
        long address(long at) {
            return ranges.address(at);
        }

        @Override
        int reach(long at) {
            return (int) Math.min(leftInPage(ranges.address(at)), ranges.rest(at));
        }
    }

    /** A part of an array. */
    static class Array extends Transfer {
        /** Null where a view says which. */
        private final Participant participant;

        private final byte[] bytes;
        private final int offset;

        Array(Participant participant, byte[] bytes, int offset) {
            this.participant = participant;
            this.bytes = bytes;
            this.offset = offset;
        }

        @Override
        final void inEpoch(long at, boolean store, Runnable step) {
            Participant now = participant();
            now.enter();
            try {
                step.run();
            } finally {
                now.leave();
            }
        }

        @Override
        int reach(long at) {
            return PhysicalMemory.FRAME_BYTES;
        }

        @Override
        void accept(long at, long raw, int count) {
            RawMemory.copyOut(raw, bytes, offset + (int) at, count);
        }

        @Override
        void supply(long at, long raw, int count) {
            RawMemory.copyIn(bytes, offset + (int) at, raw, count);
        }

        @Override
        Participant participant() {
            return participant;
        }
    }

    /** A part of an array, moved in the epochs of a view's thread: one who needs not borrow a participant shares no line with others. */
    static final class ArrayOfThread extends Array {
        private final View view;

        ArrayOfThread(View view, byte[] bytes, int offset) {
            super(null, bytes, offset);
            this.view = view;
        }

        @Override
        Participant participant() {
            // A guest thread that waited may be on another CPU.
            return view.participant();
        }
    }
}

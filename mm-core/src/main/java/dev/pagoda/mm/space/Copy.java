package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Copies of any length between the memory of a space and arrays, segments, and the memory of another space.
 *
 * <p>Called by the thread of each view that is named, outside of epochs. A step moves what lies side by side in one page, on both sides, inside one epoch; then the
 * epochs are left and entered again, so that a long copy holds up no grace period. Each step is all or nothing: a page that refuses stops the copy before it, and what was
 * moved until then stays. Another thread's change of the same bytes may be seen in part, as between two threads of a program. Allocates nothing; costs a walk and an epoch a
 * page beside the move itself. Wait-free on populated memory.
 */
public final class Copy {
    private static final long PAGE_BYTES = PhysicalMemory.FRAME_BYTES;
    private static final long OFFSET_MASK = PAGE_BYTES - 1;

    private Copy() {}

    /**
     * Copies memory into an array.
     *
     * @throws MemoryFault at the first page that cannot be read
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public static void out(View view, long address, byte[] destination, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, destination.length);
        for (int done = 0; done < length; ) {
            int moved = outOnce(view, address + done, destination, offset + done, length - done);
            if (moved == 0) {
                Fault.resolve(view, address + done, false);
            }
            done += moved;
        }
    }

    private static int outOnce(View view, long address, byte[] destination, int offset, int most) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawInPage(address, most, false);
            if (raw != 0) {
                RawMemory.copyOut(raw, destination, offset, most);
                return most;
            }
            raw = view.rawIfAllowed(address, false);
            int count = raw == 0 ? 0 : (int) Math.min(most, view.reach(address));
            if (count != 0) {
                RawMemory.copyOut(raw, destination, offset, count);
            }
            return count;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /**
     * Copies an array into memory.
     *
     * @throws MemoryFault at the first page that cannot be written
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public static void in(View view, long address, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        for (int done = 0; done < length; ) {
            int moved = inOnce(view, address + done, source, offset + done, length - done);
            if (moved == 0) {
                Fault.resolve(view, address + done, true);
            }
            done += moved;
        }
    }

    private static int inOnce(View view, long address, byte[] source, int offset, int most) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawInPage(address, most, true);
            if (raw != 0) {
                RawMemory.copyIn(source, offset, raw, most);
                return most;
            }
            raw = view.rawIfAllowed(address, true);
            int count = raw == 0 ? 0 : (int) Math.min(most, view.reach(address));
            if (count != 0) {
                RawMemory.copyIn(source, offset, raw, count);
            }
            return count;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /**
     * Copies memory into a segment, of the heap or not.
     *
     * @throws MemoryFault at the first page that cannot be read
     * @throws IndexOutOfBoundsException if the segment has no such part
     */
    public static void out(View view, long address, MemorySegment destination, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, destination.byteSize());
        for (long done = 0; done < length; ) {
            long moved = outOnce(view, address + done, destination, offset + done, length - done);
            if (moved == 0) {
                Fault.resolve(view, address + done, false);
            }
            done += moved;
        }
    }

    private static long outOnce(View view, long address, MemorySegment destination, long offset, long most) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawIfAllowed(address, false);
            long count = raw == 0 ? 0 : Math.min(most, view.reach(address));
            if (count != 0) {
                RawMemory.copyOut(raw, destination, offset, count);
            }
            return count;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /**
     * Copies a segment, of the heap or not, into memory.
     *
     * @throws MemoryFault at the first page that cannot be written
     * @throws IndexOutOfBoundsException if the segment has no such part
     */
    public static void in(View view, long address, MemorySegment source, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, source.byteSize());
        for (long done = 0; done < length; ) {
            long moved = inOnce(view, address + done, source, offset + done, length - done);
            if (moved == 0) {
                Fault.resolve(view, address + done, true);
            }
            done += moved;
        }
    }

    private static long inOnce(View view, long address, MemorySegment source, long offset, long most) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawIfAllowed(address, true);
            long count = raw == 0 ? 0 : Math.min(most, view.reach(address));
            if (count != 0) {
                RawMemory.copyIn(source, offset, raw, count);
            }
            return count;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /**
     * Copies between two spaces, or within one; both views are the calling thread's.
     *
     * <p>A step holds one epoch for both pages; if one side faults, both are looked up again. Parts of one space that overlap are copied as if by way of an
     * array, from the end if the target lies above the source.
     *
     * @param from the view of the source
     * @param source its first byte
     * @param to the view of the target; may be the same
     * @param target its first byte
     * @param length in bytes, not negative
     * @throws MemoryFault at a page that cannot be read, or written
     */
    public static void between(View from, long source, View to, long target, long length) {
        requireLength(length);
        boolean downwards = from.space() == to.space()
                && Long.compareUnsigned(target, source) > 0
                && Long.compareUnsigned(target - source, length) < 0;
        long left = length;
        while (left > 0) {
            long done = length - left;
            if (downwards) {
                int count = (int) Math.min(left, Math.min(bytesBefore(source + left), bytesBefore(target + left)));
                copyStep(from, source + left - count, to, target + left - count, count);
                left -= count;
            } else {
                int count = (int) Math.min(left, Math.min(bytesFrom(source + done), bytesFrom(target + done)));
                copyStep(from, source + done, to, target + done, count);
                left -= count;
            }
        }
    }

    private static void copyStep(View from, long source, View to, long target, int count) {
        while (true) {
            boolean sourceRefuses = false;
            // Of two views on one CPU both have its participant: entering nests.
            Participant reader = from.participant();
            Participant writer = to.participant();
            reader.enter();
            writer.enter();
            try {
                long rawTarget = to.rawIfAllowed(target, true);
                long rawSource = from.rawIfAllowed(source, false);
                if (rawSource != 0 && rawTarget != 0) {
                    RawMemory.copy(rawSource, rawTarget, count);
                    return;
                }
                sourceRefuses = rawSource == 0;
            } finally {
                writer.leave();
                reader.leave();
            }
            if (sourceRefuses) {
                Fault.resolve(from, source, false);
            } else {
                Fault.resolve(to, target, true);
            }
        }
    }

    /**
     * Sets every byte of a range.
     *
     * @param length in bytes, not negative
     * @throws MemoryFault at the first page that cannot be written
     */
    public static void fill(View view, long address, long length, byte value) {
        requireLength(length);
        for (long done = 0; done < length; ) {
            long filled = fillOnce(view, address + done, length - done, value);
            if (filled == 0) {
                Fault.resolve(view, address + done, true);
            }
            done += filled;
        }
    }

    private static long fillOnce(View view, long address, long most, byte value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawIfAllowed(address, true);
            long count = raw == 0 ? 0 : Math.min(most, view.reach(address));
            if (count != 0) {
                RawMemory.fill(raw, count, value);
            }
            return count;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /** Bytes from an address to the end of its page. */
    static long bytesFrom(long address) {
        return PAGE_BYTES - (address & OFFSET_MASK);
    }

    /** Bytes from the start of the page that holds the byte before an address. */
    private static long bytesBefore(long end) {
        return (end - 1 & OFFSET_MASK) + 1;
    }

    static void requireLength(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("a length of " + length + " bytes is negative");
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Compares memory with other memory, and searches it for a byte. Called as {@link Copy} is, with the same steps; stops at the first byte that decides, so that pages behind
 * it are not touched. Allocates nothing. Wait-free on populated memory.
 */
public final class Compare {
    private static final long NO_PAGE = -2;
    private static final long NOT_THERE = -1;

    private Compare() {}

    /**
     * Finds the first byte in which two ranges differ; both views are the calling thread's.
     *
     * @param length in bytes, not negative
     * @return its distance from the start, or -1 if the ranges are equal
     * @throws MemoryFault at a page that cannot be read, before any difference
     */
    public static long mismatch(View one, long first, View other, long second, long length) {
        Copy.requireLength(length);
        for (long done = 0; done < length; ) {
            long count = Math.min(length - done, Math.min(Copy.bytesFrom(first + done), Copy.bytesFrom(second + done)));
            long found = mismatchStep(one, first + done, other, second + done, count);
            if (found >= 0) {
                return done + found;
            }
            done += count;
        }
        return NOT_THERE;
    }

    private static long mismatchStep(View one, long first, View other, long second, long count) {
        while (true) {
            boolean firstRefuses = false;
            Participant reader = one.participant();
            Participant otherReader = other.participant();
            reader.enter();
            otherReader.enter();
            try {
                long rawFirst = one.rawIfAllowed(first, false);
                long rawSecond = other.rawIfAllowed(second, false);
                if (rawFirst != 0 && rawSecond != 0) {
                    return RawMemory.mismatch(rawFirst, rawSecond, count);
                }
                firstRefuses = rawFirst == 0;
            } finally {
                otherReader.leave();
                reader.leave();
            }
            if (firstRefuses) {
                Fault.resolve(one, first, false);
            } else {
                Fault.resolve(other, second, false);
            }
        }
    }

    /**
     * Finds the first byte in which memory differs from a part of a segment.
     *
     * @return its distance from the start, or -1 if there is none
     * @throws MemoryFault at a page that cannot be read, before any difference
     * @throws IndexOutOfBoundsException if the segment has no such part
     */
    public static long mismatch(View view, long address, MemorySegment other, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, other.byteSize());
        for (long done = 0; done < length; ) {
            long count = Math.min(length - done, Copy.bytesFrom(address + done));
            long found = mismatchOnce(view, address + done, other, offset + done, count);
            if (found >= 0) {
                return done + found;
            }
            if (found == NO_PAGE) {
                Fault.resolve(view, address + done, false);
            } else {
                done += count;
            }
        }
        return NOT_THERE;
    }

    private static long mismatchOnce(View view, long address, MemorySegment other, long offset, long count) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawIfAllowed(address, false);
            return raw == 0 ? NO_PAGE : RawMemory.mismatch(raw, other, offset, count);
        } finally {
            self.leaveBriefly(entered);
        }
    }

    /**
     * Finds the first byte of a value, such as the end of a string.
     *
     * @param length in bytes, not negative
     * @return its distance from the start, or -1 if there is none
     * @throws MemoryFault at a page that cannot be read, before any such byte
     */
    public static long indexOf(View view, long address, long length, byte value) {
        Copy.requireLength(length);
        for (long done = 0; done < length; ) {
            long count = Math.min(length - done, Copy.bytesFrom(address + done));
            long found = indexOfOnce(view, address + done, count, value);
            if (found >= 0) {
                return done + found;
            }
            if (found == NO_PAGE) {
                Fault.resolve(view, address + done, false);
            } else {
                done += count;
            }
        }
        return NOT_THERE;
    }

    private static long indexOfOnce(View view, long address, long count, byte value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = view.rawIfAllowed(address, false);
            return raw == 0 ? NO_PAGE : RawMemory.indexOf(raw, count, value);
        } finally {
            self.leaveBriefly(entered);
        }
    }
}

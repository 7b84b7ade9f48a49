package dev.pagoda.pagecache;

import java.util.Arrays;

/**
 * Ranges of a program's memory, one behind the other: the other side of readv(2) and writev(2).
 *
 * <p>Immutable; empty ranges are left out, so that they are never accessed. Finding a place costs a binary search.
 */
public final class MemoryRanges {
    private final long[] addresses;
    /** Where each range ends, counted from the first byte of the first. */
    private final long[] ends;

    /**
     * Takes ranges in.
     *
     * @param addresses where each begins
     * @param lengths bytes, none of them negative, with a sum below 2^63; as many as addresses
     */
    public MemoryRanges(long[] addresses, long[] lengths) {
        long[] kept = new long[addresses.length];
        long[] keptEnds = new long[addresses.length];
        int count = 0;
        long end = 0;
        for (int i = 0; i < addresses.length; i++) {
            if (lengths[i] != 0) {
                end = Math.addExact(end, lengths[i]);
                kept[count] = addresses[i];
                keptEnds[count] = end;
                count++;
            }
        }
        this.addresses = Arrays.copyOf(kept, count);
        this.ends = Arrays.copyOf(keptEnds, count);
    }

    /** All bytes. */
    public long bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** The range that holds a byte, counted from the first of the first range. */
    private int rangeOf(long at) {
        int found = Arrays.binarySearch(ends, at);
        return found < 0 ? -found - 1 : found + 1;
    }

    /** The address of a byte, counted from the first of the first range; below {@link #bytes}. */
    long address(long at) {
        int range = rangeOf(at);
        return addresses[range] + at - (range == 0 ? 0 : ends[range - 1]);
    }

    /** How many bytes follow in the range of that byte, itself included. */
    long rest(long at) {
        return ends[rangeOf(at)] - at;
    }
}

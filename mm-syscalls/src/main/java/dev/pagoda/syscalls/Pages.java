package dev.pagoda.syscalls;

import dev.pagoda.mm.space.AddressSpace;

/** Rounding of addresses and lengths to pages, with Linux's care for sums that wrap. Pure functions. */
final class Pages {
    static final int SHIFT = 12;
    private static final long OFFSET_MASK = (1L << SHIFT) - 1;

    private Pages() {}

    static boolean isAligned(long address) {
        return (address & OFFSET_MASK) == 0;
    }

    /** Bytes rounded up to whole pages; 0 if that wraps. */
    static long roundUp(long bytes) {
        return (bytes + OFFSET_MASK) & ~OFFSET_MASK;
    }

    static long roundDown(long address) {
        return address & ~OFFSET_MASK;
    }

    /** Whether a range lies in user space; its end may be the border. Both numbers are unsigned. */
    static boolean isUserRange(long address, long bytes) {
        return Long.compareUnsigned(bytes, AddressSpace.END) <= 0
                && Long.compareUnsigned(address, AddressSpace.END - bytes) <= 0;
    }
}

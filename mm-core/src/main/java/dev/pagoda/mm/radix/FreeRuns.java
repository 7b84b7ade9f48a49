package dev.pagoda.mm.radix;

/**
 * What is remembered of the free pages below a table of a space, packed into the 55 bits that the frame table keeps for a table.
 *
 * <pre>
 *  54 53 52 51        39 38       26 25       13 12        0
 *  +-----+--+-----------+-----------+-----------+-----------+
 *  |state| 0| blocks    | high      | low       | longest   |   known
 *  +-----+--+-----------+-----------+-----------+-----------+
 *  |state| 0                  | number of a view            |   announced
 *  +-----+--------------------+-----------------------------+
 *   state    0 nothing is known (the other bits are 0), 1 a view is looking, 2 known
 *   longest  pages of the longest free run        low, high   of the free runs at the table's lowest and highest page
 *   blocks   longest run of empty slots of 2 MiB and more, in units of 2 MiB
 * </pre>
 *
 * <p>All are upper bounds. A number takes 13 bits: five of exponent, eight after the leading one, rounded up; it is exact up to 512 and for powers of two. All methods are
 * pure functions.
 */
public final class FreeRuns {
    /** Nothing is known: any page below may be free. What a fresh table starts with. */
    public static final long UNKNOWN = 0;

    private static final int NUMBER_BITS = 13;
    private static final int FRACTION_BITS = 8;
    private static final int LEADING_ONE = 1 << FRACTION_BITS;
    private static final int STATE_SHIFT = 53;
    private static final long ANNOUNCED = 1L << STATE_SHIFT;
    private static final long KNOWN = 2L << STATE_SHIFT;

    private FreeRuns() {}

    /** A view is looking at the table, and what it finds counts only if this still stands there afterwards. */
    public static long announced(int view) {
        return ANNOUNCED | view;
    }

    /** Bounds of the free runs. */
    public static long known(long longest, long low, long high, long blocks) {
        return KNOWN
                | pack(blocks) << 3 * NUMBER_BITS
                | pack(high) << 2 * NUMBER_BITS
                | pack(low) << NUMBER_BITS
                | pack(longest);
    }

    /** Whether the word says anything about free pages. */
    public static boolean isKnown(long runs) {
        return runs >>> STATE_SHIFT == KNOWN >>> STATE_SHIFT;
    }

    /** Pages that the longest free run has at most. */
    public static long longest(long runs) {
        return unpack(runs);
    }

    /** Pages that the free run at the table's lowest page has at most. */
    public static long low(long runs) {
        return unpack(runs >>> NUMBER_BITS);
    }

    /** Pages that the free run at the table's highest page has at most. */
    public static long high(long runs) {
        return unpack(runs >>> 2 * NUMBER_BITS);
    }

    /** Units of 2 MiB that the longest run of empty slots has at most. */
    public static long blocks(long runs) {
        return unpack(runs >>> 3 * NUMBER_BITS);
    }

    /** Whether every number of a known word is at least that of another. */
    public static boolean bounds(long runs, long others) {
        return longest(runs) >= longest(others)
                && low(runs) >= low(others)
                && high(runs) >= high(others)
                && blocks(runs) >= blocks(others);
    }

    /** A known word for people. */
    public static String describe(long runs) {
        return "longest " + longest(runs) + ", low " + low(runs) + ", high " + high(runs) + ", blocks " + blocks(runs);
    }

    private static long pack(long number) {
        if (number < LEADING_ONE) {
            return number;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(number) - FRACTION_BITS;
        long fraction = number + (1L << exponent) - 1 >>> exponent;
        // Rounding up to the next power of two carries into the exponent, which is the right number.
        return ((exponent + 1L) << FRACTION_BITS) + fraction - LEADING_ONE;
    }

    private static long unpack(long packed) {
        long number = packed & (1L << NUMBER_BITS) - 1;
        if (number < LEADING_ONE) {
            return number;
        }
        return (LEADING_ONE + (number & LEADING_ONE - 1)) << (number >>> FRACTION_BITS) - 1;
    }
}

package dev.pagoda.mm.radix;

/**
 * What a participant retires: a frame's reference, a table, a subtree or a region's id, packed into one word.
 *
 * <pre>
 *  63   60 59        32 31  28 27                          0
 *  +------+------------+------+-----------------------------+
 *  | type | 0          | level| frame, or region's id       |
 *  +------+------------+------+-----------------------------+
 * </pre>
 *
 * <p>All methods are pure functions.
 */
public final class Retirement {
    /** A reference to a frame is to be dropped. */
    public static final int FRAME = 1;
    /** A frozen table of a space, with all that hangs below it. */
    public static final int SPACE_SUBTREE = 2;
    /** A frozen table of a space whose content lives on elsewhere. */
    public static final int SPACE_TABLES = 3;
    /** A region's id may be used again. */
    public static final int REGION = 4;
    /** An empty table of an object, which a {@link TableRoom} has counted. */
    public static final int COUNTED_TABLE = 5;

    private static final int TYPE_SHIFT = 60;
    private static final int LEVEL_SHIFT = 28;
    private static final long VALUE_MASK = (1L << LEVEL_SHIFT) - 1;

    private Retirement() {}

    /** A record for a frame's reference. */
    public static long frame(long frame) {
        return (long) FRAME << TYPE_SHIFT | frame;
    }

    /** A record for a table that was counted. */
    public static long countedTable(long table) {
        return (long) COUNTED_TABLE << TYPE_SHIFT | table;
    }

    /** A record for a region's id. */
    public static long region(int id) {
        return (long) REGION << TYPE_SHIFT | id;
    }

    /** A record for a table of the given type and level, with all below it. */
    public static long subtree(int type, long table, int level) {
        return (long) type << TYPE_SHIFT | (long) level << LEVEL_SHIFT | table;
    }

    /** The record's type. */
    public static int type(long record) {
        return (int) (record >>> TYPE_SHIFT);
    }

    /** The frame, or the region's id. */
    public static long value(long record) {
        return record & VALUE_MASK;
    }

    /** The level of the table's slots: 0 for a table whose slots are pages. */
    public static int level(long record) {
        return (int) (record >>> LEVEL_SHIFT) & 0xf;
    }
}

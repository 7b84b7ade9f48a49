package dev.pagoda.mm.frame;

/**
 * The word of an <em>area</em> of 512 frames: how many of them may still be taken, or that it is handed out whole.
 *
 * <pre>
 *  63              32 31 30   29    25 24     10 9         0
 *  +-----------------+--+----+--------+---------+-----------+
 *  | returns         |H | 0  | order  | 0       | free      |
 *  +-----------------+--+----+--------+---------+-----------+
 *   free     units that may be taken: 0 to 512; 0 where H is set
 *   H        handed out whole, as a block of order 9 or as part of a larger one
 *   order    with H: the block's order in its first area, {@value #INNER} in all others
 *   returns  how often frames came back to this area, modulo 2^32
 * </pre>
 *
 * <p>A word changes by compare-and-set or atomic addition only. The returns never stand still while frames come back, so that whoever adds them up twice and finds
 * the same sum knows that nothing came back in between.
 */
final class AreaWord {
    /** Frames of an area. */
    static final int FRAMES = 512;
    /** The order in every area of a large block but the first. */
    static final int INNER = 31;
    /** To be added when frames come back. */
    static final long ONE_RETURN = 1L << 32;

    private static final long FREE_MASK = 0x3ff;
    private static final int ORDER_SHIFT = 25;
    private static final long ORDER_MASK = 31;
    private static final long HANDED_OUT = 1L << 31;
    private static final long STATE_MASK = ONE_RETURN - 1;

    private AreaWord() {}

    /** Units that may be taken; 0 for an area that is handed out whole. */
    static int free(long word) {
        return (int) (word & FREE_MASK);
    }

    /** Whether no frame of it is handed out or about to be. */
    static boolean isWholeFree(long word) {
        return (word & STATE_MASK) == FRAMES;
    }

    /** Whether it is a large block or part of one. */
    static boolean isHandedOut(long word) {
        return (word & HANDED_OUT) != 0;
    }

    /** The order of the large block that begins here, or {@link #INNER}. */
    static int order(long word) {
        return (int) (word >>> ORDER_SHIFT & ORDER_MASK);
    }

    /** Whether it is handed out as part of a block that begins in another area. */
    static boolean isInner(long word) {
        return isHandedOut(word) && order(word) == INNER;
    }

    /** How often frames came back. */
    static long returns(long word) {
        return word >>> 32;
    }

    /** The same area, handed out whole. */
    static long handedOut(long word, int order) {
        return word & ~STATE_MASK | HANDED_OUT | (long) order << ORDER_SHIFT;
    }

    /** The same area after the whole of it came back. */
    static long cameBack(long word) {
        return (word & ~STATE_MASK) + ONE_RETURN | FRAMES;
    }

    /** The same area, handed out as 512 single frames. */
    static long split(long word) {
        return word & ~STATE_MASK;
    }
}

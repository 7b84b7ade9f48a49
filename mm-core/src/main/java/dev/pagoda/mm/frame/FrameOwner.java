package dev.pagoda.mm.frame;

/**
 * What a frame shows, packed into the 55 bits that the frame table has for it: a hint for whoever comes from the frame, such as an audit or a reclaimer. The word or
 * object that refers to the frame decides; after a move the hint is old.
 *
 * <pre>
 *  54          35 34                                 0
 *  +-------------+------------------------------------+
 *  | holder      | page                               |
 *  +-------------+------------------------------------+
 *   holder   number of the space or object, modulo 2^20; 0: not told
 *   page     number of the page in it, modulo 2^35: every page of a space
 * </pre>
 *
 * <p>All methods are pure functions.
 */
public final class FrameOwner {
    private static final int HOLDER_SHIFT = 35;
    private static final long HOLDER_MASK = (1L << 20) - 1;
    private static final long PAGE_MASK = (1L << HOLDER_SHIFT) - 1;

    private FrameOwner() {}

    /** A page of a space or object. */
    public static long of(long holder, long page) {
        return (holder & HOLDER_MASK) << HOLDER_SHIFT | page & PAGE_MASK;
    }

    /** The number of the space or object. */
    public static long holder(long owner) {
        return owner >>> HOLDER_SHIFT;
    }

    /** The number of the page. */
    public static long page(long owner) {
        return owner & PAGE_MASK;
    }
}

package dev.pagoda.mm.space;

/**
 * The part of an object that a region may show: it never shows more. And under which blocks of the object's pages {@link Mappings} has it: one block, or two neighbours, of the smallest power of
 * two that is not smaller than the part. Immutable but for whether it stands there yet.
 */
final class Shown {
    private final long firstIndex;
    private final long endIndex;
    /** What the region showed when it stood under other blocks, where it stands still; or null. */
    private final Shown before;

    private volatile boolean listed;

    private Shown(long firstIndex, long endIndex, Shown before) {
        this.firstIndex = firstIndex;
        this.endIndex = endIndex;
        this.before = before;
    }

    /** The pages of an object from one index up to another, which is not one of them. */
    static Shown of(long firstIndex, long endIndex) {
        return new Shown(firstIndex, endIndex, null);
    }

    /** This part and another, with what lies between. */
    Shown with(Shown other) {
        long first = Math.min(firstIndex, other.firstIndex);
        long end = Math.max(endIndex, other.endIndex);
        Shown both = new Shown(first, end, before);
        boolean sameBlocks =
                both.order() == order() && both.firstBlock() == firstBlock() && both.lastBlock() == lastBlock();
        return sameBlocks ? both : new Shown(first, end, this);
    }

    long firstIndex() {
        return firstIndex;
    }

    /** One above the last page of the object. */
    long endIndex() {
        return endIndex;
    }

    Shown before() {
        return before;
    }

    /** Order of the blocks. */
    int order() {
        return Long.SIZE - Long.numberOfLeadingZeros(endIndex - firstIndex - 1);
    }

    long firstBlock() {
        return firstIndex >> order();
    }

    long lastBlock() {
        return endIndex - 1 >> order();
    }

    boolean covers(Shown other) {
        return covers(other.firstIndex, other.endIndex);
    }

    boolean covers(long first, long end) {
        return first >= firstIndex && end <= endIndex;
    }

    boolean meets(long first, long end) {
        return first < endIndex && end > firstIndex;
    }

    /** Whether the region stands under the blocks. */
    boolean isListed() {
        return listed;
    }

    void setListed() {
        listed = true;
    }
}

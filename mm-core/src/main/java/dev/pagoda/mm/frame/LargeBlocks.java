package dev.pagoda.mm.frame;

/**
 * Blocks of order 10 to 18: 2 to 512 areas.
 *
 * <p>A block is claimed from its last area to its first, each area by the compare-and-set of its word from free to {@link AreaWord#INNER}, the first to the block's order. Until
 * that last step the claim shows as inner areas that no first area stands before; {@link LastSearch} waits for such. A claim that meets an area that is not free gives
 * back what it has. Because all claims go downwards, of those that meet the one that has the lowest area can only be stopped by somebody who keeps what he
 * has: lock-free.
 *
 * <p>To give a block back is the other way round: the compare-and-set of its first area's word decides whose right it is.
 */
final class LargeBlocks {
    private static final int AREA_ORDER = 9;
    private static final int TREE_ORDER = 15;

    private final Areas areas;
    private final Trees trees;

    LargeBlocks(Areas areas) {
        this.areas = areas;
        this.trees = areas.trees;
    }

    /** Takes a block: its first frame, or {@link Search#NONE}. From the end of memory on, for single frames begin at the beginning. */
    long take(int order) {
        return order > TREE_ORDER ? takeTrees(order) : takeInTrees(order);
    }

    private long takeInTrees(int order) {
        for (int tree = trees.count() - 1; tree >= 0; tree--) {
            long runs = trees.whole(tree);
            for (int i = 0; i < order - AREA_ORDER; i++) {
                runs &= runs >>> (1 << i);
            }
            while (runs != 0) {
                int index = Long.SIZE - 1 - Long.numberOfLeadingZeros(runs) & -(1 << order - AREA_ORDER);
                if ((runs & 1L << index) != 0) {
                    long frame = claim((long) tree * Trees.AREAS + index, order);
                    if (frame >= 0) {
                        return frame;
                    }
                }
                runs &= (1L << index) - 1;
            }
        }
        return Search.NONE;
    }

    private long takeTrees(int order) {
        int block = 1 << order - TREE_ORDER;
        for (int first = (trees.count() & -block) - block; first >= 0; first -= block) {
            boolean whole = true;
            for (int tree = first; tree < first + block; tree++) {
                whole &= trees.whole(tree) == -1L;
            }
            if (whole) {
                long frame = claim((long) first * Trees.AREAS, order);
                if (frame >= 0) {
                    return frame;
                }
            }
        }
        return Search.NONE;
    }

    /** Claims the block that begins in an area: its first frame, or {@link Search#NONE} if not all of it is free. */
    long claim(long first, int order) {
        long end = first + areasOf(order);
        if (!isFree(first, end)) {
            return Search.NONE;
        }
        for (long area = end - 1; area >= first; area--) {
            if (!areas.takeWhole(area, area == first ? order : AreaWord.INNER)) {
                trees.correctWhole(area);
                giveBack(area + 1, end);
                return Search.NONE;
            }
        }
        return Areas.firstFrame(first);
    }

    /** Hints are often old; to take most of a block and to give it back would be in everybody's way. */
    private boolean isFree(long first, long end) {
        for (long area = end - 1; area >= first; area--) {
            if (areas.free(area) != AreaWord.FRAMES) {
                trees.correctWhole(area);
                return false;
            }
        }
        return true;
    }

    /** Gives a block back; false, and nothing is changed, if it was not handed out with that order. */
    boolean free(long frame, int order) {
        long first = Areas.areaOf(frame);
        if (!areas.disown(first, order)) {
            return false;
        }
        giveBack(first, first + areasOf(order));
        return true;
    }

    private void giveBack(long first, long end) {
        for (long area = first; area < end; area++) {
            areas.returnWhole(area, AreaWord.INNER);
        }
    }

    /** Makes a block of order 9 or more single frames; false, and nothing is changed, if it was not handed out with that order. */
    boolean split(long frame, int order) {
        long first = Areas.areaOf(frame);
        if (order == AREA_ORDER) {
            return areas.split(first, order);
        }
        if (!areas.disown(first, order)) {
            return false;
        }
        for (long area = first; area < first + areasOf(order); area++) {
            areas.split(area, AreaWord.INNER);
        }
        return true;
    }

    /** Areas of a block. */
    static long areasOf(int order) {
        return 1L << order - AREA_ORDER;
    }
}

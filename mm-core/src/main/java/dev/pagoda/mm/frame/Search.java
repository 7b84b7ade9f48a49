package dev.pagoda.mm.frame;

/**
 * Finds a block of order 0 to 9: first where the lane took its last one, then in the tree that it has reserved, then in trees that nobody has reserved,
 * at last anywhere.
 *
 * <p>In a tree, areas that are partly used come before those that are free, so that large blocks stay whole; a lane goes back to trees that it used before, and frames of one kind
 * gather in trees of their own, so that tables do not keep the pages around them from coalescing. All that is looked at are hints, so a search may miss what is just coming back: a
 * refusal is {@link LastSearch}'s business. Lock-free.
 */
final class Search {
    /** No frame. */
    static final long NONE = -1;

    /** The largest order that is found here: one area. */
    private static final int AREA_ORDER = 9;

    private static final int LAST_PASS = 4;

    private final Areas areas;
    private final Trees trees;
    private final Lanes lanes;

    Search(Areas areas, Lanes lanes) {
        this.areas = areas;
        this.trees = areas.trees;
        this.lanes = lanes;
    }

    /** Takes a block for a lane: its first frame, or {@link #NONE}. For order 0 also fills half of the lane's magazine. */
    long take(int lane, int order) {
        long last = lanes.area(lane);
        if (last >= 0) {
            if (order < AREA_ORDER) {
                long frame = takeIn(lane, order, last);
                if (frame >= 0) {
                    return frame;
                }
            }
            int tree = treeOf(last);
            if (trees.isOwnedBy(tree, lane)) {
                long frame = takeIn(lane, order, tree);
                if (frame >= 0) {
                    return frame;
                }
            }
        }
        return takeElsewhere(lane, order, last);
    }

    private long takeElsewhere(int lane, int order, long last) {
        int count = trees.count();
        int home = last >= 0 ? treeOf(last) : home(lane);
        boolean down = Lanes.kind(lane) == Lanes.UNMOVABLE;
        for (int pass = 0; pass <= LAST_PASS; pass++) {
            for (int i = 0; i < count; i++) {
                int tree = down ? home - i : home + i;
                tree = tree < 0 ? tree + count : tree >= count ? tree - count : tree;
                if (suits(tree, lane, order, pass)) {
                    long frame = takeIn(lane, order, tree);
                    if (frame >= 0) {
                        move(lane, last, tree);
                        return frame;
                    }
                }
            }
        }
        return NONE;
    }

    /**
     * Whether a tree is looked at in a pass: first those that the lane used before, for what others never touched stays in its own cache; then free ones; then those of its kind; at
     * last what others have reserved.
     */
    private boolean suits(int tree, int lane, int order, int pass) {
        if (pass == LAST_PASS) {
            return true;
        }
        // Asked first: of what others use nothing is looked at that they change.
        if (pass == 0 && !trees.isLastUsedBy(tree, lane)) {
            return false;
        }
        if ((order == AREA_ORDER ? trees.whole(tree) : trees.some(tree)) == 0 || !trees.isUnowned(tree)) {
            return false;
        }
        return switch (pass) {
            case 0 -> true;
            case 1 -> trees.lastLane(tree) < 0 || trees.isWhole(tree);
            case 2 -> Lanes.kind(trees.lastLane(tree)) == Lanes.kind(lane);
            default -> true;
        };
    }

    /** The tree that a lane looks at first: the more lanes there are, the finer is memory divided among them; tables begin at the end. */
    private int home(int lane) {
        int count = trees.count();
        long spread = Integer.toUnsignedLong(Integer.reverse(Lanes.stripe(lane)));
        int tree = (int) (spread * count >>> Integer.SIZE);
        return Lanes.kind(lane) == Lanes.UNMOVABLE ? count - 1 - tree : tree;
    }

    private void move(int lane, long last, int tree) {
        if (last >= 0 && treeOf(last) != tree) {
            trees.release(treeOf(last), lane);
        }
        trees.reserve(tree, lane);
    }

    private long takeIn(int lane, int order, int tree) {
        long whole = trees.whole(tree);
        if (order == AREA_ORDER) {
            return takeIn(lane, order, tree, whole);
        }
        long some = trees.some(tree);
        long frame = takeIn(lane, order, tree, some & ~whole);
        return frame >= 0 ? frame : takeIn(lane, order, tree, some & whole);
    }

    /** Looks at the areas of a tree that the mask names: runs from where the last one was had, everything else from one end. */
    private long takeIn(int lane, int order, int tree, long mask) {
        int from = 0;
        long last = lanes.area(lane);
        if (Lanes.kind(lane) == Lanes.RUNS && last >= 0 && treeOf(last) == tree) {
            from = (int) last + 1;
        }
        long left = Long.rotateRight(mask, from);
        boolean down = Lanes.kind(lane) == Lanes.UNMOVABLE;
        while (left != 0) {
            long bit = down ? Long.highestOneBit(left) : Long.lowestOneBit(left);
            left &= ~bit;
            long area = (long) tree * Trees.AREAS + (Long.numberOfTrailingZeros(bit) + from & Trees.AREAS - 1);
            long frame = takeIn(lane, order, area);
            if (frame >= 0) {
                lanes.setArea(lane, area);
                return frame;
            }
            if (order == AREA_ORDER) {
                trees.correctWhole(area);
            } else {
                trees.correct(area);
            }
        }
        return NONE;
    }

    /** Takes a block in one area. */
    long takeIn(int lane, int order, long area) {
        if (order == 0) {
            return refill(lane, area);
        }
        if (order == AREA_ORDER) {
            return areas.takeWhole(area, order) ? Areas.firstFrame(area) : NONE;
        }
        return takeRun(area, order);
    }

    /** Tries again as long as a place is seen: who takes one away between the look and the claim has got further. */
    private long takeRun(long area, int order) {
        int units = 1 << order;
        while (areas.free(area) >= units) {
            int word = areas.bits.findRun(area, order);
            if (word == AreaBits.NONE || areas.takeUnits(area, units, units) == 0) {
                return NONE;
            }
            long frame = areas.bits.takeRun(area, order, word);
            if (frame != AreaBits.NONE) {
                return frame;
            }
            areas.returnUnits(area, units);
        }
        return NONE;
    }

    /** Takes units for half of a magazine by one compare-and-set, keeps one for the caller and takes its frame. */
    private long refill(int lane, long area) {
        int units = areas.takeUnits(area, 1, Math.max(1, lanes.magazines.slots() / 2));
        if (units == 0) {
            return NONE;
        }
        long first = store(lane, area, units);
        return areas.bits.takeFrame(first);
    }

    /** Puts all units but one into the magazine, with clear bits of the area as hints, so that the lowest comes out first; the hint of the one that is left. */
    private long store(int lane, long area, int units) {
        // Stripes that share an area begin at different words, so that their hints do not name the same frames.
        int from = Lanes.stripe(lane) & AreaBits.WORDS - 1;
        int found = 0;
        int last = 0;
        while (found < units && last < AreaBits.WORDS) {
            found += Long.bitCount(~areas.bits.taken(area, from + last & AreaBits.WORDS - 1));
            last++;
        }
        int surplus = Math.max(0, found - units);
        int left = units;
        long hint = Areas.firstFrame(area);
        for (int i = last - 1; i >= 0; i--) {
            int index = from + i & AreaBits.WORDS - 1;
            long clear = lowest(~areas.bits.taken(area, index), surplus);
            surplus = 0;
            while (clear != 0) {
                long bit = Long.highestOneBit(clear);
                clear &= ~bit;
                hint = Areas.firstFrame(area) + ((long) index << 6) + Long.numberOfTrailingZeros(bit);
                if (left == 1) {
                    return hint;
                }
                keep(lane, area, hint);
                left--;
            }
        }
        // Bits that others are just taking or clearing: a unit promises a frame wherever its hint points to.
        for (; left > 1; left--) {
            keep(lane, area, hint);
        }
        return hint;
    }

    /** The bits of a word without so many of the highest ones. */
    private static long lowest(long bits, int without) {
        int count = Long.bitCount(bits) - without;
        return count <= 0 ? 0 : Long.expand(-1L >>> Long.SIZE - count, bits);
    }

    private void keep(int lane, long area, long hint) {
        if (!lanes.magazines.push(lane, hint)) {
            areas.returnUnits(area, 1);
        }
    }

    private static int treeOf(long area) {
        return (int) (area / Trees.AREAS);
    }
}

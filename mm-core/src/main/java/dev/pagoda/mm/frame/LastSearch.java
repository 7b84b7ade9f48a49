package dev.pagoda.mm.frame;

/**
 * What is done before anyone is refused: every area is looked at, hints or not, magazines are emptied, and what is in the hands of others is waited for.
 *
 * <p>A frame is refused only if at some moment of the call none was free. One pass over memory cannot tell: a frame may come back behind it while the last one ahead of it is
 * taken. So the returns of all areas and the pushes of all magazines are added up before and after:
 *
 * <pre>
 *   t0  sum of returns and pushes
 *   t1  every area's word counts 0 free, every magazine is empty
 *   t2  every bit is set, and no large block is half taken or half given back
 *   t3  the sum is that of t0
 * </pre>
 *
 * <p>Nothing came back between t0 and t3, so from t1 on there were no units but in hands; a hand that holds one sees to it that a bit is clear, and bits
 * that were cleared after t2 read them are in the hands of those who cleared them, one each. So at t3 no hand holds a right to a frame, and none is free but those whose
 * givers have not returned yet.
 *
 * <p>If something is in hands, this waits, by yielding, until it is not: the very last memory is not lock-free. A block of order 1 or more is refused likewise, but not
 * waited for without end while others take and give back: after {@value #MOST_ROUNDS} rounds, in none of which a place for it was seen.
 */
final class LastSearch {
    private static final int MOST_ROUNDS = 16;
    private static final int AREA_ORDER = 9;

    private final Areas areas;
    private final Lanes lanes;
    private final Search search;
    private final LargeBlocks large;

    LastSearch(Areas areas, Lanes lanes, Search search, LargeBlocks large) {
        this.areas = areas;
        this.lanes = lanes;
        this.search = search;
        this.large = large;
    }

    /**
     * Takes a block wherever there is one: its first frame, or {@link Search#NONE}.
     *
     * @param exact whether to wait for what is in hands, by yielding, until it is certain that there is none; else a block is refused after one look everywhere
     */
    long take(int lane, int order, boolean exact) {
        return order == 0 ? takeFrame(lane, exact) : takeBlock(lane, order, exact);
    }

    private long takeFrame(int lane, boolean exact) {
        while (true) {
            long before = countChanges();
            long frame = steal();
            if (frame >= 0) {
                return frame;
            }
            for (long area = 0; area < areas.count(); area++) {
                frame = search.takeIn(lane, 0, area);
                if (frame >= 0) {
                    return frame;
                }
            }
            if (!exact || !isAnyInHands(true) && countChanges() == before) {
                return Search.NONE;
            }
            Thread.yield();
        }
    }

    private long steal() {
        long hint = lanes.magazines.steal();
        return hint != Magazines.NONE ? areas.bits.takeFrame(hint) : Search.NONE;
    }

    private long takeBlock(int lane, int order, boolean exact) {
        for (int round = 1; ; round++) {
            drain();
            long before = countChanges();
            long frame = order > AREA_ORDER ? takeLarge(order) : takeInAreas(lane, order);
            if (frame >= 0) {
                return frame;
            }
            if (!exact || !isAnyInHands(true) && countChanges() == before) {
                return Search.NONE;
            }
            // Frames go from hand to hand all the time; a place for the block, or a large one half-way, would be seen.
            if (round >= MOST_ROUNDS && !isAnyInHands(false) && !isPossible(order)) {
                return Search.NONE;
            }
            Thread.yield();
        }
    }

    private long takeInAreas(int lane, int order) {
        for (long area = 0; area < areas.count(); area++) {
            long frame = search.takeIn(lane, order, area);
            if (frame >= 0) {
                return frame;
            }
        }
        return Search.NONE;
    }

    private long takeLarge(int order) {
        long step = LargeBlocks.areasOf(order);
        for (long first = 0; first + step <= areas.count(); first += step) {
            long frame = large.claim(first, order);
            if (frame >= 0) {
                return frame;
            }
        }
        return Search.NONE;
    }

    /** Whether there is a place where a block of the order could be, if only the units were not in hands or magazines. */
    private boolean isPossible(int order) {
        long step = order > AREA_ORDER ? LargeBlocks.areasOf(order) : 1;
        for (long first = 0; first + step <= areas.count(); first += step) {
            boolean possible = true;
            for (long area = first; possible && area < first + step; area++) {
                possible = !AreaWord.isHandedOut(areas.word(area))
                        && (order < AREA_ORDER
                                ? areas.bits.findRun(area, order) != AreaBits.NONE
                                : areas.bits.countClear(area) == AreaWord.FRAMES);
            }
            if (possible) {
                return true;
            }
        }
        return false;
    }

    /** Empties all magazines into the areas. */
    void drain() {
        Magazines magazines = lanes.magazines;
        for (int magazine = 0; magazine < magazines.used(); magazine++) {
            for (int index = 0; index < magazines.slots(); index++) {
                long frame = magazines.steal(magazine, index);
                if (frame != Magazines.NONE) {
                    areas.returnUnits(Areas.areaOf(frame), 1);
                }
            }
        }
    }

    private long countChanges() {
        return areas.countReturns() + lanes.magazines.countPushes();
    }

    /** Whether a large block is half taken or half given back; and, if asked for, whether an area has clear bits that its word does not count. */
    private boolean isAnyInHands(boolean units) {
        for (long area = 0; area < areas.count(); ) {
            long word = areas.word(area);
            if (!AreaWord.isHandedOut(word)) {
                if (units && areas.bits.countClear(area) != areas.free(area)) {
                    return true;
                }
                area++;
            } else if (AreaWord.isInner(word)) {
                return true;
            } else {
                area += LargeBlocks.areasOf(AreaWord.order(word));
            }
        }
        return false;
    }
}

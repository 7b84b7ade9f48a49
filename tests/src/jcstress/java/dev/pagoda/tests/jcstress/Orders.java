package dev.pagoda.tests.jcstress;

import static dev.pagoda.mm.frame.FrameAllocator.HUGE_ORDER;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The orders that the allocator tests run with: a line more in a list is a case more of each test that uses it. */
final class Orders {
    /** Blocks of one order. */
    static final Orders SINGLE =
            new Orders(List.of(pair(0, 0), pair(3, 3), pair(7, 7), pair(HUGE_ORDER, HUGE_ORDER), pair(10, 10)));

    /** A smaller and a larger order: parts and the whole that they form, or a block and one around it. */
    static final Orders PART_AND_WHOLE = new Orders(
            List.of(pair(0, 1), pair(3, 4), pair(6, 7), pair(7, 8), pair(0, HUGE_ORDER), pair(HUGE_ORDER, 10)));

    /** An order that is freed, and one that is wanted at the same time. */
    static final Orders FREED_AND_WANTED = new Orders(List.of(
            pair(0, 0),
            pair(0, HUGE_ORDER),
            pair(HUGE_ORDER, 0),
            pair(HUGE_ORDER, HUGE_ORDER),
            pair(0, 3),
            pair(3, 0),
            pair(8, 7),
            pair(10, HUGE_ORDER)));

    private final List<Pair> pairs;
    private final AtomicInteger next = new AtomicInteger();

    /** Two orders; what each is for, the list says. */
    record Pair(int first, int second) {}

    private Orders(List<Pair> pairs) {
        this.pairs = pairs;
    }

    private static Pair pair(int first, int second) {
        return new Pair(first, second);
    }

    /** The orders of the next memory: all cases in turn, so that each has the same share of the samples. */
    Pair next() {
        return pairs.get(Math.floorMod(next.getAndIncrement(), pairs.size()));
    }
}

package dev.pagoda.mm.space;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A page is pinned for stores while it is on its way to swap: what the program stores then is in the pinned page, and the other way round. Watches that a pin waits while rights are withdrawn, and that
 * the page-out looks for pins, after a grace period.
 */
abstract class PinnedPage extends SpaceRace {
    private Pin pin;

    PinnedPage() {
        swapTo(8);
        map(first, PAGE);
        store(first, PAGE, 0, 1);
    }

    final void pin(View view) {
        pin = Pin.of(view, PAGE << 12, 4096, true);
    }

    static void pageOut(View view) {
        PageOut.range(view, PAGE, 1, true);
    }

    @Override
    public void meanwhile() {
        // All of it may wait.
    }

    @Override
    public void check() {
        MemorySegment pinned = pin.segments().getFirst();
        store(second, PAGE, 1, 2);
        long found = pinned.get(ValueLayout.JAVA_LONG, Long.BYTES);
        if (found != 2) {
            throw new AssertionError("what the program stores is not in the pinned page: " + found);
        }
        pinned.set(ValueLayout.JAVA_LONG, 2 * Long.BYTES, 3);
        pin.close();
        expect(second, PAGE, 0, 1);
        expect(second, PAGE, 2, 3);
        audit();
    }

    /** The page-out is stopped. */
    static final class WhilePagedOut extends PinnedPage {
        @Override
        public void stopped() {
            pageOut(first);
        }

        @Override
        public void waiting() {
            pin(third);
        }
    }

    /** The pin is stopped. */
    static final class WhilePinned extends PinnedPage {
        @Override
        public void stopped() {
            pin(first);
        }

        @Override
        public void waiting() {
            pageOut(third);
        }
    }
}

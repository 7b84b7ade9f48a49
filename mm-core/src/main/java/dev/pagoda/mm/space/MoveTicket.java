package dev.pagoda.mm.space;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Held in a space by whoever moves pages, shares them with a child, or takes the copies of an object's pages away, so that none of them misses
 * a page that is between two places.
 *
 * <p>One holder at a time; not held by anybody else. Waiting is yielding, outside of epochs. A holder may wait for grace periods and for memory, never for
 * another ticket that its holder may wait for.
 */
final class MoveTicket {
    private final AtomicBoolean held = new AtomicBoolean();

    void take() {
        while (!held.compareAndSet(false, true)) {
            View.pause();
        }
    }

    void giveBack() {
        held.set(false);
    }
}

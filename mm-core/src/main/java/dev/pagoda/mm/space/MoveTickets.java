package dev.pagoda.mm.space;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Who moves pages of a space, and who must not miss one that is between two places: a fork, which shares them with a child, and whoever takes the copies of an object's pages away.
 *
 * <p>Moves whose pages are others go on beside each other; those that meet do so in the order in which they came. The queue is one immutable array, changed by CAS. A ticket <em>holds</em> when no earlier one
 * in it meets it, so two that meet never hold at the same time, nobody waits in a circle, and nobody is overtaken who waits. It is known before it is queued what all of a move's pages are, target included: a page
 * that is on its way to a place that the ticket does not name could be missed by a later one that moves that place (ranges.pml).
 *
 * <p>Waiting is yielding, outside of epochs, and ends when those before have given theirs back: a holder may wait for grace periods and for memory, never for another ticket that its holder may
 * wait for. The CAS that gives back is the release, the read of the queue that finds nobody before oneself the acquire.
 */
final class MoveTickets {
    private static final MoveTicket[] NOBODY = {};

    /** In the order of arrival. */
    private final AtomicReference<MoveTicket[]> queue = new AtomicReference<>(NOBODY);

    /** Waits until the ticket holds. The caller gives it back. */
    void take(MoveTicket ticket) {
        MoveTicket[] seen;
        do {
            seen = queue.get();
        } while (!queue.compareAndSet(seen, with(seen, ticket)));
        if (isFirst(seen, seen.length, ticket)) {
            return;
        }
        while (!holds(ticket)) {
            View.pause();
        }
    }

    /** Lets those go on who wait for it. Lock-free. */
    void giveBack(MoveTicket ticket) {
        MoveTicket[] seen;
        do {
            seen = queue.get();
        } while (!queue.compareAndSet(seen, without(seen, ticket)));
    }

    /** How many hold or wait at this moment. Wait-free. */
    int length() {
        return queue.get().length;
    }

    private boolean holds(MoveTicket ticket) {
        MoveTicket[] seen = queue.get();
        return isFirst(seen, indexOf(seen, ticket), ticket);
    }

    /** Whether none of the first tickets meets this one. */
    private static boolean isFirst(MoveTicket[] queued, int before, MoveTicket ticket) {
        for (int i = 0; i < before; i++) {
            if (queued[i].meets(ticket)) {
                return false;
            }
        }
        return true;
    }

    private static MoveTicket[] with(MoveTicket[] queued, MoveTicket ticket) {
        MoveTicket[] longer = new MoveTicket[queued.length + 1];
        System.arraycopy(queued, 0, longer, 0, queued.length);
        longer[queued.length] = ticket;
        return longer;
    }

    private static MoveTicket[] without(MoveTicket[] queued, MoveTicket ticket) {
        if (queued.length == 1) {
            return NOBODY;
        }
        int index = indexOf(queued, ticket);
        MoveTicket[] shorter = new MoveTicket[queued.length - 1];
        System.arraycopy(queued, 0, shorter, 0, index);
        System.arraycopy(queued, index + 1, shorter, index, shorter.length - index);
        return shorter;
    }

    /** By identity: two forks have equal tickets. */
    private static int indexOf(MoveTicket[] queued, MoveTicket ticket) {
        int index = 0;
        while (queued[index] != ticket) {
            index++;
        }
        return index;
    }
}

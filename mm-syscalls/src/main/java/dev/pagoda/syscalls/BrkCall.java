package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Map.Where;
import dev.pagoda.mm.space.Mlock;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;

/**
 * brk(2) as the system call: the break that holds afterwards, never an errno.
 *
 * <p>Break and heap change together only if calls that move the break take turns: pages behind a break that another thread is about to lower or raise cannot be told from a
 * map in the way. Whoever moves it says so in the break's own word ({@link Break}); others wait by yielding. Asking where it is never waits.
 */
final class BrkCall {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;

    private BrkCall() {}

    static long run(ThreadCalls caller, long address) {
        Break heap = caller.process().heap();
        if (Long.compareUnsigned(address, heap.start()) < 0 || exceedsData(caller, address - heap.start())) {
            return heap.end();
        }
        long end = heap.beginMove();
        long moved = end;
        try {
            moved = move(caller, end, address);
        } finally {
            heap.endMove(moved);
        }
        if (moved > end && caller.view().space().futureLock() == Mlock.Future.LOCKED) {
            long oldTop = Pages.roundUp(end);
            Populate.asMapped(caller.view(), oldTop >>> Pages.SHIFT, Pages.roundUp(moved) - oldTop >>> Pages.SHIFT);
        }
        return moved;
    }

    /** The whole heap is compared with the limit, in bytes, whichever way it moves (check_data_rlimit). */
    private static boolean exceedsData(ThreadCalls caller, long heapBytes) {
        return Long.compareUnsigned(heapBytes, caller.process().rights().soft(Linux.RLIMIT_DATA)) > 0;
    }

    /** Moves pages; returns the new break, or the old one if they cannot be moved. */
    private static long move(ThreadCalls caller, long end, long address) {
        if (Long.compareUnsigned(address, Linux.TASK_SIZE) > 0) {
            return end;
        }
        View view = caller.view();
        long oldTop = Pages.roundUp(end) >>> Pages.SHIFT;
        long newTop = Pages.roundUp(address) >>> Pages.SHIFT;
        boolean done =
                newTop == oldTop || (newTop < oldTop ? shrink(view, newTop, oldTop) : grow(view, oldTop, newTop));
        return done ? address : end;
    }

    /** Clears the whole range, foreign maps included; one in which nothing is left refuses, as on Linux. */
    private static boolean shrink(View view, long newTop, long oldTop) {
        return Map.isAnyMapped(view, newTop, oldTop - newTop) && Unmap.range(view, newTop, oldTop - newTop) == 0;
    }

    /** Claims the new part; the page above it has to stay free, and the gap below a map that grows down. */
    private static boolean grow(View view, long oldTop, long newTop) {
        long pages = newTop - oldTop;
        if (Map.isAnyMapped(view, oldTop, pages + 1) || !Map.keepsGapAbove(view, newTop + 1)) {
            return false;
        }
        Mlock.Future future = view.space().futureLock();
        int attributes = future == Mlock.Future.LOCKED_ON_FAULT ? Attributes.LOCK_ON_FAULT : 0;
        boolean locked = future != Mlock.Future.UNLOCKED;
        return Map.anonymous(view, Where.FIXED_UNLESS_MAPPED, oldTop, pages, READ_WRITE, attributes, locked) >= 0;
    }
}

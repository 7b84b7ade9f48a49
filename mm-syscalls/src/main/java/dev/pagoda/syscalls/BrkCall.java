package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Map.Where;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import java.util.concurrent.atomic.AtomicLong;

/**
 * brk(2) as the system call: the break that holds afterwards, never an errno.
 *
 * <p>Two threads that move the break at once are ordered by the CAS of the break; the loser looks again.
 */
final class BrkCall {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;

    private BrkCall() {}

    static long run(ThreadCalls caller, long address) {
        ProcessState process = caller.process();
        AtomicLong heapEnd = process.heapEnd();
        while (true) {
            long end = heapEnd.get();
            if (Long.compareUnsigned(address, process.heapStart()) < 0
                    || Long.compareUnsigned(address, Linux.TASK_SIZE - Linux.PAGE_SIZE) > 0
                    || address == end) {
                return end;
            }
            long oldTop = Pages.roundUp(end);
            long newTop = Pages.roundUp(address);
            if (newTop > oldTop && !grow(caller, oldTop, newTop)) {
                return end;
            }
            if (heapEnd.compareAndSet(end, address)) {
                if (newTop < oldTop) {
                    unmap(caller.view(), newTop, oldTop);
                }
                return address;
            }
            if (newTop > oldTop) {
                unmap(caller.view(), oldTop, newTop);
            }
        }
    }

    /** Claims the new part; the page above it has to stay free, so that heap and next map do not touch. */
    private static boolean grow(ThreadCalls caller, long oldTop, long newTop) {
        View view = caller.view();
        long page = oldTop >>> Pages.SHIFT;
        long pages = newTop - oldTop >>> Pages.SHIFT;
        if (MmapCall.isOvercommitted(caller, newTop - oldTop, READ_WRITE, Linux.MAP_PRIVATE)
                || Map.isAnyMapped(view, page, pages + 1)) {
            return false;
        }
        return Map.anonymous(view, Where.FIXED_UNLESS_MAPPED, page, pages, READ_WRITE, 0, false) >= 0;
    }

    private static void unmap(View view, long from, long to) {
        Unmap.range(view, from >>> Pages.SHIFT, to - from >>> Pages.SHIFT);
    }
}

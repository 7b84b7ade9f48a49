package dev.pagoda.syscalls;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Collapse;
import dev.pagoda.mm.space.PageOut;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Punch;
import dev.pagoda.mm.space.View;

/** madvise(2): the advice first, then alignment, then length, then the walk over the range. */
final class MadviseCall {
    private MadviseCall() {}

    static long run(ThreadCalls caller, long address, long length, int advice) {
        return onView(caller, caller.view(), address, length, advice);
    }

    /** Advises about the memory that a view shows, which may be another process's. */
    static long onView(ThreadCalls caller, View view, long address, long length, int advice) {
        if (!CallFlags.ADVICE.takes(advice)) {
            return caller.refuse(Errno.EINVAL, "this kernel has no such advice");
        }
        if (!Pages.isAligned(address)) {
            return caller.refuse(Errno.EINVAL, "the address is not a multiple of the page size");
        }
        long bytes = Pages.roundUp(length);
        if (length != 0 && bytes == 0 || Long.compareUnsigned(address + bytes, address) < 0) {
            return caller.refuse(Errno.EINVAL, "the range wraps");
        }
        if (bytes == 0) {
            return 0;
        }
        if (Long.compareUnsigned(address, Linux.TASK_SIZE) >= 0) {
            return caller.refuse(Errno.ENOMEM, "the range is not mapped");
        }
        long page = address >>> Pages.SHIFT;
        long pages = Math.min(bytes >>> Pages.SHIFT, AddressSpace.PAGES - page);
        int refused =
                HugeTlbRules.advise(view, page, pages, advice, (first, count) -> advise(view, first, count, advice));
        if (refused == 0 && pages != bytes >>> Pages.SHIFT) {
            refused = -Errno.ENOMEM;
        }
        return refused == 0 ? 0 : caller.refuse(-refused, reason(-refused));
    }

    private static int advise(View view, long page, long pages, int advice) {
        return switch (advice) {
            case Linux.MADV_NORMAL -> Advise.attribute(view, page, pages, Attributes.ACCESS_MASK, 0, false);
            case Linux.MADV_RANDOM ->
                Advise.attribute(view, page, pages, Attributes.ACCESS_MASK, Attributes.RANDOM, false);
            case Linux.MADV_SEQUENTIAL ->
                Advise.attribute(view, page, pages, Attributes.ACCESS_MASK, Attributes.SEQUENTIAL, false);
            case Linux.MADV_WILLNEED -> Advise.willNeed(view, page, pages);
            case Linux.MADV_DONTNEED -> Advise.discard(view, page, pages, false);
            case Linux.MADV_DONTNEED_LOCKED -> Advise.discard(view, page, pages, true);
            case Linux.MADV_FREE -> Advise.free(view, page, pages);
            case Linux.MADV_REMOVE -> Punch.range(view, page, pages);
            case Linux.MADV_COLD -> PageOut.range(view, page, pages, false);
            case Linux.MADV_PAGEOUT -> PageOut.range(view, page, pages, true);
            case Linux.MADV_DONTFORK -> Advise.attribute(view, page, pages, 0, Attributes.DONTFORK, false);
            case Linux.MADV_DOFORK -> Advise.attribute(view, page, pages, Attributes.DONTFORK, 0, false);
            case Linux.MADV_WIPEONFORK -> Advise.attribute(view, page, pages, 0, Attributes.WIPEONFORK, true);
            case Linux.MADV_KEEPONFORK -> Advise.attribute(view, page, pages, Attributes.WIPEONFORK, 0, false);
            case Linux.MADV_DONTDUMP -> Advise.attribute(view, page, pages, 0, Attributes.DONTDUMP, false);
            case Linux.MADV_DODUMP -> Advise.attribute(view, page, pages, Attributes.DONTDUMP, 0, false);
            case Linux.MADV_HUGEPAGE ->
                Advise.attribute(view, page, pages, Attributes.HUGE_MASK, Attributes.HUGEPAGE, false);
            case Linux.MADV_NOHUGEPAGE ->
                Advise.attribute(view, page, pages, Attributes.HUGE_MASK, Attributes.NOHUGEPAGE, false);
            case Linux.MADV_COLLAPSE -> Collapse.range(view, page, pages);
            case Linux.MADV_POPULATE_READ -> Populate.range(view, page, pages, false);
            case Linux.MADV_POPULATE_WRITE -> Populate.range(view, page, pages, true);
            default -> throw new IllegalStateException("advice " + advice + " was let through unknown");
        };
    }

    private static String reason(int errno) {
        return switch (errno) {
            case Errno.ENOMEM -> "part of the range is not mapped, or memory is short";
            case Errno.EAGAIN -> "there is no memory to split a map, or pages to collapse are in use";
            case Errno.EFAULT -> "part of the range lies past the end of its object";
            case Errno.EACCES -> "a map in the range is private, or shared and may never be written";
            case Errno.EPERM -> "the file is sealed against writing";
            default -> "a map in the range does not take this advice";
        };
    }
}

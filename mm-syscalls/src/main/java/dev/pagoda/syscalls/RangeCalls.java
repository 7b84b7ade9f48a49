package dev.pagoda.syscalls;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.HugeTlb;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.Sync;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;

/** The calls that check a range and do one thing to it: munmap(2), mprotect(2), msync(2), mincore(2). */
final class RangeCalls {
    private static final int PROTECTION = Linux.PROT_READ | Linux.PROT_WRITE | Linux.PROT_EXEC;
    /** All that mprotect knows: a way to grow that no map has is refused later, and otherwise. */
    private static final int PROTECTION_BITS = CallFlags.PROTECTION.named();

    private static final int SYNC_FLAGS = CallFlags.SYNC.taken();
    /** Most pages that mincore looks at before it copies their bytes out: one page of answers, as Linux does. */
    private static final int MINCORE_CHUNK = 4096;

    private RangeCalls() {}

    static long munmap(ThreadCalls caller, long address, long length) {
        long bytes = Pages.roundUp(length);
        if (!Pages.isAligned(address) || bytes == 0 || !Pages.isUserRange(address, bytes)) {
            return caller.refuse(Errno.EINVAL, "the range is empty, not aligned or leaves user space");
        }
        if (HugeTlbRules.cuts(caller.view(), address, bytes)) {
            return caller.refuse(Errno.EINVAL, "a huge page would be cut");
        }
        int refused = Unmap.range(caller.view(), address >>> Pages.SHIFT, bytes >>> Pages.SHIFT);
        return refused == 0 ? 0 : caller.refuse(-refused, "there is no memory to split the map");
    }

    static long mprotect(ThreadCalls caller, long address, long length, int protection) {
        int grows = protection & (Linux.PROT_GROWSDOWN | Linux.PROT_GROWSUP);
        if (grows == (Linux.PROT_GROWSDOWN | Linux.PROT_GROWSUP) || !Pages.isAligned(address)) {
            return caller.refuse(Errno.EINVAL, "the address is not aligned, or the map is to grow both ways");
        }
        if (length == 0) {
            return 0;
        }
        long bytes = Pages.roundUp(length);
        if (Long.compareUnsigned(address + bytes, address) <= 0) {
            return caller.refuse(Errno.ENOMEM, "the range wraps");
        }
        if ((protection & ~PROTECTION_BITS) != 0) {
            return caller.refuse(Errno.EINVAL, "there is no such protection");
        }
        if (Long.compareUnsigned(address, Linux.TASK_SIZE) >= 0) {
            return caller.refuse(Errno.ENOMEM, "the range is not mapped");
        }
        long page = address >>> Pages.SHIFT;
        long pages = Math.min(bytes >>> Pages.SHIFT, AddressSpace.PAGES - page);
        int refused = grows == 0
                ? protect(caller.view(), page, pages, protection & PROTECTION)
                : protectGrowing(caller.view(), page, pages, protection);
        if (refused == 0 && pages != bytes >>> Pages.SHIFT) {
            refused = Refusal.NO_MEMORY;
        }
        return refused == 0 ? 0 : notProtected(caller, refused);
    }

    /** Apart from the checks, and without an object for each call: this is the way that nearly every call goes. */
    private static int protect(View view, long page, long pages, int protection) {
        long cut = HugeTlb.firstCutByProtection(view, page, page + pages, protection);
        return cut < 0
                ? Protect.range(view, page, pages, protection)
                : HugeTlbRules.upTo(cut, page, pages, (first, count) -> Protect.range(view, first, count, protection));
    }

    /** From the start of a map that grows, or why there is none. */
    private static int protectGrowing(View view, long page, long pages, int protection) {
        long first = (protection & Linux.PROT_GROWSDOWN) != 0
                ? Protect.growingFrom(view, page, pages)
                : notGrowingUp(view, page);
        return first < 0 ? (int) first : protect(view, first, pages + page - first, protection & PROTECTION);
    }

    private static long notProtected(ThreadCalls caller, int refused) {
        return caller.refuse(
                -refused,
                switch (refused) {
                    case Refusal.DENIED -> "the object may not be mapped with that protection";
                    case Refusal.INVALID -> "a huge page would be cut, or no map in the range grows that way";
                    default -> "part of the range is not mapped, or there is no memory to split the map";
                });
    }

    /** No map of this machine grows up: the only question is whether one is there. */
    private static long notGrowingUp(View view, long page) {
        return Map.isAnyMapped(view, page, 1) ? Refusal.INVALID : Refusal.NO_MEMORY;
    }

    static long msync(ThreadCalls caller, long address, long length, int flags) {
        boolean both = (flags & Linux.MS_ASYNC) != 0 && (flags & Linux.MS_SYNC) != 0;
        if ((flags & ~SYNC_FLAGS) != 0 || !Pages.isAligned(address) || both) {
            return caller.refuse(Errno.EINVAL, "the flags contradict or do not exist, or the address is not aligned");
        }
        long bytes = Pages.roundUp(length);
        if (Long.compareUnsigned(address + bytes, address) < 0) {
            return caller.refuse(Errno.ENOMEM, "the range wraps");
        }
        if (bytes == 0) {
            return 0;
        }
        if (Long.compareUnsigned(address, Linux.TASK_SIZE) >= 0) {
            return caller.refuse(Errno.ENOMEM, "the range is not mapped");
        }
        long page = address >>> Pages.SHIFT;
        long pages = Math.min(bytes >>> Pages.SHIFT, AddressSpace.PAGES - page);
        int refused = Sync.range(
                caller.view(), page, pages, (flags & Linux.MS_SYNC) != 0, (flags & Linux.MS_INVALIDATE) != 0);
        if (refused == 0 && pages != bytes >>> Pages.SHIFT) {
            refused = Refusal.NO_MEMORY;
        }
        return refused == 0
                ? 0
                : caller.refuse(
                        -refused,
                        switch (refused) {
                            case Refusal.BUSY -> "a map in the range is locked";
                            case Refusal.NO_MEMORY -> "part of the range is not mapped";
                            default -> "the file could not be written; its pages stay dirty";
                        });
    }

    static long mincoreInto(ThreadCalls caller, long address, long length, byte[] vector) {
        long refused = checkMincore(caller, address, length);
        if (refused != 0) {
            return refused;
        }
        int pages = Math.toIntExact(Pages.roundUp(length) >>> Pages.SHIFT);
        return look(caller, address >>> Pages.SHIFT, pages, vector) == pages ? 0 : hasHole(caller);
    }

    private static long checkMincore(ThreadCalls caller, long address, long length) {
        if (!Pages.isAligned(address)) {
            return caller.refuse(Errno.EINVAL, "the address is not a multiple of the page size");
        }
        return Pages.isUserRange(address, length) ? 0 : caller.refuse(Errno.ENOMEM, "the range leaves user space");
    }

    private static long hasHole(ThreadCalls caller) {
        return caller.refuse(Errno.ENOMEM, "part of the range is not mapped");
    }

    static long mincore(ThreadCalls caller, long address, long length, long vector) {
        long refused = checkMincore(caller, address, length);
        if (refused != 0) {
            return refused;
        }
        long pages = Pages.roundUp(length) >>> Pages.SHIFT;
        if (!Pages.isUserRange(vector, pages)) {
            return caller.refuse(Errno.EFAULT, "the vector lies outside of user space");
        }
        if (pages == 1) {
            return mincoreOfPage(caller, address >>> Pages.SHIFT, vector);
        }
        byte[] answers = new byte[(int) Math.min(pages, MINCORE_CHUNK)];
        long page = address >>> Pages.SHIFT;
        for (long done = 0; done < pages; ) {
            // One map after the other (mm/mincore.c, do_mincore): the vector may lie in one that is still to be looked
            // at.
            long most = Math.min(pages - done, MINCORE_CHUNK);
            int count = (int) (Residency.endOfLine(caller.view(), page + done, page + done + most) - page - done);
            int found = look(caller, page + done, count, answers);
            if (found == 0) {
                return hasHole(caller);
            }
            try {
                caller.view().write(vector + done, answers, 0, found);
            } catch (MemoryFault fault) {
                return caller.refuse(Errno.EFAULT, fault.getMessage());
            }
            done += found;
        }
        return 0;
    }

    /** One page lies in one map, and its answer is one byte: nothing is gathered. */
    private static long mincoreOfPage(ThreadCalls caller, long page, long vector) {
        int residency = Residency.of(caller.view(), page);
        if (residency == Residency.NOT_MAPPED) {
            return hasHole(caller);
        }
        try {
            caller.view().store(vector, 1, residency);
            return 0;
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
    }

    /** Fills answers up to the first page that is not mapped; returns how many. */
    private static int look(ThreadCalls caller, long page, int count, byte[] answers) {
        for (int i = 0; i < count; i++) {
            int residency = Residency.of(caller.view(), page + i);
            if (residency == Residency.NOT_MAPPED) {
                return i;
            }
            answers[i] = (byte) residency;
        }
        return count;
    }
}

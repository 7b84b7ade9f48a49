package dev.pagoda.syscalls;

import dev.pagoda.mm.space.HugeTlb;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Remap;
import dev.pagoda.mm.space.Unmap;

/** mremap(2): all checks before any change, as Linux does since 6.17. */
final class MremapCall {
    private static final int FLAGS = CallFlags.REMAP.taken();

    private MremapCall() {}

    static long run(ThreadCalls caller, long oldAddress, long oldSize, long newSize, int flags, long newAddress) {
        boolean mayMove = (flags & Linux.MREMAP_MAYMOVE) != 0;
        boolean fixed = (flags & Linux.MREMAP_FIXED) != 0;
        boolean keepSource = (flags & Linux.MREMAP_DONTUNMAP) != 0;
        long oldBytes = Pages.roundUp(oldSize);
        long newBytes = Pages.roundUp(newSize);
        if (!Pages.isAligned(oldAddress)) {
            return caller.refuse(Errno.EINVAL, "the old address is not a multiple of the page size");
        }
        if ((flags & ~FLAGS) != 0) {
            return caller.refuse(Errno.EINVAL, "there is no such flag");
        }
        if (newBytes == 0 || Long.compareUnsigned(newBytes, Linux.TASK_SIZE) > 0) {
            return caller.refuse(Errno.EINVAL, "the new size is zero or larger than the address space");
        }
        if ((fixed || keepSource) && !mayMove) {
            return caller.refuse(Errno.EINVAL, "MREMAP_FIXED and MREMAP_DONTUNMAP need MREMAP_MAYMOVE");
        }
        if (keepSource && oldBytes != newBytes) {
            return caller.refuse(Errno.EINVAL, "MREMAP_DONTUNMAP needs equal sizes");
        }
        if (fixed || keepSource) {
            if (!Pages.isAligned(newAddress) || !Pages.isUserRange(newAddress, newBytes)) {
                return caller.refuse(Errno.EINVAL, "the new address is not aligned or leaves user space");
            }
            if (overlaps(oldAddress, oldBytes, newAddress, newBytes)) {
                return caller.refuse(Errno.EINVAL, "the new range overlaps the old one");
            }
        }
        if (!Pages.isUserRange(oldAddress, oldBytes)) {
            boolean stays = oldBytes == newBytes && !fixed && !keepSource;
            if (stays && isOneMap(caller, oldAddress, Linux.PAGE_SIZE)) {
                return oldAddress;
            }
            if (oldBytes == newBytes && fixed && Long.compareUnsigned(oldAddress, Linux.TASK_SIZE) < 0) {
                // Map after map is moved; where the source ends does not matter, only where its maps would go.
                long bytes = Linux.TASK_SIZE - oldAddress;
                return carryOut(caller, oldAddress, bytes, bytes, mayMove, newAddress, -1, keepSource);
            }
            return refuseOldRange(caller, oldAddress, oldBytes, newBytes, fixed ? newAddress : -1);
        }
        int hugeLevel = HugeTlb.levelAt(caller.view(), oldAddress >>> Pages.SHIFT);
        long target = fixed ? newAddress : -1;
        // What stays mapped takes an address that is not fixed as a hint (mm/mremap.c, vrm_set_new_addr).
        long hint = keepSource && !fixed && newAddress != 0 ? newAddress : -1;
        if (hugeLevel == 0) {
            return fixed && HugeTlbRules.cuts(caller.view(), newAddress, newBytes)
                    ? caller.refuse(Errno.EINVAL, "a huge page would be cut")
                    : carryOut(caller, oldAddress, oldBytes, newBytes, mayMove, target, hint, keepSource);
        }
        long oldHuge = HugeTlbRules.roundUp(oldBytes, hugeLevel);
        long newHuge = HugeTlbRules.roundUp(newBytes, hugeLevel);
        long inside = HugeTlbRules.pageBytes(hugeLevel) - 1;
        if ((oldAddress & inside) != 0
                || fixed && (newAddress & inside) != 0
                || newHuge > oldHuge
                || keepSource
                || fixed && HugeTlbRules.cuts(caller.view(), newAddress, newHuge)) {
            return caller.refuse(
                    Errno.EINVAL, "a map of huge pages moves in whole pages, does not grow, and leaves nothing behind");
        }
        return carryOut(caller, oldAddress, oldHuge, newHuge, mayMove, target, -1, false);
    }

    /** Only cutting the end off looks at where the range ends: as munmap does, with its answer, and late. */
    private static long refuseOldRange(
            ThreadCalls caller, long oldAddress, long oldBytes, long newBytes, long fixedAddress) {
        boolean cuts = Long.compareUnsigned(newBytes, oldBytes) < 0;
        if (!cuts || !isOneMap(caller, oldAddress, fixedAddress < 0 ? Linux.PAGE_SIZE : newBytes)) {
            return caller.refuse(Errno.EFAULT, "the old range is not one map");
        }
        if (fixedAddress >= 0) {
            // The place has been cleared by then (mm/mremap.c, mremap_to).
            Unmap.range(caller.view(), fixedAddress >>> Pages.SHIFT, newBytes >>> Pages.SHIFT);
            if (!isOneMap(caller, oldAddress, Linux.PAGE_SIZE)) {
                return caller.refuse(Errno.EFAULT, "the old range went with what the new one replaces");
            }
        }
        return caller.refuse(Errno.EINVAL, "the old range leaves user space");
    }

    private static boolean isOneMap(ThreadCalls caller, long address, long bytes) {
        return Pages.isUserRange(address, bytes)
                && Remap.isOneMap(caller.view(), address >>> Pages.SHIFT, bytes >>> Pages.SHIFT);
    }

    private static boolean overlaps(long first, long firstBytes, long second, long secondBytes) {
        return Long.compareUnsigned(first, second + secondBytes) < 0
                && Long.compareUnsigned(second, first + firstBytes) < 0;
    }

    private static long carryOut(
            ThreadCalls caller,
            long oldAddress,
            long oldBytes,
            long newBytes,
            boolean mayMove,
            long fixedAddress,
            long hintAddress,
            boolean keepSource) {
        Remap.Request request = new Remap.Request(
                oldAddress >>> Pages.SHIFT,
                oldBytes >>> Pages.SHIFT,
                newBytes >>> Pages.SHIFT,
                mayMove,
                fixedAddress < 0 ? -1 : fixedAddress >>> Pages.SHIFT,
                keepSource,
                hintAddress < 0 ? -1 : hintAddress >>> Pages.SHIFT);
        long page = Remap.run(caller.view(), request);
        if (page < 0) {
            return caller.refuse((int) -page, reason((int) page));
        }
        if (Remap.isLocked(caller.view(), page) && newBytes > oldBytes) {
            long oldPages = oldBytes >>> Pages.SHIFT;
            Populate.asMapped(caller.view(), page + oldPages, (newBytes >>> Pages.SHIFT) - oldPages);
        }
        return page << Pages.SHIFT;
    }

    private static String reason(int refusal) {
        return switch (refusal) {
            case Refusal.BAD_ADDRESS -> "the old range is not one map";
            case Refusal.AGAIN -> "the limit of locked memory is reached";
            case Refusal.INVALID -> "a private map cannot be shown a second time";
            default -> "there is no room to grow, a limit is reached, or no memory is left";
        };
    }
}

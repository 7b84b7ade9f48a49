package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Mlock;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Rearrange;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.pagecache.OpenFile;

/** remap_file_pages(2), as Linux emulates it (mm/mmap.c): start and size are rounded down, and the result is 0, not an address. */
final class RemapFilePagesCall {
    private RemapFilePagesCall() {}

    static long run(ThreadCalls caller, long address, long length, int protection, long pageOffset, int flags) {
        long start = Pages.roundDown(address);
        long bytes = Pages.roundDown(length);
        long pages = bytes >>> Pages.SHIFT;
        if (protection != 0) {
            return caller.refuse(Errno.EINVAL, "the protection must be zero");
        }
        if (Long.compareUnsigned(start + bytes, start) <= 0) {
            return caller.refuse(Errno.EINVAL, "the range is empty or wraps");
        }
        if (Long.compareUnsigned(pageOffset + pages, pageOffset) < 0) {
            return caller.refuse(Errno.EINVAL, "the offset wraps");
        }
        Rearrange.Shown shown =
                Pages.isUserRange(start, bytes) ? Rearrange.find(caller.view(), start >>> Pages.SHIFT, pages) : null;
        if (shown == null || !shown.region().isShared() || !isWritable(shown)) {
            return caller.refuse(
                    Errno.EINVAL,
                    "the range is not a shared map of one object, open for writing, under one protection");
        }
        long refusedLock = MmapCall.checkLock(caller, shown.locked() ? Linux.MAP_LOCKED : 0, bytes);
        if (refusedLock != 0) {
            return refusedLock;
        }
        if (isBeyondLargest(shown, pageOffset, bytes)) {
            return caller.refuse(Errno.EOVERFLOW, "the offset lies beyond the largest file");
        }
        if ((shown.protection() & Linux.PROT_WRITE) != 0 && isSealed(shown)) {
            return caller.refuse(Errno.EPERM, "the file is sealed against writing");
        }
        long page = start >>> Pages.SHIFT;
        Mlock.Future future = caller.view().space().futureLock();
        int refused = Rearrange.run(caller.view(), shown, page, pages, pageOffset, future);
        if (refused != 0) {
            return caller.refuse(
                    -refused,
                    refused == Refusal.AGAIN
                            ? MmapCall.OVER_LOCK_LIMIT
                            : "the object is gone, or there is no memory to split the map");
        }
        if ((shown.region().mostProtection() & Linux.PROT_WRITE) != 0
                && (shown.protection() & Linux.PROT_WRITE) != 0
                && isSealed(shown)) {
            // Sealed between the look and the map: the seal saw no writer, so there must be none.
            Unmap.range(caller.view(), page, pages);
            return caller.refuse(Errno.EPERM, "the file is sealed against writing");
        }
        if (shown.locked() || future != Mlock.Future.UNLOCKED || (flags & Linux.MAP_NONBLOCK) == 0) {
            // What cannot be filled is not reported.
            Populate.asMapped(caller.view(), page, pages);
        }
        return 0;
    }

    /** Only a shared map of a descriptor open for writing counts as shared here; a nameless object always is. */
    private static boolean isWritable(Rearrange.Shown shown) {
        return !(shown.region().description() instanceof OpenFile file) || file.isWritable();
    }

    private static boolean isSealed(Rearrange.Shown shown) {
        return shown.region().description() instanceof OpenFile file && MmapCall.isSealed(file);
    }

    private static boolean isBeyondLargest(Rearrange.Shown shown, long pageOffset, long bytes) {
        long largest = shown.region().description() instanceof OpenFile file ? file.largestSize() : Long.MAX_VALUE;
        return Long.compareUnsigned(pageOffset, largest - bytes >>> Pages.SHIFT) > 0;
    }
}

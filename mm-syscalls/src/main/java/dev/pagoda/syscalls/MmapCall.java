package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.HugeTlb;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Map.Source;
import dev.pagoda.mm.space.Map.Where;
import dev.pagoda.mm.space.Mlock;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.SharedMemory;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import dev.pagoda.pagecache.MemoryFile;
import dev.pagoda.pagecache.OpenFile;
import dev.pagoda.pagecache.PagedObject;

/** mmap(2): the checks in Linux's order, then one operation of the space. */
final class MmapCall {
    /** Flags that every map type accepts; the rest is looked at by MAP_SHARED_VALIDATE only (LEGACY_MAP_MASK of Linux's mman.h). */
    private static final int KNOWN_FLAGS = CallFlags.MAP_FLAGS.taken() | Linux.MAP_SHARED | Linux.MAP_PRIVATE;

    /** Lowest address that a fixed map may take without CAP_SYS_RAWIO: vm.mmap_min_addr. */
    private static final long LOWEST_ADDRESS = 0x10000;

    private static final int PROTECTION = Linux.PROT_READ | Linux.PROT_WRITE | Linux.PROT_EXEC;

    static final String OVER_LOCK_LIMIT = "the limit of locked memory is reached";
    private static final String NO_ROOM =
            "the range is taken, a limit is reached, the kernel promises no more memory, or no memory or addresses are left";

    private MmapCall() {}

    static long run(
            ThreadCalls caller, long address, long length, int protection, int flags, int descriptor, long offset) {
        if (!Pages.isAligned(offset)) {
            return caller.refuse(Errno.EINVAL, "the offset is not a multiple of the page size");
        }
        boolean anonymous = (flags & Linux.MAP_ANONYMOUS) != 0;
        Description description =
                anonymous ? null : caller.process().descriptors().get(descriptor);
        if (!anonymous && description == null) {
            return caller.refuse(Errno.EBADF, "the descriptor is not open");
        }
        boolean huge = (flags & Linux.MAP_HUGETLB) != 0;
        if (huge && !anonymous) {
            return caller.refuse(Errno.EINVAL, "the file does not consist of huge pages");
        }
        int hugeLevel = huge ? HugeTlbRules.level(flags) : 0;
        if (hugeLevel < 0) {
            return caller.refuse(Errno.EINVAL, "there is no huge page of that size");
        }
        long bytes = HugeTlbRules.roundUp(length, hugeLevel);
        if (length == 0 || huge && bytes == 0) {
            return caller.refuse(Errno.EINVAL, "the length is zero, or wraps when rounded up to huge pages");
        }
        if (bytes == 0 || Long.compareUnsigned(bytes, Linux.TASK_SIZE) > 0) {
            return caller.refuse(Errno.ENOMEM, "the length is larger than the address space");
        }
        boolean unlessMapped = (flags & Linux.MAP_FIXED_NOREPLACE) != 0;
        boolean fixed = unlessMapped || (flags & Linux.MAP_FIXED) != 0;
        if (fixed) {
            long refused = checkFixed(caller, address, bytes, hugeLevel, unlessMapped);
            if (refused != 0) {
                return refused;
            }
        }
        long refusedLock = checkLock(caller, flags, bytes);
        if (refusedLock != 0) {
            return refusedLock;
        }
        if ((huge || !anonymous) && isBeyondLargestFile(bytes, offset)) {
            return caller.refuse(Errno.EOVERFLOW, "the offset lies beyond the largest file");
        }
        long refused = huge
                ? checkHugeType(caller, flags)
                : anonymous ? checkAnonymousType(caller, flags) : checkFileType(caller, description, protection, flags);
        if (refused != 0) {
            return refused;
        }
        long hint = fixed || !huge ? address : HugeTlbRules.roundUp(address, hugeLevel);
        Where where = where(hint, bytes, flags, fixed, unlessMapped);
        return map(caller, where, hint >>> Pages.SHIFT, bytes, protection & PROTECTION, flags, description, offset);
    }

    private static long checkFixed(ThreadCalls caller, long address, long bytes, int hugeLevel, boolean unlessMapped) {
        if (hugeLevel > 0 && (address & HugeTlbRules.pageBytes(hugeLevel) - 1) != 0) {
            return caller.refuse(Errno.EINVAL, "a fixed address must be a multiple of the huge page");
        }
        if (Errno.isError(address)) {
            // Linux takes the address that was asked for as what its search found, and that looks like an error
            // (mm/mmap.c, IS_ERR_VALUE).
            return caller.refuse((int) -address, "the address is what an error looks like");
        }
        if (!Pages.isUserRange(address, bytes)) {
            return caller.refuse(Errno.ENOMEM, "the range leaves user space");
        }
        if (!Pages.isAligned(address)) {
            return caller.refuse(Errno.EINVAL, "a fixed address must be a multiple of the page size");
        }
        if (Long.compareUnsigned(address, LOWEST_ADDRESS) < 0
                && !caller.process().rights().has(Linux.CAP_SYS_RAWIO)) {
            return caller.refuse(Errno.EPERM, "an address that low needs CAP_SYS_RAWIO");
        }
        if (unlessMapped && Map.isAnyMapped(caller.view(), address >>> Pages.SHIFT, bytes >>> Pages.SHIFT)) {
            return caller.refuse(Errno.EEXIST, "something is mapped in the range");
        }
        if (!unlessMapped && HugeTlbRules.cuts(caller.view(), address, bytes)) {
            return caller.refuse(Errno.EINVAL, "a huge page would be cut");
        }
        return 0;
    }

    /** Anonymous huge pages are a nameless file to Linux, with a file's types. */
    private static long checkHugeType(ThreadCalls caller, int flags) {
        int type = flags & Linux.MAP_TYPE;
        if (type == Linux.MAP_SHARED_VALIDATE && (flags & ~KNOWN_FLAGS) != 0) {
            return caller.refuse(Errno.EOPNOTSUPP, "MAP_SHARED_VALIDATE with a flag that is not known");
        }
        if (type != Linux.MAP_PRIVATE && type != Linux.MAP_SHARED && type != Linux.MAP_SHARED_VALIDATE) {
            return caller.refuse(Errno.EINVAL, "a map is either MAP_PRIVATE or MAP_SHARED");
        }
        if ((flags & Linux.MAP_GROWSDOWN) != 0) {
            return caller.refuse(Errno.EINVAL, "a map of huge pages cannot grow down");
        }
        return 0;
    }

    /** The right to lock at all is asked for MAP_LOCKED only, the limit for every map that will be locked. */
    static long checkLock(ThreadCalls caller, int flags, long bytes) {
        if ((flags & Linux.MAP_LOCKED) != 0 && !caller.process().rights().mayLock()) {
            return caller.refuse(
                    Errno.EPERM, "the limit of locked memory is zero, and the process has no CAP_IPC_LOCK");
        }
        boolean locked =
                (flags & Linux.MAP_LOCKED) != 0 || caller.view().space().futureLock() != Mlock.Future.UNLOCKED;
        return locked && !caller.view().space().limits().allowsLockingMore(bytes)
                ? caller.refuse(Errno.EAGAIN, OVER_LOCK_LIMIT)
                : 0;
    }

    /** What a file system can hold does not matter: Linux lets any offset be mapped that a file could have anywhere. */
    private static boolean isBeyondLargestFile(long bytes, long offset) {
        long largest = Long.MAX_VALUE - bytes;
        return largest < 0 || offset >>> Pages.SHIFT > largest >>> Pages.SHIFT;
    }

    private static long checkAnonymousType(ThreadCalls caller, int flags) {
        int type = flags & Linux.MAP_TYPE;
        if (type == Linux.MAP_DROPPABLE) {
            return (flags & (Linux.MAP_LOCKED | Linux.MAP_HUGETLB | Linux.MAP_GROWSDOWN)) == 0
                    ? 0
                    : caller.refuse(Errno.EINVAL, "what may be dropped cannot be locked, huge or grow down");
        }
        if (type != Linux.MAP_PRIVATE && type != Linux.MAP_SHARED) {
            return caller.refuse(Errno.EINVAL, "anonymous memory is either MAP_PRIVATE or MAP_SHARED");
        }
        if (type == Linux.MAP_SHARED && (flags & Linux.MAP_GROWSDOWN) != 0) {
            return caller.refuse(Errno.EINVAL, "only private anonymous memory grows down");
        }
        return 0;
    }

    private static long checkFileType(ThreadCalls caller, Description description, int protection, int flags) {
        OpenFile file = description.file();
        int type = flags & Linux.MAP_TYPE;
        boolean shared = type == Linux.MAP_SHARED || type == Linux.MAP_SHARED_VALIDATE;
        // File systems on disk know MAP_SYNC (FOP_MMAP_SYNC of ext4 and others), and refuse it when they are asked, at
        // last.
        boolean inMemory = description.isZero() || file != null && file.object() instanceof MemoryFile;
        int known = inMemory ? KNOWN_FLAGS : KNOWN_FLAGS | Linux.MAP_SYNC;
        if (type == Linux.MAP_SHARED_VALIDATE && (flags & ~known) != 0) {
            return caller.refuse(Errno.EOPNOTSUPP, "MAP_SHARED_VALIDATE with a flag that is not known");
        }
        if (!shared && type != Linux.MAP_PRIVATE) {
            return caller.refuse(Errno.EINVAL, "a map is either MAP_PRIVATE or MAP_SHARED");
        }
        if (file == null) {
            return caller.refuse(Errno.ENODEV, "what the descriptor refers to cannot be mapped");
        }
        if (shared && (protection & Linux.PROT_WRITE) != 0 && !file.isWritable()) {
            return caller.refuse(Errno.EACCES, "a shared writable map needs a descriptor that is open for writing");
        }
        if (!file.isReadable()) {
            return caller.refuse(Errno.EACCES, "a map needs a descriptor that is open for reading");
        }
        if ((flags & Linux.MAP_GROWSDOWN) != 0) {
            return caller.refuse(Errno.EINVAL, "a file's map cannot grow down");
        }
        if (shared && (protection & Linux.PROT_WRITE) != 0 && isSealed(file)) {
            return caller.refuse(Errno.EPERM, "the file is sealed against writing");
        }
        return 0;
    }

    static boolean isSealed(OpenFile file) {
        return file.object() instanceof MemoryFile memory && !memory.allowsSharedWriter();
    }

    private static Where where(long address, long bytes, int flags, boolean fixed, boolean unlessMapped) {
        if (fixed) {
            return unlessMapped ? Where.FIXED_UNLESS_MAPPED : Where.FIXED;
        }
        if ((flags & Linux.MAP_32BIT) != 0) {
            return Where.LOW;
        }
        long hint = Pages.roundDown(address);
        if (hint != 0 && Pages.isUserRange(Math.max(hint, LOWEST_ADDRESS), bytes) && hint > 0) {
            return Where.HINT;
        }
        return Where.ANYWHERE;
    }

    private static long map(
            ThreadCalls caller,
            Where where,
            long page,
            long bytes,
            int protection,
            int flags,
            Description description,
            long offset) {
        View view = caller.view();
        long pages = bytes >>> Pages.SHIFT;
        Mlock.Future future = view.space().futureLock();
        boolean locked = (flags & Linux.MAP_LOCKED) != 0 || future != Mlock.Future.UNLOCKED;
        int attributes = apart(flags)
                | (isReserved(view, flags) ? 0 : Attributes.NORESERVE)
                | (future == Mlock.Future.LOCKED_ON_FAULT ? Attributes.LOCK_ON_FAULT : 0);
        // Only a fixed address may lie below the lowest one.
        boolean hint = where == Where.HINT || where == Where.LOW && page != 0;
        long at = hint ? Math.max(page, LOWEST_ADDRESS >>> Pages.SHIFT) : page;
        long mapped;
        boolean plain = description == null || description.isZero() && (flags & Linux.MAP_TYPE) == Linux.MAP_PRIVATE;
        if (description != null && description.isZero() && !plain) {
            mapped = mapSharedZeroes(view, where, at, pages, protection, attributes, locked, description, offset);
        } else if (!plain) {
            Source source = source(description, flags, offset, attributes);
            mapped = Map.object(view, where, at, pages, protection, locked, source);
            if (mapped >= 0 && (flags & Linux.MAP_SYNC) != 0 && !(source.pager() instanceof MemoryFile)) {
                // The file system is the last to be asked, when what the map replaces is gone (mm/vma.c,
                // __mmap_region).
                Unmap.range(view, mapped, pages);
                return caller.refuse(Errno.EOPNOTSUPP, "MAP_SYNC needs a file whose device is memory");
            }
            boolean mayWrite = source.shared() && (source.mostProtection() & Linux.PROT_WRITE) != 0;
            if (mapped >= 0 && mayWrite && isSealed(description.file())) {
                // Sealed between the look and the map: the seal saw no writer, so there must be none.
                Unmap.range(view, mapped, pages);
                return caller.refuse(Errno.EPERM, "the file is sealed against writing");
            }
        } else if ((flags & Linux.MAP_HUGETLB) != 0) {
            if ((offset & HugeTlbRules.pageBytes(HugeTlbRules.level(flags)) - 1) != 0) {
                boolean data = (flags & Linux.MAP_TYPE) == Linux.MAP_PRIVATE;
                return refuseHugeOffset(caller, where, at, pages, data ? protection : 0);
            }
            mapped = mapHuge(view, where, at, pages, protection, flags);
        } else if ((flags & Linux.MAP_TYPE) == Linux.MAP_DROPPABLE) {
            mapped = Map.droppable(view, where, at, pages, protection, apart(flags));
        } else if ((flags & Linux.MAP_TYPE) == Linux.MAP_PRIVATE) {
            mapped = Map.anonymous(
                    view, where, at, pages, protection, attributes | attributes(protection, flags), locked);
        } else {
            mapped = mapSharedMemory(view, where, at, pages, protection, attributes, locked);
        }
        if (mapped < 0) {
            return caller.refuse((int) -mapped, mapped == Refusal.AGAIN ? OVER_LOCK_LIMIT : NO_ROOM);
        }
        boolean populate = (flags & (Linux.MAP_POPULATE | Linux.MAP_NONBLOCK)) == Linux.MAP_POPULATE;
        if (populate || locked) {
            // What cannot be filled is not reported, as on Linux.
            Populate.asMapped(view, mapped, pages);
        }
        return mapped << Pages.SHIFT;
    }

    /** The file system of huge pages is asked about the offset last, when there was room and what the map replaces is gone (fs/hugetlbfs/inode.c, hugetlbfs_file_mmap). */
    private static long refuseHugeOffset(ThreadCalls caller, Where where, long page, long pages, int protection) {
        long mapped = Map.anonymous(caller.view(), where, page, pages, protection, Attributes.NORESERVE, false);
        if (mapped < 0) {
            return caller.refuse((int) -mapped, NO_ROOM);
        }
        Unmap.range(caller.view(), mapped, pages);
        return caller.refuse(Errno.EINVAL, "the offset is not a multiple of the huge page");
    }

    /** Huge pages are never locked, for they never leave memory. */
    private static long mapHuge(View view, Where where, long page, long pages, int protection, int flags) {
        int attributes = Attributes.hugetlb(HugeTlbRules.level(flags));
        if ((flags & Linux.MAP_TYPE) == Linux.MAP_PRIVATE) {
            int charge = flags & Linux.MAP_NORESERVE;
            return HugeTlb.map(
                    view, where, page, pages, protection, charge == 0 ? attributes : attributes | Attributes.NORESERVE);
        }
        SharedMemory memory = HugeTlb.share(view, pages, HugeTlbRules.level(flags));
        return memory == null
                ? Refusal.NO_MEMORY
                : mapObject(view, where, page, pages, protection, false, memory, attributes);
    }

    private static boolean isReserved(View view, int flags) {
        return (flags & Linux.MAP_NORESERVE) == 0
                || !view.space().core().commitment().honorsNoReserve();
    }

    /** What only private anonymous memory has. */
    private static int attributes(int protection, int flags) {
        boolean mayWaitForStores = (flags & Linux.MAP_NORESERVE) == 0 && (protection & Linux.PROT_WRITE) == 0;
        return (mayWaitForStores ? Attributes.NOT_ACCOUNTED_YET : 0)
                | ((flags & Linux.MAP_GROWSDOWN) != 0 ? Attributes.GROWSDOWN : 0);
    }

    /** What keeps lines apart and means little else: Linux keeps stacks free of huge pages, and remembers MAP_SYNC whether anybody knows it or not (mman.h, calc_vm_flag_bits). */
    private static int apart(int flags) {
        return ((flags & Linux.MAP_STACK) != 0 ? Attributes.NOHUGEPAGE : 0)
                | ((flags & Linux.MAP_SYNC) != 0 ? Attributes.SYNC : 0);
    }

    private static Source source(Description description, int flags, long offset, int attributes) {
        OpenFile file = description.file();
        boolean shared = (flags & Linux.MAP_TYPE) != Linux.MAP_PRIVATE;
        int most = shared && (!file.isWritable() || isSealed(file)) ? PROTECTION & ~Linux.PROT_WRITE : PROTECTION;
        return new Source(file.object(), file, shared, offset >>> Pages.SHIFT, most, attributes);
    }

    private static long mapSharedMemory(
            View view, Where where, long page, long pages, int protection, int attributes, boolean locked) {
        boolean reserved = (attributes & Attributes.NORESERVE) == 0;
        SharedMemory memory = reserved
                ? SharedMemory.promised(view, pages)
                : new SharedMemory(view.space().core(), pages);
        return memory == null
                ? Refusal.NO_MEMORY
                : mapObject(view, where, page, pages, protection, locked, memory, attributes);
    }

    /**
     * A new object as long as the map, which shows it from the offset on (shmem_zero_setup of mm/shmem.c); of a descriptor that cannot be written it is zeroes without an end, for
     * nobody can write there.
     */
    private static long mapSharedZeroes(
            View view,
            Where where,
            long page,
            long pages,
            int protection,
            int attributes,
            boolean locked,
            Description description,
            long offset) {
        boolean writable = description.file().isWritable();
        boolean reserved = writable && (attributes & Attributes.NORESERVE) == 0;
        SharedMemory memory = reserved
                ? SharedMemory.promised(view, pages)
                : new SharedMemory(view.space().core(), writable ? pages : PagedObject.MAX_BYTES >>> Pages.SHIFT);
        if (memory == null) {
            return Refusal.NO_MEMORY;
        }
        try {
            int most = writable ? PROTECTION : PROTECTION & ~Linux.PROT_WRITE;
            Source source = new Source(memory, memory, true, offset >>> Pages.SHIFT, most, attributes);
            return Map.object(view, where, page, pages, protection, locked, source);
        } finally {
            memory.letGo();
        }
    }

    /** Maps a nameless object that only the map keeps alive. */
    private static long mapObject(
            View view,
            Where where,
            long page,
            long pages,
            int protection,
            boolean locked,
            SharedMemory memory,
            int attributes) {
        try {
            Source source = new Source(memory, memory, true, 0, PROTECTION, attributes);
            return Map.object(view, where, page, pages, protection, locked, source);
        } finally {
            memory.letGo();
        }
    }
}

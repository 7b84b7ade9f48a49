package dev.pagoda.syscalls;

import static dev.pagoda.syscalls.CallArgument.address;
import static dev.pagoda.syscalls.CallArgument.bytes;
import static dev.pagoda.syscalls.CallArgument.descriptor;
import static dev.pagoda.syscalls.CallArgument.flags;
import static dev.pagoda.syscalls.CallError.of;

import java.util.List;

/** The rows of the table of calls about memory. */
final class MemoryRows {
    private static final String LEAVES = "the range wraps or leaves user space";
    private static final String UNALIGNED = "the address is not a multiple of the page size";
    private static final String HOLE = "part of the range is not mapped";

    private MemoryRows() {}

    static void addTo(CallTable.Builder table) {
        maps(table);
        advice(table);
        locks(table);
    }

    private static void maps(CallTable.Builder table) {
        table.group(CallGroup.MAPS);
        table.call(
                Linux.SYS_mmap,
                "maps memory or a file; returns the address",
                List.of(
                        address("addr"),
                        bytes("length"),
                        flags("prot", CallFlags.MAP_PROTECTION),
                        flags("flags", CallFlags.MAP_TYPES, CallFlags.MAP_FLAGS),
                        descriptor("fd"),
                        bytes("offset")),
                of(Errno.EINVAL, "the offset is not a multiple of the page size"),
                of(Errno.EBADF, "the descriptor is not open, or was opened with O_PATH"),
                of(Errno.EINVAL, "the length is zero; a file with MAP_HUGETLB; a huge page of no such size"),
                of(Errno.ENOMEM, "the length is larger than the address space, or a fixed range leaves it"),
                of(Errno.EINVAL, "a fixed address is not aligned, or would cut a huge page"),
                of(Errno.EPERM, "a fixed address below 64 KiB without CAP_SYS_RAWIO"),
                of(Errno.EEXIST, "MAP_FIXED_NOREPLACE, and something is mapped there"),
                of(Errno.EPERM, "MAP_LOCKED with a limit of zero, without CAP_IPC_LOCK"),
                of(Errno.EAGAIN, "the map is to be locked and RLIMIT_MEMLOCK is reached"),
                of(Errno.EOVERFLOW, "the offset lies beyond the largest file"),
                of(
                        Errno.EOPNOTSUPP,
                        "MAP_SHARED_VALIDATE with a flag that it does not know; MAP_SYNC of a file on disk"),
                of(
                        Errno.EINVAL,
                        "no type, or one that such memory does not have; MAP_GROWSDOWN of anything shared or a file"),
                of(Errno.ENODEV, "what the descriptor refers to cannot be mapped"),
                of(
                        Errno.EACCES,
                        "the descriptor is not open for reading, or not for writing where stores are to be shared"),
                of(Errno.EPERM, "the file is sealed against writing"),
                of(Errno.ENOMEM, "RLIMIT_AS, RLIMIT_DATA or the overcommit policy refuse; no place, or no memory"));
        table.call(
                Linux.SYS_munmap,
                "removes all maps of a range, all of it or nothing",
                List.of(address("addr"), bytes("length")),
                of(
                        Errno.EINVAL,
                        "the address is not aligned, the length zero, or " + LEAVES + "; a huge page would be cut"),
                of(Errno.ENOMEM, "no memory is left for the tables at the edges"));
        table.call(
                Linux.SYS_mprotect,
                "changes the protection of a range, up to the first hole",
                List.of(address("addr"), bytes("len"), flags("prot", CallFlags.PROTECTION)),
                of(Errno.EINVAL, "PROT_GROWSDOWN with PROT_GROWSUP; " + UNALIGNED),
                of(Errno.ENOMEM, "the range wraps"),
                of(Errno.EINVAL, "an unknown bit; a map that does not grow that way; a huge page would be cut"),
                of(Errno.EACCES, "the object may not be written through this map"),
                of(Errno.ENOMEM, HOLE + ", or RLIMIT_DATA or the overcommit policy refuse"));
        table.call(
                Linux.SYS_mremap,
                "resizes or moves a map; returns the address",
                List.of(
                        address("old_address"),
                        bytes("old_size"),
                        bytes("new_size"),
                        flags("flags", CallFlags.REMAP),
                        address("new_address").ifNeeded()),
                of(Errno.EINVAL, "the old address is not aligned, an unknown flag, or a new size of zero"),
                of(
                        Errno.EINVAL,
                        "MREMAP_FIXED or MREMAP_DONTUNMAP without MREMAP_MAYMOVE; MREMAP_DONTUNMAP with another size"),
                of(Errno.EINVAL, "the new range is not aligned, leaves user space or overlaps the old one"),
                of(Errno.EFAULT, "the old range is not mapped, or not one map where it has to be"),
                of(Errno.EINVAL, "an old size of zero of a private map; a map of huge pages that would grow or be cut"),
                of(Errno.EAGAIN, "a locked map grows beyond RLIMIT_MEMLOCK"),
                of(Errno.ENOMEM, "no room to grow without MREMAP_MAYMOVE; a limit is reached; no memory"));
        table.call(
                Linux.SYS_msync,
                "writes a range of shared file maps back",
                List.of(address("addr"), bytes("length"), flags("flags", CallFlags.SYNC)),
                of(Errno.EINVAL, "an unknown flag, MS_SYNC with MS_ASYNC, or " + UNALIGNED),
                of(Errno.ENOMEM, "the range wraps; " + HOLE + " (all mapped parts are synced)"),
                of(Errno.EBUSY, "MS_INVALIDATE of a locked map"),
                of(Errno.EIO, "the device refused; told once to each open file"));
        table.call(
                Linux.SYS_brk,
                "moves the end of the heap; returns the break that holds afterwards, never an errno",
                List.of(address("addr")));
        table.call(
                Linux.SYS_remap_file_pages,
                "shows other pages of an object in a shared map, as Linux emulates it: by a map of its own",
                List.of(
                        address("addr"),
                        bytes("size"),
                        CallArgument.of("prot", "zero"),
                        CallArgument.of("pgoff", "pages"),
                        CallArgument.of("flags", "MAP_NONBLOCK or zero")),
                of(Errno.EINVAL, "a protection, an empty range, or " + LEAVES),
                of(Errno.EINVAL, "the range is not a shared map of one object, open for writing, under one protection"),
                of(Errno.EAGAIN, "the map is locked and RLIMIT_MEMLOCK is reached"),
                of(Errno.EOVERFLOW, "the offset lies beyond the largest file"),
                of(Errno.EPERM, "the file is sealed against writing"),
                of(Errno.ENOMEM, "no memory is left"));
    }

    private static void advice(CallTable.Builder table) {
        table.group(CallGroup.ADVICE);
        table.call(
                Linux.SYS_madvise,
                "gives advice about a range",
                List.of(address("addr"), bytes("length"), flags("advice", CallFlags.ADVICE)),
                of(Errno.EINVAL, "unknown advice, " + UNALIGNED + ", or the range wraps"),
                of(
                        Errno.EINVAL,
                        "a map in the range does not take this advice: locked, shared, private, or of huge pages"),
                of(Errno.EACCES, "MADV_REMOVE of a private file map, or of one that may never be written"),
                of(Errno.EPERM, "MADV_REMOVE of a file that is sealed against writing"),
                of(Errno.EFBIG, "MADV_REMOVE of a part behind the largest file that its file system takes"),
                of(Errno.EFAULT, "MADV_POPULATE of what lies past the end of its object"),
                of(Errno.EAGAIN, "MADV_COLLAPSE of pages that are in use"),
                of(Errno.ENOMEM, HOLE + " (what is mapped is advised; MADV_POPULATE ends there), or memory is short"));
        table.call(
                Linux.SYS_process_madvise,
                "gives advice about up to 1,024 ranges of this process or another; returns the bytes advised",
                List.of(
                        CallArgument.of("pidfd", "descriptor, or -10000 or -10001 for the caller"),
                        CallArgument.of("iovec", "address of ranges"),
                        CallArgument.of("vlen", "number of ranges"),
                        flags("advice", CallFlags.ADVICE),
                        CallArgument.of("flags", "zero")),
                of(Errno.EINVAL, "a flag, too many ranges, or a negative length"),
                of(Errno.EFAULT, "the ranges are not in readable memory, or leave user space"),
                of(Errno.EBADF, "the descriptor is not one of a process"),
                of(Errno.ESRCH, "the process has ended"),
                of(Errno.EINVAL, "another process, and other advice than COLD, PAGEOUT, WILLNEED and COLLAPSE"),
                of(Errno.EPERM, "another process, without CAP_SYS_NICE"),
                of(Errno.ENOMEM, "as madvise, if nothing was advised before"));
        table.call(
                Linux.SYS_mincore,
                "tells which pages are resident, one byte each",
                List.of(address("addr"), bytes("length"), CallArgument.of("vec", "address of a byte a page")),
                of(Errno.EINVAL, UNALIGNED),
                of(Errno.ENOMEM, "the range leaves user space"),
                of(Errno.EFAULT, "the vector leaves user space"),
                of(Errno.ENOMEM, HOLE + " (the vector is filled up to there)"),
                of(Errno.EFAULT, "the vector cannot be written"));
    }

    private static void locks(CallTable.Builder table) {
        CallError mayNot = of(Errno.EPERM, "RLIMIT_MEMLOCK is zero, without CAP_IPC_LOCK");
        CallError limit = of(Errno.ENOMEM, "RLIMIT_MEMLOCK is reached");
        CallError wraps = of(Errno.EINVAL, "the range wraps");
        CallError hole = of(Errno.ENOMEM, HOLE + " or cannot be filled");
        table.group(CallGroup.LOCKS);
        table.call(
                Linux.SYS_mlock,
                "locks a range into memory and fills it",
                List.of(address("addr"), bytes("len")),
                mayNot,
                limit,
                wraps,
                hole,
                of(Errno.EAGAIN, "memory is too short to fill the range"));
        table.call(
                Linux.SYS_mlock2,
                "locks a range, with flags",
                List.of(address("addr"), bytes("len"), flags("flags", CallFlags.LOCK)),
                of(Errno.EINVAL, "an unknown flag"),
                mayNot,
                limit,
                wraps,
                hole,
                of(Errno.EAGAIN, "memory is too short to fill the range"));
        table.call(
                Linux.SYS_munlock,
                "ends the locks of a range",
                List.of(address("addr"), bytes("len")),
                wraps,
                of(Errno.ENOMEM, HOLE));
        table.call(
                Linux.SYS_mlockall,
                "locks all maps",
                List.of(flags("flags", CallFlags.LOCK_ALL)),
                of(Errno.EINVAL, "no flag, an unknown one, or MCL_ONFAULT alone"),
                mayNot,
                of(Errno.ENOMEM, "MCL_CURRENT of more than RLIMIT_MEMLOCK"));
        table.call(Linux.SYS_munlockall, "ends all locks, and mlockall", List.of());
    }
}

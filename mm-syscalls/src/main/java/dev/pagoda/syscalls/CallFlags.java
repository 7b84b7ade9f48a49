package dev.pagoda.syscalls;

import static dev.pagoda.syscalls.Flag.ignored;
import static dev.pagoda.syscalls.Flag.refused;
import static dev.pagoda.syscalls.Flag.supported;

/** The values of arguments that have names, with their verdicts: the part of the table of calls that the checks of the calls use. */
final class CallFlags {
    private static final Flag NO_OTHERS = Flags.othersRefused(Errno.EINVAL);

    /** What mmap makes of a protection. */
    static final Flags MAP_PROTECTION = Flags.any(
            "map_prot",
            Flags.othersIgnored("mmap does not look at bits that are no protection"),
            supported("PROT_NONE", "no access"),
            supported("PROT_READ", "loads"),
            supported("PROT_WRITE", "stores, and loads as on x86-64"),
            supported("PROT_EXEC", "kept and shown in maps; lets the kernel's accessors load"),
            ignored("PROT_SEM", "every memory of x86-64 takes atomic operations"),
            ignored("PROT_GROWSDOWN", "looked at by mprotect only"),
            ignored("PROT_GROWSUP", "looked at by mprotect only"));

    /** What mprotect makes of one. */
    static final Flags PROTECTION = Flags.any(
            "prot",
            NO_OTHERS,
            supported("PROT_NONE", "no access"),
            supported("PROT_READ", "loads"),
            supported("PROT_WRITE", "stores, and loads as on x86-64"),
            supported("PROT_EXEC", "kept and shown in maps; lets the kernel's accessors load"),
            ignored("PROT_SEM", "every memory of x86-64 takes atomic operations"),
            supported("PROT_GROWSDOWN", "from the start of the map that grows down; EINVAL elsewhere"),
            refused("PROT_GROWSUP", Errno.EINVAL, "no map of x86-64 grows up"));

    static final Flags MAP_TYPES = Flags.one(
            "map_types",
            NO_OTHERS,
            supported("MAP_PRIVATE", "stores stay the process's own"),
            supported("MAP_SHARED", "stores are seen by all who map the object"),
            supported("MAP_SHARED_VALIDATE", "as MAP_SHARED, of files only, and refuses flags that it does not know"),
            supported("MAP_DROPPABLE", "anonymous memory that may be dropped when memory is short; wiped in a child"));

    static final Flags MAP_FLAGS = Flags.any(
            "map_flags",
            Flags.othersIgnored("only MAP_SHARED_VALIDATE looks at unknown flags, and answers EOPNOTSUPP"),
            supported("MAP_FIXED", "at that address, in place of what is there, in one step"),
            supported("MAP_FIXED_NOREPLACE", "at that address, or EEXIST").unlessValidated(Errno.EOPNOTSUPP),
            supported("MAP_ANONYMOUS", "no file: zeroes"),
            supported("MAP_32BIT", "below 2 GiB, unless the address is a hint that is free"),
            ignored("MAP_ABOVE4G", "places are looked for from the top of the address space anyway"),
            supported("MAP_GROWSDOWN", "private anonymous memory that grows down, within RLIMIT_STACK"),
            supported("MAP_LOCKED", "locked and filled, within RLIMIT_MEMLOCK"),
            supported("MAP_NORESERVE", "not accounted, if the overcommit policy honours that"),
            supported("MAP_POPULATE", "filled at once; what cannot be filled is not reported"),
            supported("MAP_NONBLOCK", "turns MAP_POPULATE off"),
            supported("MAP_HUGETLB", "huge pages of 2 MiB, unless a size is named; anonymous only"),
            supported("MAP_HUGE_2MB", "with MAP_HUGETLB: huge pages of 2 MiB"),
            supported("MAP_HUGE_1GB", "with MAP_HUGETLB: huge pages of 1 GiB"),
            ignored("MAP_STACK", "a map of its own that no huge page is collapsed in, as on Linux; otherwise a hint"),
            ignored("MAP_SYNC", "no file's device is memory; a map of its own all the same, as on Linux")
                    .unlessValidated(Errno.EOPNOTSUPP),
            ignored("MAP_DENYWRITE", "Linux ignores it too"),
            ignored("MAP_EXECUTABLE", "Linux ignores it too"),
            ignored("MAP_UNINITIALIZED", "for machines without an MMU; Linux ignores it too"));

    static final Flags REMAP = Flags.any(
            "mremap_flags",
            NO_OTHERS,
            supported("MREMAP_MAYMOVE", "to another place if there is no room to grow"),
            supported("MREMAP_FIXED", "to the address that is given; needs MREMAP_MAYMOVE"),
            supported("MREMAP_DONTUNMAP", "the old range stays mapped, empty; needs MREMAP_MAYMOVE and equal sizes"));

    static final Flags SYNC = Flags.any(
            "msync_flags",
            NO_OTHERS,
            supported("MS_SYNC", "returns when the device has the range; not with MS_ASYNC"),
            ignored("MS_ASYNC", "dirty pages are written in the background anyway, as on Linux"),
            supported(
                    "MS_INVALIDATE",
                    "EBUSY where a map is locked; there is one page cache, so that nothing else is stale"));

    private static final String NO_KSM = "there is no merging of equal pages: Linux without CONFIG_KSM";
    private static final String NO_FAILURE = "no page is declared broken: Linux without CONFIG_MEMORY_FAILURE";
    private static final String LATER = "not there yet";

    static final Flags ADVICE = Flags.one(
            "advice",
            NO_OTHERS,
            supported("MADV_NORMAL", "read-ahead as usual"),
            supported("MADV_RANDOM", "no read-ahead"),
            supported("MADV_SEQUENTIAL", "more read-ahead, and what was read goes sooner"),
            supported("MADV_WILLNEED", "reads the pages of files at once"),
            supported("MADV_DONTNEED", "gives pages up: zeroes, or the file again; EINVAL of locked maps"),
            supported("MADV_DONTNEED_LOCKED", "the same, of locked maps too"),
            supported("MADV_FREE", "private anonymous pages may be dropped until they are written"),
            supported("MADV_REMOVE", "punches a hole into the object of a shared map that may be written"),
            supported("MADV_COLD", "pages go before others when memory is short"),
            supported(
                    "MADV_PAGEOUT",
                    "gives up freed pages and those clean ones of files that the range shows; private memory goes to swap, if there is any"),
            supported("MADV_DONTFORK", "a hole in a child"),
            supported("MADV_DOFORK", "ends MADV_DONTFORK"),
            supported("MADV_WIPEONFORK", "zeroes in a child; private anonymous memory only"),
            supported("MADV_KEEPONFORK", "ends MADV_WIPEONFORK"),
            supported("MADV_DONTDUMP", "kept, and shown in smaps: nothing dumps a core"),
            supported("MADV_DODUMP", "ends MADV_DONTDUMP"),
            supported("MADV_HUGEPAGE", "aligned 2 MiB of private anonymous memory are filled by one huge page"),
            supported("MADV_NOHUGEPAGE", "no huge pages"),
            supported("MADV_COLLAPSE", "makes huge pages of what is there; EAGAIN while it is in use"),
            supported("MADV_POPULATE_READ", "fills as a load does, and reports what cannot be filled"),
            supported("MADV_POPULATE_WRITE", "fills as a store does, and reports what cannot be filled"),
            refused("MADV_MERGEABLE", Errno.EINVAL, NO_KSM),
            refused("MADV_UNMERGEABLE", Errno.EINVAL, NO_KSM),
            refused("MADV_HWPOISON", Errno.EINVAL, NO_FAILURE),
            refused("MADV_SOFT_OFFLINE", Errno.EINVAL, NO_FAILURE),
            refused("MADV_GUARD_INSTALL", Errno.EINVAL, LATER),
            refused("MADV_GUARD_REMOVE", Errno.EINVAL, LATER));

    static final Flags LOCK = Flags.any(
            "mlock2_flags", NO_OTHERS, supported("MLOCK_ONFAULT", "locks pages when they are first accessed"));

    static final Flags LOCK_ALL = Flags.any(
            "mlockall_flags",
            NO_OTHERS,
            supported("MCL_CURRENT", "all maps there are"),
            supported("MCL_FUTURE", "all maps to come"),
            supported("MCL_ONFAULT", "locks pages when they are first accessed; not alone"));

    static final Flags ACCESS_MODES = Flags.one(
            "access_modes",
            Flags.othersIgnored("3 opens for neither reading nor writing, as on Linux"),
            supported("O_RDONLY", "reading"),
            supported("O_WRONLY", "writing"),
            supported("O_RDWR", "reading and writing"));

    static final Flags OPEN = Flags.any(
            "open_flags",
            Flags.othersIgnored("open does not look at unknown flags"),
            supported("O_CREAT", "makes the file with the permissions of mode"),
            supported("O_EXCL", "with O_CREAT: EEXIST if there is one"),
            supported("O_TRUNC", "cuts the file to nothing, if it is opened for writing"),
            supported("O_APPEND", "writes go to the end"),
            supported("O_DIRECTORY", "ENOTDIR for anything else"),
            supported("O_NOFOLLOW", "ELOOP if the last part of the path is a symbolic link"),
            supported("O_PATH", "a descriptor that only close, dup, fstat and fcntl take; EBADF elsewhere"),
            supported("O_TMPFILE", "a nameless file in the directory"),
            supported("O_DSYNC", "each write returns when the device has the content"),
            supported("O_SYNC", "each write returns when the device has the content and the size"),
            supported("O_CLOEXEC", "kept and told by F_GETFD; there is no exec"),
            ignored("O_NOCTTY", "no file is a terminal"),
            ignored("O_NONBLOCK", "regular files never block in its sense, as on Linux"),
            ignored("O_ASYNC", "regular files send no signals, as on Linux"),
            ignored("O_DIRECT", "all goes through this page cache"),
            ignored("O_LARGEFILE", "every file may be large on x86-64"),
            ignored("O_NOATIME", "the host's file system keeps access times"));

    static final Flags WHENCE = Flags.one(
            "whence",
            NO_OTHERS,
            supported("SEEK_SET", "from the start"),
            supported("SEEK_CUR", "from the position"),
            supported("SEEK_END", "from the end"),
            supported(
                    "SEEK_DATA",
                    "where content starts: what is not written back yet, and what the host's file has; of a file in memory the pages it has"),
            supported("SEEK_HOLE", "where a hole starts: at the latest the end of the file"));

    private static final String AS_TMPFS = "as Linux on tmpfs";

    /** Modes of fallocate are a choice of combinations; a bit says little alone. */
    static final Flags FALLOCATE = Flags.any(
            "fallocate_modes",
            Flags.othersRefused(Errno.EOPNOTSUPP),
            supported("FALLOC_FL_KEEP_SIZE", "the size stays"),
            supported("FALLOC_FL_PUNCH_HOLE", "makes a hole; with FALLOC_FL_KEEP_SIZE only"),
            refused("FALLOC_FL_NO_HIDE_STALE", Errno.EOPNOTSUPP, "as Linux: shows what others deleted"),
            refused("FALLOC_FL_COLLAPSE_RANGE", Errno.EOPNOTSUPP, AS_TMPFS),
            refused("FALLOC_FL_ZERO_RANGE", Errno.EOPNOTSUPP, AS_TMPFS),
            refused("FALLOC_FL_INSERT_RANGE", Errno.EOPNOTSUPP, AS_TMPFS),
            refused("FALLOC_FL_UNSHARE_RANGE", Errno.EOPNOTSUPP, AS_TMPFS));

    static final Flags FCNTL = Flags.one(
            "fcntl_commands",
            NO_OTHERS,
            supported("F_DUPFD", "duplicates to the lowest free number from the argument on"),
            supported("F_DUPFD_CLOEXEC", "the same, and sets FD_CLOEXEC"),
            supported("F_GETFD", "tells FD_CLOEXEC"),
            supported("F_SETFD", "sets FD_CLOEXEC, which is kept: there is no exec"),
            supported("F_GETFL", "tells the access mode and the flags of the open file"),
            supported("F_SETFL", "sets O_APPEND, and keeps O_NONBLOCK, O_ASYNC, O_DIRECT and O_NOATIME"),
            supported("F_ADD_SEALS", "adds seals to a file of memfd_create, all of them or none"),
            supported("F_GET_SEALS", "tells the seals"));

    static final Flags SEALS = Flags.any(
            "seals",
            NO_OTHERS,
            supported("F_SEAL_SEAL", "no further seals"),
            supported("F_SEAL_SHRINK", "the file cannot become shorter"),
            supported("F_SEAL_GROW", "the file cannot become longer"),
            supported("F_SEAL_WRITE", "nobody can write; EBUSY while a shared map may"),
            supported("F_SEAL_FUTURE_WRITE", "nobody can write but through the maps there are"),
            supported(
                    "F_SEAL_EXEC",
                    "kept; of a file that may be executed it seals shrinking, growing and writing too, as on Linux"));

    static final Flags MEMFD = Flags.any(
            "memfd_flags",
            NO_OTHERS,
            supported("MFD_CLOEXEC", "kept and told by F_GETFD; there is no exec"),
            supported("MFD_ALLOW_SEALING", "seals may be added"),
            supported("MFD_NOEXEC_SEAL", "not executable, F_SEAL_EXEC set, seals may be added; not with MFD_EXEC"),
            ignored("MFD_EXEC", "executable, as it is without: nothing is executed"),
            refused(
                    "MFD_HUGETLB",
                    Errno.ENOMEM,
                    "no huge pages are set aside for files; what Linux then answers to mmap of such a file"));

    static final Flags DUP3 =
            Flags.any("dup3_flags", NO_OTHERS, supported("O_CLOEXEC", "kept and told by F_GETFD; there is no exec"));

    static final Flags SYNC_RANGE = Flags.any(
            "sync_file_range_flags",
            NO_OTHERS,
            supported("SYNC_FILE_RANGE_WAIT_BEFORE", "waits for what is being written"),
            supported("SYNC_FILE_RANGE_WRITE", "writes what is dirty"),
            supported("SYNC_FILE_RANGE_WAIT_AFTER", "waits for what was written"));

    static final Flags FILE_ADVICE = Flags.one(
            "fadvice",
            NO_OTHERS,
            supported("POSIX_FADV_NORMAL", "read-ahead as usual"),
            supported("POSIX_FADV_RANDOM", "no read-ahead"),
            supported("POSIX_FADV_SEQUENTIAL", "twice the read-ahead"),
            supported("POSIX_FADV_WILLNEED", "reads the range at once"),
            supported("POSIX_FADV_DONTNEED", "writes dirty pages and gives the others up"),
            ignored("POSIX_FADV_NOREUSE", "a page that is read once goes as soon as any other"));

    private static final String NO_JOBS = "children do not stop";
    private static final String NO_CLONES = "every child is one of fork, and any thread may wait for it";

    static final Flags WAIT = Flags.any(
            "wait_options",
            NO_OTHERS,
            supported("WNOHANG", "0 if no child has ended"),
            ignored("WUNTRACED", NO_JOBS),
            ignored("WCONTINUED", NO_JOBS),
            ignored("__WNOTHREAD", NO_CLONES),
            ignored("__WALL", NO_CLONES),
            supported(
                    "__WCLONE",
                    "waits for children of clone without SIGCHLD only, of which there is none: ECHILD without __WALL"));

    static final Flags PIDFD = Flags.any(
            "pidfd_flags",
            NO_OTHERS,
            ignored("PIDFD_NONBLOCK", "nothing waits on such a descriptor here"),
            ignored("PIDFD_THREAD", "threads have no numbers of their own"));

    static final Flags STAT_AT = Flags.any(
            "stat_flags",
            NO_OTHERS,
            supported("AT_EMPTY_PATH", "an empty path is what the descriptor refers to"),
            supported("AT_SYMLINK_NOFOLLOW", "the link itself"),
            ignored("AT_NO_AUTOMOUNT", "the host mounts what it mounts"),
            ignored("AT_STATX_FORCE_SYNC", "of file systems in a network"),
            ignored("AT_STATX_DONT_SYNC", "of file systems in a network"));

    private static final String KEPT = "kept and told; nothing here uses the resource";

    static final Flags RESOURCES = Flags.one(
            "resources",
            NO_OTHERS,
            supported("RLIMIT_AS", "bytes mapped"),
            supported("RLIMIT_DATA", "bytes of private writable memory"),
            supported("RLIMIT_STACK", "bytes of a map that grows down"),
            supported("RLIMIT_MEMLOCK", "bytes locked, without CAP_IPC_LOCK"),
            ignored("RLIMIT_CPU", KEPT),
            ignored("RLIMIT_FSIZE", "kept and told; files are bounded by the host"),
            ignored("RLIMIT_CORE", KEPT),
            ignored("RLIMIT_RSS", "kept and told; Linux ignores it too"),
            ignored("RLIMIT_NPROC", KEPT),
            ignored("RLIMIT_NOFILE", "kept and told; there are 4,096 descriptors"),
            ignored("RLIMIT_LOCKS", KEPT),
            ignored("RLIMIT_SIGPENDING", KEPT),
            ignored("RLIMIT_MSGQUEUE", KEPT),
            ignored("RLIMIT_NICE", KEPT),
            ignored("RLIMIT_RTPRIO", KEPT),
            ignored("RLIMIT_RTTIME", KEPT));

    private CallFlags() {}
}

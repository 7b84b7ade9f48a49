package dev.pagoda.syscalls;

import java.util.OptionalLong;

/**
 * Linux's constants for x86-64, under their own names, and the way back from numbers to names.
 *
 * <p>The {@code decode} methods print a number as strace does: names joined by {@code |}, what has no name in
 * hexadecimal. Constants and methods may be used from every thread; none of them changes anything.
 */
public final class Linux {
    /** Bytes of a page. */
    public static final long PAGE_SIZE = 4096;
    /** The first address above user space. */
    public static final long TASK_SIZE = 0x7ffffffff000L;

    // Memory protection: mmap(2), mprotect(2).
    /** The pages may not be accessed. */
    public static final int PROT_NONE = 0;
    /** The pages may be read. */
    public static final int PROT_READ = 1;
    /** The pages may be written. */
    public static final int PROT_WRITE = 2;
    /** The pages may be executed. */
    public static final int PROT_EXEC = 4;
    /** Atomic operations on the pages; no effect on x86-64. */
    public static final int PROT_SEM = 8;
    /** Reach down to the start of a map that grows down. */
    public static final int PROT_GROWSDOWN = 0x1000000;
    /** Reach up to the end of a map that grows up; no such map exists on x86-64. */
    public static final int PROT_GROWSUP = 0x2000000;

    // Map types and flags: mmap(2).
    /** A map of a file; the absence of MAP_ANONYMOUS. */
    public static final int MAP_FILE = 0;
    /** Stores are seen by everyone who maps the object. */
    public static final int MAP_SHARED = 1;
    /** Stores go to a copy that belongs to the process. */
    public static final int MAP_PRIVATE = 2;
    /** As MAP_SHARED, but unknown flags are refused. */
    public static final int MAP_SHARED_VALIDATE = 3;
    /** The kernel may drop the pages under memory pressure. */
    public static final int MAP_DROPPABLE = 8;
    /** Mask of the bits that hold the type of a map. */
    public static final int MAP_TYPE = 0xf;
    /** Exactly at the address, replacing what is there. */
    public static final int MAP_FIXED = 0x10;
    /** Memory that no file backs. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** Old name of MAP_ANONYMOUS. */
    public static final int MAP_ANON = 0x20;
    /** In the low two gigabytes. */
    public static final int MAP_32BIT = 0x40;
    /** Above the low four gigabytes. */
    public static final int MAP_ABOVE4G = 0x80;
    /** The map grows down when the gap below it is touched. */
    public static final int MAP_GROWSDOWN = 0x100;
    /** Ignored. */
    public static final int MAP_DENYWRITE = 0x800;
    /** Ignored. */
    public static final int MAP_EXECUTABLE = 0x1000;
    /** Fill the map and keep it resident. */
    public static final int MAP_LOCKED = 0x2000;
    /** Do not account the map against the overcommit limit. */
    public static final int MAP_NORESERVE = 0x4000;
    /** Fill the map before the call returns. */
    public static final int MAP_POPULATE = 0x8000;
    /** With MAP_POPULATE: do not fill it after all. */
    public static final int MAP_NONBLOCK = 0x10000;
    /** Ignored: a place that suits a stack. */
    public static final int MAP_STACK = 0x20000;
    /** From huge pages. */
    public static final int MAP_HUGETLB = 0x40000;
    /** Stores reach a persistent device without msync; needs DAX. */
    public static final int MAP_SYNC = 0x80000;
    /** Exactly at the address, or EEXIST when something is there. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;
    /** Do not clear the pages; ignored where there is an MMU. */
    public static final int MAP_UNINITIALIZED = 0x4000000;
    /** Where the binary logarithm of the huge page size starts. */
    public static final int MAP_HUGE_SHIFT = 0x1a;
    /** Mask of the shifted logarithm. */
    public static final int MAP_HUGE_MASK = 0x3f;
    /** Huge pages of 2 MiB. */
    public static final int MAP_HUGE_2MB = 21 << MAP_HUGE_SHIFT;
    /** Huge pages of 1 GiB. */
    public static final int MAP_HUGE_1GB = 30 << MAP_HUGE_SHIFT;

    // Flags of msync(2).
    /** Start nothing, wait for nothing. */
    public static final int MS_ASYNC = 1;
    /** Refuse locked pages; other maps of the file are up to date anyway. */
    public static final int MS_INVALIDATE = 2;
    /** Return when the device has the data. */
    public static final int MS_SYNC = 4;

    // Flags of mremap(2).
    /** The map may move. */
    public static final int MREMAP_MAYMOVE = 1;
    /** The map moves to the fifth argument. */
    public static final int MREMAP_FIXED = 2;
    /** The old range stays mapped and empty. */
    public static final int MREMAP_DONTUNMAP = 4;

    // Advice of madvise(2) and process_madvise(2).
    /** No special treatment. */
    public static final int MADV_NORMAL = 0;
    /** Expect random accesses: no read-ahead. */
    public static final int MADV_RANDOM = 1;
    /** Expect sequential accesses: more read-ahead. */
    public static final int MADV_SEQUENTIAL = 2;
    /** Expect accesses soon: start reading. */
    public static final int MADV_WILLNEED = 3;
    /** Drop the pages: zeroes or the file afterwards. */
    public static final int MADV_DONTNEED = 4;
    /** The contents may be dropped until the next store. */
    public static final int MADV_FREE = 8;
    /** Punch a hole into the object. */
    public static final int MADV_REMOVE = 9;
    /** A child does not inherit the range. */
    public static final int MADV_DONTFORK = 10;
    /** Undoes MADV_DONTFORK. */
    public static final int MADV_DOFORK = 11;
    /** Equal pages may be merged. */
    public static final int MADV_MERGEABLE = 12;
    /** Undoes MADV_MERGEABLE. */
    public static final int MADV_UNMERGEABLE = 13;
    /** Huge pages are welcome. */
    public static final int MADV_HUGEPAGE = 14;
    /** No huge pages. */
    public static final int MADV_NOHUGEPAGE = 15;
    /** Leave the range out of core dumps. */
    public static final int MADV_DONTDUMP = 16;
    /** Undoes MADV_DONTDUMP. */
    public static final int MADV_DODUMP = 17;
    /** A child finds the range zeroed. */
    public static final int MADV_WIPEONFORK = 18;
    /** Undoes MADV_WIPEONFORK. */
    public static final int MADV_KEEPONFORK = 19;
    /** The pages are first in line for reclaim. */
    public static final int MADV_COLD = 20;
    /** Reclaim the pages now. */
    public static final int MADV_PAGEOUT = 21;
    /** Fill the range as reads would. */
    public static final int MADV_POPULATE_READ = 22;
    /** Fill the range as writes would. */
    public static final int MADV_POPULATE_WRITE = 23;
    /** As MADV_DONTNEED, locked ranges too. */
    public static final int MADV_DONTNEED_LOCKED = 24;
    /** Make huge pages of the range now. */
    public static final int MADV_COLLAPSE = 25;
    /** Treat the pages as broken memory. */
    public static final int MADV_HWPOISON = 100;
    /** Move the data elsewhere and retire the frames. */
    public static final int MADV_SOFT_OFFLINE = 101;
    /** Make the pages fault on every access. */
    public static final int MADV_GUARD_INSTALL = 102;
    /** Undoes MADV_GUARD_INSTALL. */
    public static final int MADV_GUARD_REMOVE = 103;

    // Flags of mlockall(2) and mlock2(2).
    /** Lock what is mapped. */
    public static final int MCL_CURRENT = 1;
    /** Lock what will be mapped. */
    public static final int MCL_FUTURE = 2;
    /** Lock pages when they are first touched. */
    public static final int MCL_ONFAULT = 4;
    /** Lock pages when they are first touched. */
    public static final int MLOCK_ONFAULT = 1;

    // Flags of open(2).
    /** Open for reading. */
    public static final int O_RDONLY = 0;
    /** Open for writing. */
    public static final int O_WRONLY = 1;
    /** Open for both. */
    public static final int O_RDWR = 2;
    /** Mask of the three above. */
    public static final int O_ACCMODE = 3;
    /** Create the file when there is none. */
    public static final int O_CREAT = 0x40;
    /** With O_CREAT: fail when there is one. */
    public static final int O_EXCL = 0x80;
    /** Do not make a terminal the controlling one. */
    public static final int O_NOCTTY = 0x100;
    /** Cut the file to nothing. */
    public static final int O_TRUNC = 0x200;
    /** Every write goes to the end. */
    public static final int O_APPEND = 0x400;
    /** Do not wait. */
    public static final int O_NONBLOCK = 0x800;
    /** Writes return when the device has the data. */
    public static final int O_DSYNC = 0x1000;
    /** Signal when data arrives. */
    public static final int O_ASYNC = 0x2000;
    /** Around the page cache. */
    public static final int O_DIRECT = 0x4000;
    /** Implied on x86-64. */
    public static final int O_LARGEFILE = 0x8000;
    /** Fail unless it is a directory. */
    public static final int O_DIRECTORY = 0x10000;
    /** Fail when the last part is a symbolic link. */
    public static final int O_NOFOLLOW = 0x20000;
    /** Do not change the time of the last access. */
    public static final int O_NOATIME = 0x40000;
    /** Close at exec. */
    public static final int O_CLOEXEC = 0x80000;
    /** Writes return when the device has data and metadata. */
    public static final int O_SYNC = 0x101000;
    /** A place in the tree of files, not the contents. */
    public static final int O_PATH = 0x200000;
    /** A nameless file in the directory. */
    public static final int O_TMPFILE = 0x410000;

    // Options of wait4(2).
    /** wait4 returns 0 when no child has ended. */
    public static final int WNOHANG = 1;
    /** Stopped children count too; none is ever stopped here. */
    public static final int WUNTRACED = 2;
    /** Continued children count too; none is ever continued here. */
    public static final int WCONTINUED = 8;
    /** Ignored: children of this thread only. */
    public static final int __WNOTHREAD = 0x20000000;
    /** Ignored: children of every kind. */
    public static final int __WALL = 0x40000000;
    /** Ignored: children that do not tell by SIGCHLD. */
    public static final int __WCLONE = 0x80000000;

    // Where lseek(2) counts from.
    /** The start of the file. */
    public static final int SEEK_SET = 0;
    /** The current position. */
    public static final int SEEK_CUR = 1;
    /** The end of the file. */
    public static final int SEEK_END = 2;
    /** The next data. */
    public static final int SEEK_DATA = 3;
    /** The next hole. */
    public static final int SEEK_HOLE = 4;

    // Modes of fallocate(2).
    /** The size of the file stays. */
    public static final int FALLOC_FL_KEEP_SIZE = 1;
    /** The range becomes a hole. */
    public static final int FALLOC_FL_PUNCH_HOLE = 2;
    /** Reserved. */
    public static final int FALLOC_FL_NO_HIDE_STALE = 4;
    /** The range is cut out. */
    public static final int FALLOC_FL_COLLAPSE_RANGE = 8;
    /** The range becomes zeroes. */
    public static final int FALLOC_FL_ZERO_RANGE = 0x10;
    /** A hole is inserted. */
    public static final int FALLOC_FL_INSERT_RANGE = 0x20;
    /** Shared blocks are copied. */
    public static final int FALLOC_FL_UNSHARE_RANGE = 0x40;

    // Commands of fcntl(2).
    /** Duplicate a descriptor to a free number that is not below the argument. */
    public static final int F_DUPFD = 0;
    /** The descriptor's flags. */
    public static final int F_GETFD = 1;
    /** Set the descriptor's flags. */
    public static final int F_SETFD = 2;
    /** The open file's flags. */
    public static final int F_GETFL = 3;
    /** Set the open file's flags. */
    public static final int F_SETFL = 4;
    /** As F_DUPFD, closed at exec. */
    public static final int F_DUPFD_CLOEXEC = 1030;
    /** Add seals to a file in memory. */
    public static final int F_ADD_SEALS = 1033;
    /** The seals of a file in memory. */
    public static final int F_GET_SEALS = 1034;
    /** Descriptor flag: close at exec. */
    public static final int FD_CLOEXEC = 1;

    // Seals: fcntl(2).
    /** No further seals. */
    public static final int F_SEAL_SEAL = 1;
    /** The file cannot shrink. */
    public static final int F_SEAL_SHRINK = 2;
    /** The file cannot grow. */
    public static final int F_SEAL_GROW = 4;
    /** The file cannot be written. */
    public static final int F_SEAL_WRITE = 8;
    /** The file cannot be written but through maps that exist. */
    public static final int F_SEAL_FUTURE_WRITE = 0x10;
    /** The file's execute bits cannot change. */
    public static final int F_SEAL_EXEC = 0x20;

    // Flags of pidfd_open(2).

    /** Waiting does not block. */
    public static final int PIDFD_NONBLOCK = 0x800;
    /** The number is that of a thread. */
    public static final int PIDFD_THREAD = 0x80;

    // Flags of memfd_create(2).
    /** Close at exec. */
    public static final int MFD_CLOEXEC = 1;
    /** Seals may be added. */
    public static final int MFD_ALLOW_SEALING = 2;
    /** From huge pages. */
    public static final int MFD_HUGETLB = 4;
    /** Not executable, and sealed so. */
    public static final int MFD_NOEXEC_SEAL = 8;
    /** Executable. */
    public static final int MFD_EXEC = 0x10;

    // Resources of setrlimit(2) and prlimit64(2).
    /** Seconds of processor time. */
    public static final int RLIMIT_CPU = 0;
    /** Bytes of the largest file. */
    public static final int RLIMIT_FSIZE = 1;
    /** Bytes of private writable memory. */
    public static final int RLIMIT_DATA = 2;
    /** Bytes of a map that grows down. */
    public static final int RLIMIT_STACK = 3;
    /** Bytes of a core dump. */
    public static final int RLIMIT_CORE = 4;
    /** Bytes resident; without effect. */
    public static final int RLIMIT_RSS = 5;
    /** Processes of the user. */
    public static final int RLIMIT_NPROC = 6;
    /** One more than the largest descriptor. */
    public static final int RLIMIT_NOFILE = 7;
    /** Bytes of locked memory. */
    public static final int RLIMIT_MEMLOCK = 8;
    /** Bytes of mapped memory. */
    public static final int RLIMIT_AS = 9;
    /** File locks; of old kernels. */
    public static final int RLIMIT_LOCKS = 10;
    /** Signals that wait. */
    public static final int RLIMIT_SIGPENDING = 11;
    /** Bytes of POSIX message queues. */
    public static final int RLIMIT_MSGQUEUE = 12;
    /** How far the nice value may be lowered. */
    public static final int RLIMIT_NICE = 13;
    /** Real-time priority. */
    public static final int RLIMIT_RTPRIO = 14;
    /** Microseconds of real-time scheduling without a blocking call. */
    public static final int RLIMIT_RTTIME = 15;
    /** No limit. */
    public static final long RLIM_INFINITY = -1L;

    // Capabilities.
    /** Lock memory beyond the limit. */
    public static final int CAP_IPC_LOCK = 14;
    /** Map addresses below the lowest one. */
    public static final int CAP_SYS_RAWIO = 17;
    /** Administer the system. */
    public static final int CAP_SYS_ADMIN = 21;
    /** Advise other processes. */
    public static final int CAP_SYS_NICE = 23;
    /** Raise limits. */
    public static final int CAP_SYS_RESOURCE = 24;

    // Flags of sync_file_range(2).
    /** Wait for writes that are under way. */
    public static final int SYNC_FILE_RANGE_WAIT_BEFORE = 1;
    /** Start writing dirty pages. */
    public static final int SYNC_FILE_RANGE_WRITE = 2;
    /** Wait for those writes. */
    public static final int SYNC_FILE_RANGE_WAIT_AFTER = 4;

    // Advice of posix_fadvise(2).
    /** No special treatment. */
    public static final int POSIX_FADV_NORMAL = 0;
    /** No read-ahead. */
    public static final int POSIX_FADV_RANDOM = 1;
    /** More read-ahead. */
    public static final int POSIX_FADV_SEQUENTIAL = 2;
    /** Start reading. */
    public static final int POSIX_FADV_WILLNEED = 3;
    /** Drop clean pages. */
    public static final int POSIX_FADV_DONTNEED = 4;
    /** The data is used once. */
    public static final int POSIX_FADV_NOREUSE = 5;

    // The ...at calls.
    /** The directory that the process works in. */
    public static final int AT_FDCWD = -100;
    /** An empty path means the descriptor itself. */
    public static final int AT_EMPTY_PATH = 0x1000;

    /** A link itself, not what it leads to. */
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    /** Attributes as the server has them. */
    public static final int AT_STATX_FORCE_SYNC = 0x2000;
    /** Attributes as they are known here. */
    public static final int AT_STATX_DONT_SYNC = 0x4000;
    /** No automatic mounts. */
    public static final int AT_NO_AUTOMOUNT = 0x800;

    // Numbers of the system calls.
    /** Number of read(2). */
    public static final int SYS_read = 0;
    /** Number of write(2). */
    public static final int SYS_write = 1;
    /** Number of open(2). */
    public static final int SYS_open = 2;
    /** Number of close(2). */
    public static final int SYS_close = 3;
    /** Number of fstat(2). */
    public static final int SYS_fstat = 5;
    /** Number of lseek(2). */
    public static final int SYS_lseek = 8;
    /** Number of mmap(2). */
    public static final int SYS_mmap = 9;
    /** Number of mprotect(2). */
    public static final int SYS_mprotect = 10;
    /** Number of munmap(2). */
    public static final int SYS_munmap = 11;
    /** Number of brk(2). */
    public static final int SYS_brk = 12;
    /** Number of pread64(2). */
    public static final int SYS_pread64 = 17;
    /** Number of pwrite64(2). */
    public static final int SYS_pwrite64 = 18;
    /** Number of readv(2). */
    public static final int SYS_readv = 19;
    /** Number of writev(2). */
    public static final int SYS_writev = 20;
    /** Number of mremap(2). */
    public static final int SYS_mremap = 25;
    /** Number of msync(2). */
    public static final int SYS_msync = 26;
    /** Number of mincore(2). */
    public static final int SYS_mincore = 27;
    /** Number of madvise(2). */
    public static final int SYS_madvise = 28;
    /** Number of dup(2). */
    public static final int SYS_dup = 32;
    /** Number of dup2(2). */
    public static final int SYS_dup2 = 33;
    /** Number of getpid(2). */
    public static final int SYS_getpid = 39;
    /** Number of clone(2). */
    public static final int SYS_clone = 56;
    /** Number of fork(2). */
    public static final int SYS_fork = 57;
    /** Number of vfork(2). */
    public static final int SYS_vfork = 58;
    /** Number of execve(2). */
    public static final int SYS_execve = 59;
    /** Number of exit(2). */
    public static final int SYS_exit = 60;
    /** Number of wait4(2). */
    public static final int SYS_wait4 = 61;
    /** Number of fcntl(2). */
    public static final int SYS_fcntl = 72;
    /** Number of fsync(2). */
    public static final int SYS_fsync = 74;
    /** Number of fdatasync(2). */
    public static final int SYS_fdatasync = 75;
    /** Number of ftruncate(2). */
    public static final int SYS_ftruncate = 77;
    /** Number of unlink(2). */
    public static final int SYS_unlink = 87;
    /** Number of getrlimit(2). */
    public static final int SYS_getrlimit = 97;
    /** Number of capget(2). */
    public static final int SYS_capget = 125;
    /** Number of capset(2). */
    public static final int SYS_capset = 126;
    /** Number of mlock(2). */
    public static final int SYS_mlock = 149;
    /** Number of munlock(2). */
    public static final int SYS_munlock = 150;
    /** Number of mlockall(2). */
    public static final int SYS_mlockall = 151;
    /** Number of munlockall(2). */
    public static final int SYS_munlockall = 152;
    /** Number of setrlimit(2). */
    public static final int SYS_setrlimit = 160;
    /** Number of gettid(2). */
    public static final int SYS_gettid = 186;
    /** Number of readahead(2). */
    public static final int SYS_readahead = 187;
    /** Number of remap_file_pages(2). */
    public static final int SYS_remap_file_pages = 216;
    /** Number of fadvise64(2). */
    public static final int SYS_fadvise64 = 221;
    /** Number of exit_group(2). */
    public static final int SYS_exit_group = 231;
    /** Number of mbind(2). */
    public static final int SYS_mbind = 237;
    /** Number of set_mempolicy(2). */
    public static final int SYS_set_mempolicy = 238;
    /** Number of get_mempolicy(2). */
    public static final int SYS_get_mempolicy = 239;
    /** Number of waitid(2). */
    public static final int SYS_waitid = 247;
    /** Number of migrate_pages(2). */
    public static final int SYS_migrate_pages = 256;
    /** Number of openat(2). */
    public static final int SYS_openat = 257;
    /** Number of newfstatat(2). */
    public static final int SYS_newfstatat = 262;
    /** Number of sync_file_range(2). */
    public static final int SYS_sync_file_range = 277;
    /** Number of move_pages(2). */
    public static final int SYS_move_pages = 279;
    /** Number of fallocate(2). */
    public static final int SYS_fallocate = 285;
    /** Number of dup3(2). */
    public static final int SYS_dup3 = 292;
    /** Number of preadv(2). */
    public static final int SYS_preadv = 295;
    /** Number of pwritev(2). */
    public static final int SYS_pwritev = 296;
    /** Number of prlimit64(2). */
    public static final int SYS_prlimit64 = 302;
    /** Number of memfd_create(2). */
    public static final int SYS_memfd_create = 319;
    /** Number of userfaultfd(2). */
    public static final int SYS_userfaultfd = 323;
    /** Number of membarrier(2). */
    public static final int SYS_membarrier = 324;
    /** Number of mlock2(2). */
    public static final int SYS_mlock2 = 325;
    /** Number of pkey_mprotect(2). */
    public static final int SYS_pkey_mprotect = 329;
    /** Number of pkey_alloc(2). */
    public static final int SYS_pkey_alloc = 330;
    /** Number of pkey_free(2). */
    public static final int SYS_pkey_free = 331;
    /** Number of pidfd_open(2). */
    public static final int SYS_pidfd_open = 434;
    /** Number of clone3(2). */
    public static final int SYS_clone3 = 435;
    /** Number of process_madvise(2). */
    public static final int SYS_process_madvise = 440;
    /** Number of process_mrelease(2). */
    public static final int SYS_process_mrelease = 448;
    /** Number of cachestat(2). */
    public static final int SYS_cachestat = 451;
    /** Number of mseal(2). */
    public static final int SYS_mseal = 462;

    private Linux() {}

    /**
     * The value of a constant.
     *
     * @param name a name of this class, such as {@code MAP_PRIVATE}
     * @return its value, negative ones sign-extended, or nothing when there is no such name
     */
    public static OptionalLong valueOf(String name) {
        return LinuxNames.valueOf(name);
    }

    /** The names of all constants of this class, sorted. */
    public static Iterable<String> names() {
        return LinuxNames.all();
    }

    /** The third argument of mmap(2) and mprotect(2): {@code PROT_READ|PROT_WRITE}. */
    public static String decodeProtection(long protection) {
        return LinuxNames.PROTECTION.flags((int) protection, "PROT_NONE");
    }

    /** The fourth argument of mmap(2): {@code MAP_PRIVATE|MAP_ANONYMOUS|0x800000}. */
    public static String decodeMapFlags(long flags) {
        int type = (int) flags & MAP_TYPE;
        int pageSize = (int) flags >>> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
        int rest = (int) flags & ~MAP_TYPE & ~(MAP_HUGE_MASK << MAP_HUGE_SHIFT);
        StringBuilder text = new StringBuilder(LinuxNames.MAP_TYPES.one(type));
        if (rest != 0) {
            text.append('|').append(LinuxNames.MAP_FLAGS.flags(rest, "0"));
        }
        if (pageSize != 0) {
            text.append('|').append(pageSize).append("<<MAP_HUGE_SHIFT");
        }
        return text.toString();
    }

    /** The third argument of msync(2). */
    public static String decodeSyncFlags(long flags) {
        return LinuxNames.SYNC.flags((int) flags, "0");
    }

    /** The fourth argument of mremap(2). */
    public static String decodeRemapFlags(long flags) {
        return LinuxNames.REMAP.flags((int) flags, "0");
    }

    /** The third argument of madvise(2). */
    public static String decodeAdvice(long advice) {
        return LinuxNames.ADVICE.one((int) advice);
    }

    /** The argument of mlockall(2). */
    public static String decodeLockAllFlags(long flags) {
        return LinuxNames.LOCK_ALL.flags((int) flags, "0");
    }

    /** The third argument of mlock2(2). */
    public static String decodeLockFlags(long flags) {
        return LinuxNames.LOCK.flags((int) flags, "0");
    }

    /** The second argument of open(2): {@code O_RDWR|O_CREAT}. */
    public static String decodeOpenFlags(long flags) {
        String access = LinuxNames.OPEN_ACCESS.one((int) flags & O_ACCMODE);
        int rest = (int) flags & ~O_ACCMODE;
        return rest == 0 ? access : access + '|' + LinuxNames.OPEN.flags(rest, "0");
    }

    /** The third argument of lseek(2). */
    public static String decodeWhence(long whence) {
        return LinuxNames.WHENCE.one((int) whence);
    }

    /** The second argument of fallocate(2). */
    public static String decodeFallocateMode(long mode) {
        return LinuxNames.FALLOCATE.flags((int) mode, "0");
    }

    /** The second argument of fcntl(2). */
    public static String decodeFcntlCommand(long command) {
        return LinuxNames.FCNTL.one((int) command);
    }

    /** A set of seals. */
    public static String decodeSeals(long seals) {
        return LinuxNames.SEALS.flags((int) seals, "0");
    }

    /** The second argument of memfd_create(2). */
    public static String decodeMemfdFlags(long flags) {
        return LinuxNames.MEMFD.flags((int) flags, "0");
    }

    /** The resource of setrlimit(2) and prlimit64(2). */
    public static String decodeResource(long resource) {
        return LinuxNames.RESOURCES.one((int) resource);
    }

    /** The number of a capability. */
    public static String decodeCapability(long capability) {
        return LinuxNames.CAPABILITIES.one((int) capability);
    }

    /** The fourth argument of sync_file_range(2). */
    public static String decodeSyncRangeFlags(long flags) {
        return LinuxNames.SYNC_RANGE.flags((int) flags, "0");
    }

    /** The fourth argument of posix_fadvise(2). */
    public static String decodeFileAdvice(long advice) {
        return LinuxNames.FILE_ADVICE.one((int) advice);
    }

    /** The name of a system call, such as {@code mmap}, or its number where this class does not know it. */
    public static String decodeCall(int number) {
        String name = LinuxNames.CALLS.one(number);
        return name.startsWith("SYS_") ? name.substring("SYS_".length()) : "syscall_" + number;
    }
}

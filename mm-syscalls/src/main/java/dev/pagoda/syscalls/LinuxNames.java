package dev.pagoda.syscalls;

import java.util.Arrays;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A set of constants of {@link Linux} that share one argument, with their names in the order in which strace prints them.
 *
 * <p>Immutable after class initialisation, so that every thread may read it.
 */
final class LinuxNames {
    static final LinuxNames PROTECTION = new LinuxNames()
            .with("PROT_READ", Linux.PROT_READ)
            .with("PROT_WRITE", Linux.PROT_WRITE)
            .with("PROT_EXEC", Linux.PROT_EXEC)
            .with("PROT_SEM", Linux.PROT_SEM)
            .with("PROT_GROWSDOWN", Linux.PROT_GROWSDOWN)
            .with("PROT_GROWSUP", Linux.PROT_GROWSUP);
    static final LinuxNames MAP_TYPES = new LinuxNames()
            .with("MAP_FILE", Linux.MAP_FILE)
            .with("MAP_SHARED", Linux.MAP_SHARED)
            .with("MAP_PRIVATE", Linux.MAP_PRIVATE)
            .with("MAP_SHARED_VALIDATE", Linux.MAP_SHARED_VALIDATE)
            .with("MAP_DROPPABLE", Linux.MAP_DROPPABLE);
    static final LinuxNames MAP_FLAGS = new LinuxNames()
            .with("MAP_FIXED", Linux.MAP_FIXED)
            .with("MAP_ANONYMOUS", Linux.MAP_ANONYMOUS)
            .with("MAP_32BIT", Linux.MAP_32BIT)
            .with("MAP_ABOVE4G", Linux.MAP_ABOVE4G)
            .with("MAP_NORESERVE", Linux.MAP_NORESERVE)
            .with("MAP_POPULATE", Linux.MAP_POPULATE)
            .with("MAP_NONBLOCK", Linux.MAP_NONBLOCK)
            .with("MAP_GROWSDOWN", Linux.MAP_GROWSDOWN)
            .with("MAP_DENYWRITE", Linux.MAP_DENYWRITE)
            .with("MAP_EXECUTABLE", Linux.MAP_EXECUTABLE)
            .with("MAP_LOCKED", Linux.MAP_LOCKED)
            .with("MAP_HUGETLB", Linux.MAP_HUGETLB)
            .with("MAP_STACK", Linux.MAP_STACK)
            .with("MAP_SYNC", Linux.MAP_SYNC)
            .with("MAP_UNINITIALIZED", Linux.MAP_UNINITIALIZED)
            .with("MAP_FIXED_NOREPLACE", Linux.MAP_FIXED_NOREPLACE);
    static final LinuxNames SYNC = new LinuxNames()
            .with("MS_SYNC", Linux.MS_SYNC)
            .with("MS_ASYNC", Linux.MS_ASYNC)
            .with("MS_INVALIDATE", Linux.MS_INVALIDATE);
    static final LinuxNames REMAP = new LinuxNames()
            .with("MREMAP_MAYMOVE", Linux.MREMAP_MAYMOVE)
            .with("MREMAP_FIXED", Linux.MREMAP_FIXED)
            .with("MREMAP_DONTUNMAP", Linux.MREMAP_DONTUNMAP);
    static final LinuxNames ADVICE = new LinuxNames()
            .with("MADV_NORMAL", Linux.MADV_NORMAL)
            .with("MADV_RANDOM", Linux.MADV_RANDOM)
            .with("MADV_SEQUENTIAL", Linux.MADV_SEQUENTIAL)
            .with("MADV_WILLNEED", Linux.MADV_WILLNEED)
            .with("MADV_DONTNEED", Linux.MADV_DONTNEED)
            .with("MADV_FREE", Linux.MADV_FREE)
            .with("MADV_REMOVE", Linux.MADV_REMOVE)
            .with("MADV_DONTFORK", Linux.MADV_DONTFORK)
            .with("MADV_DOFORK", Linux.MADV_DOFORK)
            .with("MADV_MERGEABLE", Linux.MADV_MERGEABLE)
            .with("MADV_UNMERGEABLE", Linux.MADV_UNMERGEABLE)
            .with("MADV_HUGEPAGE", Linux.MADV_HUGEPAGE)
            .with("MADV_NOHUGEPAGE", Linux.MADV_NOHUGEPAGE)
            .with("MADV_DONTDUMP", Linux.MADV_DONTDUMP)
            .with("MADV_DODUMP", Linux.MADV_DODUMP)
            .with("MADV_WIPEONFORK", Linux.MADV_WIPEONFORK)
            .with("MADV_KEEPONFORK", Linux.MADV_KEEPONFORK)
            .with("MADV_COLD", Linux.MADV_COLD)
            .with("MADV_PAGEOUT", Linux.MADV_PAGEOUT)
            .with("MADV_POPULATE_READ", Linux.MADV_POPULATE_READ)
            .with("MADV_POPULATE_WRITE", Linux.MADV_POPULATE_WRITE)
            .with("MADV_DONTNEED_LOCKED", Linux.MADV_DONTNEED_LOCKED)
            .with("MADV_COLLAPSE", Linux.MADV_COLLAPSE)
            .with("MADV_HWPOISON", Linux.MADV_HWPOISON)
            .with("MADV_SOFT_OFFLINE", Linux.MADV_SOFT_OFFLINE)
            .with("MADV_GUARD_INSTALL", Linux.MADV_GUARD_INSTALL)
            .with("MADV_GUARD_REMOVE", Linux.MADV_GUARD_REMOVE);
    static final LinuxNames LOCK_ALL = new LinuxNames()
            .with("MCL_CURRENT", Linux.MCL_CURRENT)
            .with("MCL_FUTURE", Linux.MCL_FUTURE)
            .with("MCL_ONFAULT", Linux.MCL_ONFAULT);
    static final LinuxNames LOCK = new LinuxNames().with("MLOCK_ONFAULT", Linux.MLOCK_ONFAULT);
    static final LinuxNames OPEN_ACCESS = new LinuxNames()
            .with("O_RDONLY", Linux.O_RDONLY)
            .with("O_WRONLY", Linux.O_WRONLY)
            .with("O_RDWR", Linux.O_RDWR);
    static final LinuxNames OPEN = new LinuxNames()
            .with("O_CREAT", Linux.O_CREAT)
            .with("O_EXCL", Linux.O_EXCL)
            .with("O_NOCTTY", Linux.O_NOCTTY)
            .with("O_TRUNC", Linux.O_TRUNC)
            .with("O_APPEND", Linux.O_APPEND)
            .with("O_NONBLOCK", Linux.O_NONBLOCK)
            .with("O_SYNC", Linux.O_SYNC)
            .with("O_DSYNC", Linux.O_DSYNC)
            .with("O_DIRECT", Linux.O_DIRECT)
            .with("O_LARGEFILE", Linux.O_LARGEFILE)
            .with("O_TMPFILE", Linux.O_TMPFILE)
            .with("O_DIRECTORY", Linux.O_DIRECTORY)
            .with("O_NOFOLLOW", Linux.O_NOFOLLOW)
            .with("O_NOATIME", Linux.O_NOATIME)
            .with("O_CLOEXEC", Linux.O_CLOEXEC)
            .with("O_PATH", Linux.O_PATH)
            .with("O_ASYNC", Linux.O_ASYNC);
    static final LinuxNames WHENCE = new LinuxNames()
            .with("SEEK_SET", Linux.SEEK_SET)
            .with("SEEK_CUR", Linux.SEEK_CUR)
            .with("SEEK_END", Linux.SEEK_END)
            .with("SEEK_DATA", Linux.SEEK_DATA)
            .with("SEEK_HOLE", Linux.SEEK_HOLE);
    static final LinuxNames WAIT = new LinuxNames()
            .with("WNOHANG", Linux.WNOHANG)
            .with("WUNTRACED", Linux.WUNTRACED)
            .with("WCONTINUED", Linux.WCONTINUED)
            .with("__WNOTHREAD", Linux.__WNOTHREAD)
            .with("__WALL", Linux.__WALL)
            .with("__WCLONE", Linux.__WCLONE);
    static final LinuxNames FALLOCATE = new LinuxNames()
            .with("FALLOC_FL_KEEP_SIZE", Linux.FALLOC_FL_KEEP_SIZE)
            .with("FALLOC_FL_PUNCH_HOLE", Linux.FALLOC_FL_PUNCH_HOLE)
            .with("FALLOC_FL_NO_HIDE_STALE", Linux.FALLOC_FL_NO_HIDE_STALE)
            .with("FALLOC_FL_COLLAPSE_RANGE", Linux.FALLOC_FL_COLLAPSE_RANGE)
            .with("FALLOC_FL_ZERO_RANGE", Linux.FALLOC_FL_ZERO_RANGE)
            .with("FALLOC_FL_INSERT_RANGE", Linux.FALLOC_FL_INSERT_RANGE)
            .with("FALLOC_FL_UNSHARE_RANGE", Linux.FALLOC_FL_UNSHARE_RANGE);
    static final LinuxNames FCNTL = new LinuxNames()
            .with("F_DUPFD", Linux.F_DUPFD)
            .with("F_GETFD", Linux.F_GETFD)
            .with("F_SETFD", Linux.F_SETFD)
            .with("F_GETFL", Linux.F_GETFL)
            .with("F_SETFL", Linux.F_SETFL)
            .with("F_DUPFD_CLOEXEC", Linux.F_DUPFD_CLOEXEC)
            .with("F_ADD_SEALS", Linux.F_ADD_SEALS)
            .with("F_GET_SEALS", Linux.F_GET_SEALS);
    static final LinuxNames SEALS = new LinuxNames()
            .with("F_SEAL_SEAL", Linux.F_SEAL_SEAL)
            .with("F_SEAL_SHRINK", Linux.F_SEAL_SHRINK)
            .with("F_SEAL_GROW", Linux.F_SEAL_GROW)
            .with("F_SEAL_WRITE", Linux.F_SEAL_WRITE)
            .with("F_SEAL_FUTURE_WRITE", Linux.F_SEAL_FUTURE_WRITE)
            .with("F_SEAL_EXEC", Linux.F_SEAL_EXEC);
    static final LinuxNames PIDFD =
            new LinuxNames().with("PIDFD_NONBLOCK", Linux.PIDFD_NONBLOCK).with("PIDFD_THREAD", Linux.PIDFD_THREAD);
    static final LinuxNames MEMFD = new LinuxNames()
            .with("MFD_CLOEXEC", Linux.MFD_CLOEXEC)
            .with("MFD_ALLOW_SEALING", Linux.MFD_ALLOW_SEALING)
            .with("MFD_HUGETLB", Linux.MFD_HUGETLB)
            .with("MFD_NOEXEC_SEAL", Linux.MFD_NOEXEC_SEAL)
            .with("MFD_EXEC", Linux.MFD_EXEC);
    static final LinuxNames RESOURCES = new LinuxNames()
            .with("RLIMIT_CPU", Linux.RLIMIT_CPU)
            .with("RLIMIT_FSIZE", Linux.RLIMIT_FSIZE)
            .with("RLIMIT_DATA", Linux.RLIMIT_DATA)
            .with("RLIMIT_STACK", Linux.RLIMIT_STACK)
            .with("RLIMIT_CORE", Linux.RLIMIT_CORE)
            .with("RLIMIT_RSS", Linux.RLIMIT_RSS)
            .with("RLIMIT_NPROC", Linux.RLIMIT_NPROC)
            .with("RLIMIT_NOFILE", Linux.RLIMIT_NOFILE)
            .with("RLIMIT_MEMLOCK", Linux.RLIMIT_MEMLOCK)
            .with("RLIMIT_AS", Linux.RLIMIT_AS)
            .with("RLIMIT_LOCKS", Linux.RLIMIT_LOCKS)
            .with("RLIMIT_SIGPENDING", Linux.RLIMIT_SIGPENDING)
            .with("RLIMIT_MSGQUEUE", Linux.RLIMIT_MSGQUEUE)
            .with("RLIMIT_NICE", Linux.RLIMIT_NICE)
            .with("RLIMIT_RTPRIO", Linux.RLIMIT_RTPRIO)
            .with("RLIMIT_RTTIME", Linux.RLIMIT_RTTIME);
    static final LinuxNames CAPABILITIES = new LinuxNames()
            .with("CAP_IPC_LOCK", Linux.CAP_IPC_LOCK)
            .with("CAP_SYS_RAWIO", Linux.CAP_SYS_RAWIO)
            .with("CAP_SYS_ADMIN", Linux.CAP_SYS_ADMIN)
            .with("CAP_SYS_NICE", Linux.CAP_SYS_NICE)
            .with("CAP_SYS_RESOURCE", Linux.CAP_SYS_RESOURCE);
    static final LinuxNames SYNC_RANGE = new LinuxNames()
            .with("SYNC_FILE_RANGE_WAIT_BEFORE", Linux.SYNC_FILE_RANGE_WAIT_BEFORE)
            .with("SYNC_FILE_RANGE_WRITE", Linux.SYNC_FILE_RANGE_WRITE)
            .with("SYNC_FILE_RANGE_WAIT_AFTER", Linux.SYNC_FILE_RANGE_WAIT_AFTER);
    static final LinuxNames FILE_ADVICE = new LinuxNames()
            .with("POSIX_FADV_NORMAL", Linux.POSIX_FADV_NORMAL)
            .with("POSIX_FADV_RANDOM", Linux.POSIX_FADV_RANDOM)
            .with("POSIX_FADV_SEQUENTIAL", Linux.POSIX_FADV_SEQUENTIAL)
            .with("POSIX_FADV_WILLNEED", Linux.POSIX_FADV_WILLNEED)
            .with("POSIX_FADV_DONTNEED", Linux.POSIX_FADV_DONTNEED)
            .with("POSIX_FADV_NOREUSE", Linux.POSIX_FADV_NOREUSE);
    static final LinuxNames CALLS = new LinuxNames()
            .with("SYS_read", Linux.SYS_read)
            .with("SYS_write", Linux.SYS_write)
            .with("SYS_open", Linux.SYS_open)
            .with("SYS_close", Linux.SYS_close)
            .with("SYS_fstat", Linux.SYS_fstat)
            .with("SYS_lseek", Linux.SYS_lseek)
            .with("SYS_mmap", Linux.SYS_mmap)
            .with("SYS_mprotect", Linux.SYS_mprotect)
            .with("SYS_munmap", Linux.SYS_munmap)
            .with("SYS_brk", Linux.SYS_brk)
            .with("SYS_pread64", Linux.SYS_pread64)
            .with("SYS_pwrite64", Linux.SYS_pwrite64)
            .with("SYS_readv", Linux.SYS_readv)
            .with("SYS_writev", Linux.SYS_writev)
            .with("SYS_mremap", Linux.SYS_mremap)
            .with("SYS_msync", Linux.SYS_msync)
            .with("SYS_mincore", Linux.SYS_mincore)
            .with("SYS_madvise", Linux.SYS_madvise)
            .with("SYS_dup", Linux.SYS_dup)
            .with("SYS_dup2", Linux.SYS_dup2)
            .with("SYS_getpid", Linux.SYS_getpid)
            .with("SYS_clone", Linux.SYS_clone)
            .with("SYS_fork", Linux.SYS_fork)
            .with("SYS_vfork", Linux.SYS_vfork)
            .with("SYS_execve", Linux.SYS_execve)
            .with("SYS_exit", Linux.SYS_exit)
            .with("SYS_wait4", Linux.SYS_wait4)
            .with("SYS_fcntl", Linux.SYS_fcntl)
            .with("SYS_fsync", Linux.SYS_fsync)
            .with("SYS_fdatasync", Linux.SYS_fdatasync)
            .with("SYS_ftruncate", Linux.SYS_ftruncate)
            .with("SYS_unlink", Linux.SYS_unlink)
            .with("SYS_getrlimit", Linux.SYS_getrlimit)
            .with("SYS_capget", Linux.SYS_capget)
            .with("SYS_capset", Linux.SYS_capset)
            .with("SYS_mlock", Linux.SYS_mlock)
            .with("SYS_munlock", Linux.SYS_munlock)
            .with("SYS_mlockall", Linux.SYS_mlockall)
            .with("SYS_munlockall", Linux.SYS_munlockall)
            .with("SYS_setrlimit", Linux.SYS_setrlimit)
            .with("SYS_gettid", Linux.SYS_gettid)
            .with("SYS_readahead", Linux.SYS_readahead)
            .with("SYS_remap_file_pages", Linux.SYS_remap_file_pages)
            .with("SYS_fadvise64", Linux.SYS_fadvise64)
            .with("SYS_exit_group", Linux.SYS_exit_group)
            .with("SYS_mbind", Linux.SYS_mbind)
            .with("SYS_set_mempolicy", Linux.SYS_set_mempolicy)
            .with("SYS_get_mempolicy", Linux.SYS_get_mempolicy)
            .with("SYS_waitid", Linux.SYS_waitid)
            .with("SYS_migrate_pages", Linux.SYS_migrate_pages)
            .with("SYS_openat", Linux.SYS_openat)
            .with("SYS_newfstatat", Linux.SYS_newfstatat)
            .with("SYS_sync_file_range", Linux.SYS_sync_file_range)
            .with("SYS_move_pages", Linux.SYS_move_pages)
            .with("SYS_fallocate", Linux.SYS_fallocate)
            .with("SYS_dup3", Linux.SYS_dup3)
            .with("SYS_preadv", Linux.SYS_preadv)
            .with("SYS_pwritev", Linux.SYS_pwritev)
            .with("SYS_prlimit64", Linux.SYS_prlimit64)
            .with("SYS_memfd_create", Linux.SYS_memfd_create)
            .with("SYS_userfaultfd", Linux.SYS_userfaultfd)
            .with("SYS_membarrier", Linux.SYS_membarrier)
            .with("SYS_mlock2", Linux.SYS_mlock2)
            .with("SYS_pkey_mprotect", Linux.SYS_pkey_mprotect)
            .with("SYS_pkey_alloc", Linux.SYS_pkey_alloc)
            .with("SYS_pkey_free", Linux.SYS_pkey_free)
            .with("SYS_pidfd_open", Linux.SYS_pidfd_open)
            .with("SYS_clone3", Linux.SYS_clone3)
            .with("SYS_process_madvise", Linux.SYS_process_madvise)
            .with("SYS_process_mrelease", Linux.SYS_process_mrelease)
            .with("SYS_cachestat", Linux.SYS_cachestat)
            .with("SYS_mseal", Linux.SYS_mseal);
    static final LinuxNames OTHERS = new LinuxNames()
            .with("AT_EMPTY_PATH", Linux.AT_EMPTY_PATH)
            .with("AT_SYMLINK_NOFOLLOW", Linux.AT_SYMLINK_NOFOLLOW)
            .with("AT_NO_AUTOMOUNT", Linux.AT_NO_AUTOMOUNT)
            .with("AT_STATX_FORCE_SYNC", Linux.AT_STATX_FORCE_SYNC)
            .with("AT_STATX_DONT_SYNC", Linux.AT_STATX_DONT_SYNC)
            .with("AT_FDCWD", Linux.AT_FDCWD)
            .with("FD_CLOEXEC", Linux.FD_CLOEXEC)
            .with("MAP_ANON", Linux.MAP_ANON)
            .with("MAP_HUGE_1GB", Linux.MAP_HUGE_1GB)
            .with("MAP_HUGE_2MB", Linux.MAP_HUGE_2MB)
            .with("MAP_HUGE_MASK", Linux.MAP_HUGE_MASK)
            .with("MAP_HUGE_SHIFT", Linux.MAP_HUGE_SHIFT)
            .with("MAP_TYPE", Linux.MAP_TYPE)
            .with("O_ACCMODE", Linux.O_ACCMODE)
            .with("PAGE_SIZE", Linux.PAGE_SIZE)
            .with("PROT_NONE", Linux.PROT_NONE)
            .with("RLIM_INFINITY", Linux.RLIM_INFINITY)
            .with("TASK_SIZE", Linux.TASK_SIZE);

    private static final TreeMap<String, Long> ALL = new TreeMap<>();

    static {
        LinuxNames[] sets = {
            PROTECTION,
            MAP_TYPES,
            MAP_FLAGS,
            SYNC,
            REMAP,
            ADVICE,
            LOCK_ALL,
            LOCK,
            OPEN_ACCESS,
            OPEN,
            WHENCE,
            WAIT,
            FALLOCATE,
            FCNTL,
            SEALS,
            PIDFD,
            MEMFD,
            RESOURCES,
            CAPABILITIES,
            SYNC_RANGE,
            FILE_ADVICE,
            CALLS,
            OTHERS
        };
        for (LinuxNames set : sets) {
            for (int i = 0; i < set.size; i++) {
                ALL.put(set.names[i], set.values[i]);
            }
        }
    }

    private String[] names = new String[8];
    private long[] values = new long[8];
    private int size;

    private LinuxNames() {}

    private LinuxNames with(String name, long value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size++] = value;
        return this;
    }

    static OptionalLong valueOf(String name) {
        Long value = ALL.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    static Iterable<String> all() {
        return Collections.unmodifiableSet(ALL.keySet());
    }

    /** The one name of a value; without one, small values in decimal and others in hexadecimal. */
    String one(int value) {
        for (int i = 0; i < size; i++) {
            if (values[i] == value) {
                return names[i];
            }
        }
        return value >= -1 && value < 10 ? Integer.toString(value) : "0x" + Integer.toHexString(value);
    }

    /** The names of all bits, and the bits without a name in hexadecimal. A set bit is named once. */
    String flags(int value, String zero) {
        if (value == 0) {
            return zero;
        }
        StringBuilder text = new StringBuilder();
        int rest = value;
        for (int i = 0; i < size; i++) {
            int flag = (int) values[i];
            if (flag != 0 && (rest & flag) == flag) {
                text.append(text.isEmpty() ? "" : "|").append(names[i]);
                rest &= ~flag;
            }
        }
        if (rest != 0) {
            text.append(text.isEmpty() ? "" : "|").append("0x").append(Integer.toHexString(rest));
        }
        return text.toString();
    }
}

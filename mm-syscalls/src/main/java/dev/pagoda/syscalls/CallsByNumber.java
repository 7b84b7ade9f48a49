package dev.pagoda.syscalls;

/**
 * The calls under their Linux x86-64 numbers: strings and structures are read from and written to the caller's memory.
 */
final class CallsByNumber {
    private static final int UNKNOWN_PROTECTION = 0x10;
    private static final int UNKNOWN_MAP_FLAG = 0x200;
    private static final int UNKNOWN_REMAP_FLAG = 0x10;

    /** Longest path, as Linux's PATH_MAX. */
    private static final int PATH_MAX = 4096;

    private static final int AT_EMPTY_PATH = Linux.AT_EMPTY_PATH;

    private CallsByNumber() {}

    static long run(ThreadCalls caller, int number, long a0, long a1, long a2, long a3, long a4, long a5) {
        return switch (number) {
            case Linux.SYS_read -> caller.read((int) a0, a1, a2);
            case Linux.SYS_write -> caller.write((int) a0, a1, a2);
            case Linux.SYS_open -> open(caller, a0, (int) a1, (int) a2);
            case Linux.SYS_close -> caller.close((int) a0);
            case Linux.SYS_fstat -> caller.fstat((int) a0, a1);
            case Linux.SYS_lseek -> caller.lseek((int) a0, a1, (int) a2);
            case Linux.SYS_mmap -> caller.mmap(a0, a1, (int) a2, narrow(a3, UNKNOWN_MAP_FLAG), (int) a4, a5);
            case Linux.SYS_mprotect -> caller.mprotect(a0, a1, narrow(a2, UNKNOWN_PROTECTION));
            case Linux.SYS_munmap -> caller.munmap(a0, a1);
            case Linux.SYS_brk -> caller.brk(a0);
            case Linux.SYS_pread64 -> caller.pread64((int) a0, a1, a2, a3);
            case Linux.SYS_pwrite64 -> caller.pwrite64((int) a0, a1, a2, a3);
            case Linux.SYS_readv -> caller.readv((int) a0, a1, a2);
            case Linux.SYS_writev -> caller.writev((int) a0, a1, a2);
            // The offset's upper half is for machines of 32 bits (pos_from_hilo of fs/read_write.c).
            case Linux.SYS_preadv -> caller.preadv((int) a0, a1, a2, a3);
            case Linux.SYS_pwritev -> caller.pwritev((int) a0, a1, a2, a3);
            case Linux.SYS_mremap -> caller.mremap(a0, a1, a2, narrow(a3, UNKNOWN_REMAP_FLAG), a4);
            case Linux.SYS_msync -> caller.msync(a0, a1, (int) a2);
            case Linux.SYS_mincore -> caller.mincore(a0, a1, a2);
            case Linux.SYS_madvise -> caller.madvise(a0, a1, (int) a2);
            case Linux.SYS_remap_file_pages ->
                caller.remapFilePages(a0, a1, narrow(a2, UNKNOWN_PROTECTION), a3, (int) a4);
            case Linux.SYS_dup -> caller.dup((int) a0);
            case Linux.SYS_dup2 -> caller.dup2((int) a0, (int) a1);
            case Linux.SYS_dup3 -> caller.dup3((int) a0, (int) a1, (int) a2);
            case Linux.SYS_getpid -> caller.getpid();
            case Linux.SYS_pidfd_open -> caller.pidfdOpen((int) a0, (int) a1);
            case Linux.SYS_process_madvise -> caller.processMadvise((int) a0, a1, a2, (int) a3, (int) a4);
            // A child has no thread that could run before the parent does, so vfork has nobody to wait for.
            case Linux.SYS_fork, Linux.SYS_vfork -> caller.fork();
            case Linux.SYS_exit, Linux.SYS_exit_group -> caller.exit((int) a0);
            case Linux.SYS_wait4 -> wait4(caller, (int) a0, a1, (int) a2, a3);
            case Linux.SYS_mlock -> caller.mlock(a0, a1);
            case Linux.SYS_mlock2 -> caller.mlock2(a0, a1, (int) a2);
            case Linux.SYS_munlock -> caller.munlock(a0, a1);
            case Linux.SYS_mlockall -> caller.mlockall((int) a0);
            case Linux.SYS_munlockall -> caller.munlockall();
            case Linux.SYS_getrlimit -> caller.getrlimit((int) a0, a1);
            case Linux.SYS_setrlimit -> caller.setrlimit((int) a0, a1);
            case Linux.SYS_prlimit64 -> caller.prlimit64((int) a0, (int) a1, a2, a3);
            case Linux.SYS_capget -> caller.capget(a0, a1);
            case Linux.SYS_capset -> caller.capset(a0, a1);
            case Linux.SYS_fcntl -> caller.fcntl((int) a0, (int) a1, a2);
            case Linux.SYS_fsync -> caller.fsync((int) a0);
            case Linux.SYS_fdatasync -> caller.fdatasync((int) a0);
            case Linux.SYS_fadvise64 -> caller.fadvise64((int) a0, a1, a2, (int) a3);
            case Linux.SYS_sync_file_range -> caller.syncFileRange((int) a0, a1, a2, (int) a3);
            case Linux.SYS_readahead -> caller.readahead((int) a0, a1, a2);
            case Linux.SYS_ftruncate -> caller.ftruncate((int) a0, a1);
            case Linux.SYS_openat -> openat(caller, (int) a0, a1, (int) a2, (int) a3);
            case Linux.SYS_newfstatat -> newfstatat(caller, (int) a0, a1, a2, (int) a3);
            case Linux.SYS_fallocate -> caller.fallocate((int) a0, (int) a1, a2, a3);
            case Linux.SYS_memfd_create -> memfdCreate(caller, a0, (int) a1);
            default -> caller.refuse(Errno.ENOSYS, "this kernel does not have call " + number);
        };
    }

    private static long open(ThreadCalls caller, long path, int flags, int mode) {
        return caller.withString(path, PATH_MAX, Errno.ENAMETOOLONG, name -> caller.open(name, flags, mode));
    }

    private static long openat(ThreadCalls caller, int directory, long path, int flags, int mode) {
        return caller.withString(
                path, PATH_MAX, Errno.ENAMETOOLONG, name -> OpenCalls.open(caller, directory, name, flags, mode));
    }

    private static long newfstatat(ThreadCalls caller, int descriptor, long path, long buffer, int flags) {
        boolean mayBeEmpty = (flags & AT_EMPTY_PATH) != 0;
        if (path == 0 && mayBeEmpty) {
            return caller.fstat(descriptor, buffer);
        }
        return caller.withString(
                path,
                PATH_MAX,
                Errno.ENAMETOOLONG,
                name -> name.isEmpty() && mayBeEmpty
                        ? caller.fstat(descriptor, buffer)
                        : Stat.at(caller, descriptor, name, buffer, flags));
    }

    private static long wait4(ThreadCalls caller, int pid, long status, int options, long usage) {
        return usage == 0
                ? caller.wait4(pid, status, options)
                : caller.refuse(Errno.ENOSYS, "what a child has used is not counted");
    }

    /** Flags before the name, as Linux. */
    private static long memfdCreate(ThreadCalls caller, long name, int flags) {
        long refused = OpenCalls.checkMemfdFlags(caller, flags);
        return refused != 0
                ? refused
                : caller.withString(
                        name, OpenCalls.MEMFD_NAME_MAX + 1, Errno.EINVAL, text -> caller.memfdCreate(text, flags));
    }

    /** An argument of 64 bits on Linux, of which all that mean something are in the low half: what is set above counts as one that does not exist. */
    private static int narrow(long bits, int unknown) {
        return bits == (int) bits ? (int) bits : (int) bits | unknown;
    }
}

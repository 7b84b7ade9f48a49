package dev.pagoda.syscalls;

import dev.pagoda.mm.space.View;

/**
 * Linux's memory calls as typed methods, for one thread of one process.
 *
 * <p>Every method returns what the system call returns on x86-64: a value, or a negated errno between -4095
 * and -1 (see {@link Errno}); the order of the checks is Linux's. What each flag does, and which are ignored or refused, stands in {@link CallTable}. Addresses are those of the
 * process, lengths and offsets are in bytes. An instance belongs to one thread at a time; threads of a process each have their own. Memory calls are lock-free but where
 * they say otherwise; file calls block on the host's file system.
 */
public interface LinuxCalls extends AutoCloseable {
    /** The memory of the process, as loads and stores see it. */
    View view();

    /** Why the last call of this thread failed: one sentence, or the empty string when it did not fail. */
    String reason();

    // Maps

    /**
     * Maps memory or a file: mmap(2).
     *
     * @param address where, a hint unless the flags fix it; 0 for anywhere
     * @param length bytes, rounded up to whole pages
     * @param protection PROT_ bits
     * @param flags one MAP_ type and MAP_ flags
     * @param descriptor the file; not looked at for MAP_ANONYMOUS
     * @param offset bytes into the file, a multiple of the page size
     * @return the address, or EINVAL, EBADF, ENOMEM, EPERM, EEXIST, EAGAIN, EOVERFLOW, EOPNOTSUPP, ENODEV or EACCES, negated
     */
    long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

    /**
     * Removes all maps of a range, all of it or nothing: munmap(2).
     *
     * @param address a multiple of the page size
     * @param length bytes, rounded up to whole pages
     * @return 0, or EINVAL or ENOMEM, negated
     */
    long munmap(long address, long length);

    /**
     * Changes the protection of a range, up to the first hole: mprotect(2).
     *
     * @param address a multiple of the page size
     * @param length bytes, rounded up to whole pages
     * @param protection PROT_ bits
     * @return 0, or EINVAL, ENOMEM or EACCES, negated
     */
    long mprotect(long address, long length, int protection);

    /**
     * Resizes or moves a map: mremap(2).
     *
     * @param oldAddress a multiple of the page size
     * @param oldSize bytes; 0 shows a shared map a second time
     * @param newSize bytes
     * @param flags MREMAP_ bits
     * @param newAddress looked at for MREMAP_FIXED and MREMAP_DONTUNMAP only
     * @return the address, or EINVAL, EFAULT, EAGAIN or ENOMEM, negated
     */
    long mremap(long oldAddress, long oldSize, long newSize, int flags, long newAddress);

    /**
     * Moves the end of the heap, as the system call, which never answers an errno: brk(2).
     *
     * @param address the wanted break, a byte; 0 asks
     * @return the break that holds afterwards
     */
    long brk(long address);

    /**
     * Writes a range of shared file maps back: msync(2).
     *
     * @param address a multiple of the page size
     * @param length bytes, rounded up to whole pages
     * @param flags MS_ bits
     * @return 0, or EINVAL, ENOMEM, EBUSY or EIO, negated
     */
    long msync(long address, long length, int flags);

    /**
     * Shows other pages of an object in a shared map of it: remap_file_pages(2).
     *
     * @param address rounded down to a page
     * @param length bytes, rounded down to whole pages
     * @param protection 0
     * @param pageOffset the object's first page to show
     * @param flags MAP_NONBLOCK or 0
     * @return 0, or EINVAL, EAGAIN, EOVERFLOW, EPERM or ENOMEM, negated
     */
    long remapFilePages(long address, long length, int protection, long pageOffset, int flags);

    // Advice and residency

    /**
     * Gives advice about a range: madvise(2).
     *
     * @param address a multiple of the page size
     * @param length bytes, rounded up to whole pages
     * @param advice a MADV_ value
     * @return 0, or EINVAL, EACCES, EPERM, EFBIG, EFAULT, EAGAIN or ENOMEM, negated
     */
    long madvise(long address, long length, int advice);

    /**
     * Gives advice about ranges of a process: process_madvise(2).
     *
     * @param descriptor of pidfd_open, or -10000 or -10001 for the caller
     * @param ranges address of pairs of address and length, 16 bytes each
     * @param count number of ranges, up to 1,024
     * @param advice a MADV_ value
     * @param flags 0
     * @return the bytes advised, or EINVAL, EFAULT, EBADF, ESRCH, EPERM or ENOMEM, negated
     */
    long processMadvise(int descriptor, long ranges, long count, int advice, int flags);

    /**
     * Tells which pages are resident: mincore(2).
     *
     * @param address a multiple of the page size
     * @param length bytes, rounded up to whole pages
     * @param vector address of one byte a page; bit 0 is set for what is resident
     * @return 0, or EINVAL, ENOMEM or EFAULT, negated
     */
    long mincore(long address, long length, long vector);

    /**
     * As {@link #mincore}, into a buffer of the embedding program instead of the process's memory.
     *
     * @param vector one byte for each page
     */
    long mincoreInto(long address, long length, byte[] vector);

    // Locks

    /**
     * Locks a range into memory and fills it: mlock(2).
     *
     * @param address rounded down to a page
     * @param length bytes; the end is rounded up to a page
     * @return 0, or EPERM, ENOMEM, EINVAL or EAGAIN, negated
     */
    long mlock(long address, long length);

    /**
     * As {@link #mlock}, with flags: mlock2(2).
     *
     * @param address rounded down to a page
     * @param length bytes; the end is rounded up to a page
     * @param flags MLOCK_ONFAULT or 0
     * @return 0, or EINVAL, EPERM, ENOMEM or EAGAIN, negated
     */
    long mlock2(long address, long length, int flags);

    /**
     * Undoes mlock: munlock(2).
     *
     * @param address rounded down to a page
     * @param length bytes; the end is rounded up to a page
     * @return 0, or EINVAL or ENOMEM, negated
     */
    long munlock(long address, long length);

    /**
     * Locks all maps, those there are or those to come: mlockall(2).
     *
     * @param flags MCL_ bits
     * @return 0, or EINVAL, EPERM or ENOMEM, negated
     */
    long mlockall(int flags);

    /**
     * Undoes mlockall and every mlock: munlockall(2).
     *
     * @return 0
     */
    long munlockall();

    // Descriptors

    /**
     * Opens a file of the host: open(2).
     *
     * @param path relative ones start from the directory the process works in
     * @param flags an access mode and O_ flags
     * @param mode permissions of a new file
     * @return the lowest free descriptor, or EFAULT, ENAMETOOLONG, ENOENT, EEXIST, ELOOP, ENOTDIR, EISDIR, EINVAL, EACCES or EMFILE, negated
     */
    long open(String path, int flags, int mode);

    /**
     * Makes a nameless file in memory: memfd_create(2).
     *
     * @param name shown in maps; up to 249 bytes
     * @param flags MFD_ bits
     * @return the lowest free descriptor, or EINVAL, ENODEV, ENOMEM, EFAULT or EMFILE, negated
     */
    long memfdCreate(String name, int flags);

    /**
     * Closes a descriptor: close(2).
     *
     * @param descriptor closed whatever the answer, unless it was not open
     * @return 0, or EBADF or EIO, negated
     */
    long close(int descriptor);

    /**
     * Duplicates a descriptor: dup(2).
     *
     * @param descriptor any that is open
     * @return the lowest free number, or EBADF or EMFILE, negated
     */
    long dup(int descriptor);

    /**
     * Duplicates a descriptor to a number, closing what that was: dup2(2).
     *
     * @param descriptor any that is open
     * @param target the number; may be the same
     * @return the number, or EBADF, negated
     */
    long dup2(int descriptor, int target);

    /**
     * As {@link #dup2}, with flags and for different numbers: dup3(2).
     *
     * @param descriptor any that is open
     * @param target the number
     * @param flags O_CLOEXEC or 0
     * @return the number, or EINVAL or EBADF, negated
     */
    long dup3(int descriptor, int target, int flags);

    /**
     * Duplicates, or tells and changes flags and seals: fcntl(2).
     *
     * @param descriptor any that is open
     * @param command an F_ value
     * @param argument what the command takes: a least number, flags, seals
     * @return what the command tells, or 0, or EBADF, EINVAL, EPERM, EBUSY or EMFILE, negated
     */
    long fcntl(int descriptor, int command, long argument);

    // Files

    /**
     * Reads at the file's position into memory: read(2).
     *
     * @param descriptor open for reading
     * @param address where to
     * @param length bytes; at most 2147479552 are moved
     * @return bytes read; 0 at the end, or EBADF, EINVAL, EISDIR, EFAULT, ENOMEM or EIO, negated
     */
    long read(int descriptor, long address, long length);

    /**
     * Writes memory at the file's position: write(2).
     *
     * @param descriptor open for writing
     * @param address where from
     * @param length bytes; at most 2147479552 are moved
     * @return bytes written, or EBADF, EINVAL, EFAULT, EPERM, EFBIG, ENOMEM, EIO or ENOSPC, negated
     */
    long write(int descriptor, long address, long length);

    /**
     * Reads at an offset into memory: pread(2).
     *
     * @param descriptor open for reading
     * @param address where to
     * @param length bytes; at most 2147479552 are moved
     * @param offset bytes, not negative
     * @return bytes read; 0 at the end, or EINVAL, EBADF, EISDIR, EFAULT, ENOMEM or EIO, negated
     */
    long pread64(int descriptor, long address, long length, long offset);

    /**
     * Writes memory at an offset: pwrite(2).
     *
     * @param descriptor open for writing
     * @param address where from
     * @param length bytes; at most 2147479552 are moved
     * @param offset bytes, not negative; not looked at for files opened with O_APPEND
     * @return bytes written, or EINVAL, EBADF, EFAULT, EPERM, EFBIG, ENOMEM, EIO or ENOSPC, negated
     */
    long pwrite64(int descriptor, long address, long length, long offset);

    /**
     * Reads at the file's position into several ranges of memory, one after the other: readv(2). Each is filled before the next is touched.
     *
     * @param descriptor open for reading
     * @param ranges address of an array of struct iovec: address and length, 16 bytes each
     * @param count of ranges, at most 1,024; at most 2147479552 bytes are moved in all
     * @return bytes read; 0 at the end, or EBADF, EINVAL, EFAULT, EISDIR, ENOMEM or EIO, negated
     */
    long readv(int descriptor, long ranges, long count);

    /**
     * Writes several ranges of memory at the file's position, as one write: writev(2).
     *
     * @param descriptor open for writing
     * @param ranges address of an array of struct iovec
     * @param count of ranges, at most 1,024; at most 2147479552 bytes are moved in all
     * @return bytes written, or EBADF, EINVAL, EFAULT, EPERM, EFBIG, ENOMEM, EIO or ENOSPC, negated
     */
    long writev(int descriptor, long ranges, long count);

    /**
     * Reads at an offset into several ranges of memory: preadv(2).
     *
     * @param descriptor open for reading
     * @param ranges address of an array of struct iovec
     * @param count of ranges, at most 1,024; at most 2147479552 bytes are moved in all
     * @param offset bytes, not negative
     * @return bytes read; 0 at the end, or EINVAL, EBADF, EFAULT, EISDIR, ENOMEM or EIO, negated
     */
    long preadv(int descriptor, long ranges, long count, long offset);

    /**
     * Writes several ranges of memory at an offset, as one write: pwritev(2).
     *
     * @param descriptor open for writing
     * @param ranges address of an array of struct iovec
     * @param count of ranges, at most 1,024; at most 2147479552 bytes are moved in all
     * @param offset bytes, not negative; not looked at for files opened with O_APPEND
     * @return bytes written, or EINVAL, EBADF, EFAULT, EPERM, EFBIG, ENOMEM, EIO or ENOSPC, negated
     */
    long pwritev(int descriptor, long ranges, long count, long offset);

    /** As {@link #pread64}, into a buffer of the embedding program instead of the process's memory. */
    long preadInto(int descriptor, byte[] buffer, long offset);

    /** As {@link #pwrite64}, from a buffer of the embedding program instead of the process's memory. */
    long pwriteFrom(int descriptor, byte[] buffer, long offset);

    /**
     * Moves the file's position: lseek(2).
     *
     * @param descriptor a file or a directory
     * @param offset bytes, counted from where whence says
     * @param whence a SEEK_ value
     * @return the position, or EBADF, EINVAL, ENXIO or ESPIPE, negated
     */
    long lseek(int descriptor, long offset, int whence);

    /**
     * Tells type, size and blocks of what is open: fstat(2).
     *
     * @param descriptor any that is open
     * @param address where struct stat goes, 144 bytes
     * @return 0, or EBADF or EFAULT, negated
     */
    long fstat(int descriptor, long address);

    /**
     * Sets a file's size: ftruncate(2).
     *
     * @param descriptor open for writing
     * @param length bytes
     * @return 0, or EINVAL, EBADF, EOPNOTSUPP, EPERM, EFBIG or EIO, negated
     */
    long ftruncate(int descriptor, long length);

    /**
     * Reserves or punches a part of a file: fallocate(2).
     *
     * @param descriptor open for writing
     * @param mode 0, FALLOC_FL_KEEP_SIZE, or that with FALLOC_FL_PUNCH_HOLE
     * @param offset bytes
     * @param length bytes, positive
     * @return 0, or EBADF, EINVAL, EOPNOTSUPP, EPERM, EFBIG or ENOSPC, negated
     */
    long fallocate(int descriptor, int mode, long offset, long length);

    /**
     * Makes a file's data and size durable: fsync(2).
     *
     * @param descriptor a file or a directory
     * @return 0, or EBADF, EIO or EINVAL, negated
     */
    long fsync(int descriptor);

    /**
     * Makes a file's data durable: fdatasync(2).
     *
     * @param descriptor a file or a directory
     * @return 0, or EBADF, EIO or EINVAL, negated
     */
    long fdatasync(int descriptor);

    /**
     * Writes a part of a file to the host, without having the device keep it: sync_file_range(2).
     *
     * @param descriptor any that is open
     * @param offset bytes
     * @param length bytes; 0 for all there is
     * @param flags SYNC_FILE_RANGE_ bits
     * @return 0, or EBADF, EINVAL or EIO, negated
     */
    long syncFileRange(int descriptor, long offset, long length, int flags);

    /**
     * Says how a part of a file will be used: posix_fadvise(2).
     *
     * @param descriptor any that is open
     * @param offset bytes
     * @param length bytes; 0 for all there is
     * @param advice a POSIX_FADV_ value
     * @return 0, or EBADF or EINVAL, negated
     */
    long fadvise64(int descriptor, long offset, long length, int advice);

    /**
     * Reads a part of a file in advance: readahead(2).
     *
     * @param descriptor open for reading
     * @param offset bytes
     * @param length bytes
     * @return 0, or EBADF or EINVAL, negated
     */
    long readahead(int descriptor, long offset, long length);

    /** The st_size that fstat(2) would report, or EBADF. */
    long fileSize(int descriptor);

    // Processes, limits and rights

    /**
     * Makes a child with a copy of the process's memory and descriptors. No thread runs in it until one is started or attached there: fork(2).
     *
     * @return the child's number, or ENOMEM, negated
     */
    long fork();

    /**
     * Ends this thread's use of the process, and the process with its last thread. These calls are closed then: exit_group(2).
     *
     * @param status 0 to 255
     * @return 0
     */
    long exit(int status);

    /**
     * Waits for a child to end, and forgets it: wait4(2).
     *
     * @param pid its number, or -1 for any child
     * @param statusAddress where the status goes, as Linux packs it; or 0
     * @param options WNOHANG to return 0 if none has ended
     * @return the child's number, or EINVAL, ESRCH, ECHILD or EFAULT, negated
     */
    long wait4(int pid, long statusAddress, int options);

    /**
     * The process's number: getpid(2).
     *
     * @return the number
     */
    long getpid();

    /**
     * Makes a descriptor for a process: pidfd_open(2).
     *
     * @param pid its number
     * @param flags PIDFD_ bits
     * @return the lowest free descriptor, or EINVAL, ESRCH or EMFILE, negated
     */
    long pidfdOpen(int pid, int flags);

    /**
     * Tells a limit: getrlimit(2).
     *
     * @param resource an RLIMIT_ value
     * @param address where struct rlimit goes, 16 bytes: the soft limit, then the hard one
     * @return 0, or EINVAL or EFAULT, negated
     */
    long getrlimit(int resource, long address);

    /**
     * Sets a limit: setrlimit(2).
     *
     * @param resource an RLIMIT_ value
     * @param address of struct rlimit, 16 bytes
     * @return 0, or EFAULT, EINVAL or EPERM, negated
     */
    long setrlimit(int resource, long address);

    /**
     * Sets and tells a limit: prlimit(2).
     *
     * @param pid 0 or the process's own number
     * @param resource an RLIMIT_ value
     * @param newAddress of the limit to set, 16 bytes; or 0
     * @param oldAddress where the limit of before goes, 16 bytes; or 0
     * @return 0, or ESRCH, EFAULT, EINVAL or EPERM, negated
     */
    long prlimit64(int pid, int resource, long newAddress, long oldAddress);

    /**
     * Sets the soft limit of a resource and leaves the hard one: setrlimit(2) without a structure.
     *
     * @param resource an RLIMIT_ value
     * @param softLimit in the resource's unit, or {@link Linux#RLIM_INFINITY}
     * @return 0, or EINVAL or EPERM, negated
     */
    long limit(int resource, long softLimit);

    /**
     * Tells the capabilities: capget(2).
     *
     * @param headerAddress of version 3 (0x20080522) and a process, 0 or the caller: 8 bytes
     * @param dataAddress where two times effective, permitted and inheritable go, 24 bytes; or 0
     * @return 0, or EINVAL, EPERM or EFAULT, negated
     */
    long capget(long headerAddress, long dataAddress);

    /**
     * Gives capabilities up for good: capset(2).
     *
     * @param headerAddress of version 3 (0x20080522) and a process, 0 or the caller: 8 bytes
     * @param dataAddress of two times effective, permitted and inheritable, 24 bytes
     * @return 0, or EINVAL, EPERM or EFAULT, negated
     */
    long capset(long headerAddress, long dataAddress);

    /**
     * Gives a capability up for good: what capset(2) is used for, without a structure.
     *
     * @param capability a CAP_ value
     * @return 0, or EINVAL, negated
     */
    long dropCapability(int capability);

    /**
     * Makes the call with a Linux x86-64 number; strings and structures are read from and written to the process's memory. Arguments that are 32 bits wide are cut, as on Linux.
     *
     * @return the call's value, or a negated errno; {@code -ENOSYS} for a number that is not in {@link CallTable}
     */
    long call(int number, long a0, long a1, long a2, long a3, long a4, long a5);

    /** Ends the use of the process by this thread. */
    @Override
    void close();
}

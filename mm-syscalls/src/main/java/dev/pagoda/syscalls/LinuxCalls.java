package dev.pagoda.syscalls;

import dev.pagoda.mm.space.View;

/**
 * Linux's memory calls as typed methods, for one thread of one process.
 *
 * <p>Every method returns what the system call returns on x86-64: a value, or a negated errno between -4095
 * and -1 (see {@link Errno}); the order of the checks is Linux's. Addresses are those of the process, lengths and offsets are in
 * bytes. An instance belongs to one thread at a time; threads of a process each have their own. Memory calls are lock-free but where
 * they say otherwise; file calls block on the host's file system.
 */
public interface LinuxCalls extends AutoCloseable {
    /** The memory of the process, as loads and stores see it. */
    View view();

    /** Why the last call of this thread failed: one sentence, or the empty string when it did not fail. */
    String reason();

    /** Maps memory or a file: mmap(2). */
    long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

    /** Removes all maps of a range: munmap(2). */
    long munmap(long address, long length);

    /** Changes the protection of a range: mprotect(2). */
    long mprotect(long address, long length, int protection);

    /** Resizes or moves a map: mremap(2). */
    long mremap(long oldAddress, long oldSize, long newSize, int flags, long newAddress);

    /** Moves the end of the heap: brk(2), as the system call, which returns the break that holds afterwards and never an errno. */
    long brk(long address);

    /** Gives advice about a range: madvise(2). */
    long madvise(long address, long length, int advice);

    /** Writes a range of shared file maps back: msync(2). */
    long msync(long address, long length, int flags);

    /** Tells which pages are resident, one byte a page at vector: mincore(2). */
    long mincore(long address, long length, long vector);

    /** As {@link #mincore}, into a buffer of the embedding program, which has a byte for each page, instead of the process's memory. */
    long mincoreInto(long address, long length, byte[] vector);

    /** Opens a file of the host, relative to the directory the process works in: open(2). */
    long open(String path, int flags, int mode);

    /** Makes a nameless file in memory: memfd_create(2). */
    long memfdCreate(String name, int flags);

    /** Closes a descriptor: close(2). */
    long close(int descriptor);

    /** Duplicates a descriptor to the lowest free number: dup(2). */
    long dup(int descriptor);

    /** Duplicates a descriptor to a number: dup2(2). */
    long dup2(int descriptor, int target);

    /** Reads at the file's position into memory: read(2). */
    long read(int descriptor, long address, long length);

    /** Writes memory at the file's position: write(2). */
    long write(int descriptor, long address, long length);

    /** Reads at an offset into memory: pread64(2). */
    long pread64(int descriptor, long address, long length, long offset);

    /** Writes memory at an offset: pwrite64(2). */
    long pwrite64(int descriptor, long address, long length, long offset);

    /** As {@link #pread64}, into a buffer of the embedding program instead of the process's memory. */
    long preadInto(int descriptor, byte[] buffer, long offset);

    /** As {@link #pwrite64}, from a buffer of the embedding program instead of the process's memory. */
    long pwriteFrom(int descriptor, byte[] buffer, long offset);

    /** Moves the file's position: lseek(2). */
    long lseek(int descriptor, long offset, int whence);

    /** Sets a file's size: ftruncate(2). */
    long ftruncate(int descriptor, long length);

    /** Reserves or punches a part of a file: fallocate(2). */
    long fallocate(int descriptor, int mode, long offset, long length);

    /** Makes a file's data and size durable: fsync(2). */
    long fsync(int descriptor);

    /** Makes a file's data durable: fdatasync(2). */
    long fdatasync(int descriptor);

    /** The st_size that fstat(2) would report. */
    long fileSize(int descriptor);

    /** Locks a range into memory and fills it: mlock(2). */
    long mlock(long address, long length);

    /** As {@link #mlock}, with flags: mlock2(2). */
    long mlock2(long address, long length, int flags);

    /** Undoes mlock: munlock(2). */
    long munlock(long address, long length);

    /** Locks all maps, those there are or those to come: mlockall(2). */
    long mlockall(int flags);

    /** Undoes mlockall and every mlock: munlockall(2). */
    long munlockall();

    /** Sets the soft limit of a resource and leaves the hard one: setrlimit(2). */
    long limit(int resource, long softLimit);

    /** Gives a capability up for good: what capset(2) is used for. */
    long dropCapability(int capability);

    /**
     * Makes a child with a copy of the process's memory and descriptors: fork(2). No thread runs in it until one is started or attached there.
     *
     * @return the child's number, or {@code -ENOMEM}
     */
    long fork();

    /** Ends this thread's use of the process, and the process with its last thread: exit_group(2). These calls are closed then. */
    long exit(int status);

    /**
     * Waits for a child to end, and forgets it: wait4(2).
     *
     * @param pid its number, or -1 for any child
     * @param statusAddress where the status goes, as Linux packs it; or 0
     * @param options WNOHANG to return 0 if none has ended
     * @return the child's number
     */
    long wait4(int pid, long statusAddress, int options);

    /** The process's number: getpid(2). */
    long getpid();

    /**
     * Makes the call with a Linux x86-64 number.
     *
     * @return the call's value, or a negated errno; {@code -ENOSYS} for a number that the kernel does not have
     */
    long call(int number, long a0, long a1, long a2, long a3, long a4, long a5);

    /** Ends the use of the process by this thread. */
    @Override
    void close();
}

package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Compare;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;

/**
 * The calls of one thread of a process: keeps the thread's view and why its last call failed; what a call does stands in the file named after it.
 */
public final class ThreadCalls implements LinuxCalls {
    private final ProcessState process;
    private final View view;
    private final ProcessOwner owner;
    private String reason = "";
    private int errno;
    private boolean closed;

    /**
     * Makes the calls for a thread.
     *
     * @param process its process
     * @param view its view of the process's memory; closed with this
     * @param owner who runs the process; told when this is closed
     */
    public ThreadCalls(ProcessState process, View view, ProcessOwner owner) {
        this.process = process;
        this.view = view;
        this.owner = owner;
    }

    ProcessOwner owner() {
        return owner;
    }

    ProcessState process() {
        return process;
    }

    /** Notes why a call is refused; returns the negated errno. */
    long refuse(int errno, String why) {
        reason = why;
        this.errno = errno;
        return -errno;
    }

    /** The negated errno of the last refusal. */
    long refused() {
        return -errno;
    }

    private void begin() {
        reason = "";
    }

    /**
     * Makes a call with a string of the caller's memory.
     *
     * @param most as many bytes may be looked at for the end
     * @param tooLong the errno if there is none among them
     */
    long withString(long address, int most, int tooLong, ToLongFunction<String> call) {
        begin();
        String text;
        try {
            long length = Compare.indexOf(view, address, most, (byte) 0);
            if (length < 0) {
                return refuse(tooLong, "the string has " + most + " bytes or more");
            }
            byte[] bytes = new byte[(int) length];
            view.read(address, bytes, 0, bytes.length);
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (MemoryFault fault) {
            return refuse(Errno.EFAULT, fault.getMessage());
        }
        return call.applyAsLong(text);
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            view.close();
            owner.detached();
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int descriptor, long offset) {
        begin();
        return MmapCall.run(this, address, length, protection, flags, descriptor, offset);
    }

    @Override
    public long munmap(long address, long length) {
        begin();
        return RangeCalls.munmap(this, address, length);
    }

    @Override
    public long mprotect(long address, long length, int protection) {
        begin();
        return RangeCalls.mprotect(this, address, length, protection);
    }

    @Override
    public long mremap(long oldAddress, long oldSize, long newSize, int flags, long newAddress) {
        begin();
        return MremapCall.run(this, oldAddress, oldSize, newSize, flags, newAddress);
    }

    @Override
    public long brk(long address) {
        begin();
        return BrkCall.run(this, address);
    }

    @Override
    public long madvise(long address, long length, int advice) {
        begin();
        return MadviseCall.run(this, address, length, advice);
    }

    @Override
    public long msync(long address, long length, int flags) {
        begin();
        return RangeCalls.msync(this, address, length, flags);
    }

    @Override
    public long mincore(long address, long length, long vector) {
        begin();
        return RangeCalls.mincore(this, address, length, vector);
    }

    @Override
    public long mincoreInto(long address, long length, byte[] vector) {
        begin();
        return RangeCalls.mincoreInto(this, address, length, vector);
    }

    @Override
    public long pidfdOpen(int pid, int flags) {
        begin();
        return ProcessCalls.pidfdOpen(this, pid, flags);
    }

    @Override
    public long processMadvise(int descriptor, long ranges, long count, int advice, int flags) {
        begin();
        return ProcessMadviseCall.run(this, descriptor, ranges, count, advice, flags);
    }

    @Override
    public long remapFilePages(long address, long length, int protection, long pageOffset, int flags) {
        begin();
        return RemapFilePagesCall.run(this, address, length, protection, pageOffset, flags);
    }

    @Override
    public long open(String path, int flags, int mode) {
        begin();
        return OpenCalls.open(this, Linux.AT_FDCWD, path, flags, mode);
    }

    @Override
    public long memfdCreate(String name, int flags) {
        begin();
        return OpenCalls.memfdCreate(this, name, flags);
    }

    @Override
    public long close(int descriptor) {
        begin();
        return OpenCalls.close(this, descriptor);
    }

    @Override
    public long dup(int descriptor) {
        begin();
        return OpenCalls.dup(this, descriptor, 0, false);
    }

    @Override
    public long dup3(int descriptor, int target, int flags) {
        begin();
        return OpenCalls.dup3(this, descriptor, target, flags);
    }

    @Override
    public long fcntl(int descriptor, int command, long argument) {
        begin();
        return FcntlCall.run(this, descriptor, command, argument);
    }

    @Override
    public long fstat(int descriptor, long address) {
        begin();
        return Stat.fstat(this, descriptor, address);
    }

    @Override
    public long getrlimit(int resource, long address) {
        begin();
        return LimitCalls.getrlimit(this, resource, address);
    }

    @Override
    public long setrlimit(int resource, long address) {
        begin();
        return LimitCalls.setrlimit(this, resource, address);
    }

    @Override
    public long prlimit64(int pid, int resource, long newAddress, long oldAddress) {
        begin();
        return LimitCalls.prlimit64(this, pid, resource, newAddress, oldAddress);
    }

    @Override
    public long capget(long headerAddress, long dataAddress) {
        begin();
        return LimitCalls.capget(this, headerAddress, dataAddress);
    }

    @Override
    public long capset(long headerAddress, long dataAddress) {
        begin();
        return LimitCalls.capset(this, headerAddress, dataAddress);
    }

    @Override
    public long dup2(int descriptor, int target) {
        begin();
        return OpenCalls.dup2(this, descriptor, target);
    }

    @Override
    public long read(int descriptor, long address, long length) {
        begin();
        return FileCalls.read(this, descriptor, address, length);
    }

    @Override
    public long write(int descriptor, long address, long length) {
        begin();
        return FileCalls.write(this, descriptor, address, length);
    }

    @Override
    public long pread64(int descriptor, long address, long length, long offset) {
        begin();
        return FileCalls.pread64(this, descriptor, address, length, offset);
    }

    @Override
    public long pwrite64(int descriptor, long address, long length, long offset) {
        begin();
        return FileCalls.pwrite64(this, descriptor, address, length, offset);
    }

    @Override
    public long readv(int descriptor, long ranges, long count) {
        begin();
        return VectorCalls.readv(this, descriptor, ranges, count);
    }

    @Override
    public long writev(int descriptor, long ranges, long count) {
        begin();
        return VectorCalls.writev(this, descriptor, ranges, count);
    }

    @Override
    public long preadv(int descriptor, long ranges, long count, long offset) {
        begin();
        return VectorCalls.preadv(this, descriptor, ranges, count, offset);
    }

    @Override
    public long pwritev(int descriptor, long ranges, long count, long offset) {
        begin();
        return VectorCalls.pwritev(this, descriptor, ranges, count, offset);
    }

    @Override
    public long preadInto(int descriptor, byte[] buffer, long offset) {
        begin();
        return FileCalls.preadInto(this, descriptor, buffer, offset);
    }

    @Override
    public long pwriteFrom(int descriptor, byte[] buffer, long offset) {
        begin();
        return FileCalls.pwriteFrom(this, descriptor, buffer, offset);
    }

    @Override
    public long lseek(int descriptor, long offset, int whence) {
        begin();
        return FileCalls.lseek(this, descriptor, offset, whence);
    }

    @Override
    public long ftruncate(int descriptor, long length) {
        begin();
        return FileCalls.ftruncate(this, descriptor, length);
    }

    @Override
    public long fallocate(int descriptor, int mode, long offset, long length) {
        begin();
        return FileCalls.fallocate(this, descriptor, mode, offset, length);
    }

    @Override
    public long fadvise64(int descriptor, long offset, long length, int advice) {
        begin();
        return FileCalls.fadvise64(this, descriptor, offset, length, advice);
    }

    @Override
    public long syncFileRange(int descriptor, long offset, long length, int flags) {
        begin();
        return FileCalls.syncFileRange(this, descriptor, offset, length, flags);
    }

    @Override
    public long readahead(int descriptor, long offset, long length) {
        begin();
        return FileCalls.readahead(this, descriptor, offset, length);
    }

    @Override
    public long fsync(int descriptor) {
        begin();
        return FileCalls.fsync(this, descriptor);
    }

    @Override
    public long fdatasync(int descriptor) {
        begin();
        return FileCalls.fdatasync(this, descriptor);
    }

    @Override
    public long fileSize(int descriptor) {
        begin();
        return FileCalls.fileSize(this, descriptor);
    }

    @Override
    public long fork() {
        begin();
        return ProcessCalls.fork(this);
    }

    @Override
    public long exit(int status) {
        begin();
        return ProcessCalls.exit(this, status);
    }

    @Override
    public long wait4(int pid, long statusAddress, int options) {
        begin();
        return ProcessCalls.wait4(this, pid, statusAddress, options);
    }

    @Override
    public long getpid() {
        begin();
        return owner.pid();
    }

    @Override
    public long mlock(long address, long length) {
        begin();
        return LockCalls.mlock(this, address, length, false);
    }

    @Override
    public long mlock2(long address, long length, int flags) {
        begin();
        return LockCalls.mlock2(this, address, length, flags);
    }

    @Override
    public long munlock(long address, long length) {
        begin();
        return LockCalls.munlock(this, address, length);
    }

    @Override
    public long mlockall(int flags) {
        begin();
        return LockCalls.mlockall(this, flags);
    }

    @Override
    public long munlockall() {
        begin();
        return LockCalls.munlockall(this);
    }

    @Override
    public long limit(int resource, long softLimit) {
        begin();
        return LimitCalls.limit(this, resource, softLimit);
    }

    @Override
    public long dropCapability(int capability) {
        begin();
        return LimitCalls.dropCapability(this, capability);
    }

    @Override
    public long call(int number, long a0, long a1, long a2, long a3, long a4, long a5) {
        return CallsByNumber.run(this, number, a0, a1, a2, a3, a4, a5);
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;

/** The calls of a process of a script, made by the host's Linux. One thread. */
final class HostCalls implements LinuxCalls {
    private static final int SIZE_IN_STAT = 6;
    private static final long CAPABILITY_VERSION = 0x20080522;

    private final AgentSeat seat;
    private long capabilities;

    HostCalls(AgentSeat seat, long capabilities) {
        this.seat = seat;
        this.capabilities = capabilities;
    }

    long capabilities() {
        return capabilities;
    }

    @Override
    public View view() {
        throw new UnsupportedOperationException("a process of the host has no view");
    }

    @Override
    public String reason() {
        return "";
    }

    @Override
    public long call(int number, long a0, long a1, long a2, long a3, long a4, long a5) {
        return seat.call(number, a0, a1, a2, a3, a4, a5);
    }

    // Maps

    @Override
    public long mmap(long address, long length, int protection, int flags, int descriptor, long offset) {
        return seat.call(Linux.SYS_mmap, address, length, protection, flags, descriptor, offset);
    }

    @Override
    public long munmap(long address, long length) {
        return seat.call(Linux.SYS_munmap, address, length);
    }

    @Override
    public long mprotect(long address, long length, int protection) {
        return seat.call(Linux.SYS_mprotect, address, length, protection);
    }

    @Override
    public long mremap(long oldAddress, long oldSize, long newSize, int flags, long newAddress) {
        return seat.call(Linux.SYS_mremap, oldAddress, oldSize, newSize, flags, newAddress);
    }

    @Override
    public long brk(long address) {
        return seat.call(Linux.SYS_brk, address);
    }

    @Override
    public long msync(long address, long length, int flags) {
        return seat.call(Linux.SYS_msync, address, length, flags);
    }

    @Override
    public long remapFilePages(long address, long length, int protection, long pageOffset, int flags) {
        return seat.call(Linux.SYS_remap_file_pages, address, length, protection, pageOffset, flags);
    }

    // Advice and residency

    @Override
    public long madvise(long address, long length, int advice) {
        return seat.call(Linux.SYS_madvise, address, length, advice);
    }

    @Override
    public long processMadvise(int descriptor, long ranges, long count, int advice, int flags) {
        return seat.call(Linux.SYS_process_madvise, descriptor, ranges, count, advice, flags);
    }

    @Override
    public long mincore(long address, long length, long vector) {
        return seat.call(Linux.SYS_mincore, address, length, vector);
    }

    @Override
    public long mincoreInto(long address, long length, byte[] vector) {
        long returned = seat.call(Linux.SYS_mincore, address, length, seat.buffer());
        seat.get(vector, 0, vector.length);
        return returned;
    }

    // Locks

    @Override
    public long mlock(long address, long length) {
        return seat.call(Linux.SYS_mlock, address, length);
    }

    @Override
    public long mlock2(long address, long length, int flags) {
        return seat.call(Linux.SYS_mlock2, address, length, flags);
    }

    @Override
    public long munlock(long address, long length) {
        return seat.call(Linux.SYS_munlock, address, length);
    }

    @Override
    public long mlockall(int flags) {
        return seat.call(Linux.SYS_mlockall, flags);
    }

    @Override
    public long munlockall() {
        return seat.call(Linux.SYS_munlockall);
    }

    // Descriptors

    @Override
    public long open(String path, int flags, int mode) {
        return seat.call(Linux.SYS_open, seat.text(path), flags, mode);
    }

    @Override
    public long memfdCreate(String name, int flags) {
        return seat.call(Linux.SYS_memfd_create, seat.text(name), flags);
    }

    @Override
    public long close(int descriptor) {
        return seat.call(Linux.SYS_close, descriptor);
    }

    @Override
    public long dup(int descriptor) {
        return seat.call(Linux.SYS_dup, descriptor);
    }

    @Override
    public long dup2(int descriptor, int target) {
        return seat.call(Linux.SYS_dup2, descriptor, target);
    }

    @Override
    public long dup3(int descriptor, int target, int flags) {
        return seat.call(Linux.SYS_dup3, descriptor, target, flags);
    }

    @Override
    public long fcntl(int descriptor, int command, long argument) {
        return seat.call(Linux.SYS_fcntl, descriptor, command, argument);
    }

    // Files

    @Override
    public long read(int descriptor, long address, long length) {
        return seat.call(Linux.SYS_read, descriptor, address, length);
    }

    @Override
    public long write(int descriptor, long address, long length) {
        return seat.call(Linux.SYS_write, descriptor, address, length);
    }

    @Override
    public long pread64(int descriptor, long address, long length, long offset) {
        return seat.call(Linux.SYS_pread64, descriptor, address, length, offset);
    }

    @Override
    public long pwrite64(int descriptor, long address, long length, long offset) {
        return seat.call(Linux.SYS_pwrite64, descriptor, address, length, offset);
    }

    @Override
    public long readv(int descriptor, long ranges, long count) {
        return seat.call(Linux.SYS_readv, descriptor, ranges, count);
    }

    @Override
    public long writev(int descriptor, long ranges, long count) {
        return seat.call(Linux.SYS_writev, descriptor, ranges, count);
    }

    @Override
    public long preadv(int descriptor, long ranges, long count, long offset) {
        return seat.call(Linux.SYS_preadv, descriptor, ranges, count, offset);
    }

    @Override
    public long pwritev(int descriptor, long ranges, long count, long offset) {
        return seat.call(Linux.SYS_pwritev, descriptor, ranges, count, offset);
    }

    @Override
    public long preadInto(int descriptor, byte[] buffer, long offset) {
        int done = 0;
        do {
            int step = Math.min(AgentSeat.MOST_BYTES, buffer.length - done);
            long read = seat.call(Linux.SYS_pread64, descriptor, seat.buffer(), step, offset + done);
            if (Errno.isError(read)) {
                return done > 0 ? done : read;
            }
            seat.get(buffer, done, (int) read);
            done += (int) read;
            if (read < step) {
                break;
            }
        } while (done < buffer.length);
        return done;
    }

    @Override
    public long pwriteFrom(int descriptor, byte[] buffer, long offset) {
        int done = 0;
        do {
            int step = Math.min(AgentSeat.MOST_BYTES, buffer.length - done);
            seat.put(buffer, done, step);
            long written = seat.call(Linux.SYS_pwrite64, descriptor, seat.buffer(), step, offset + done);
            if (Errno.isError(written)) {
                return done > 0 ? done : written;
            }
            done += (int) written;
            if (written < step) {
                break;
            }
        } while (done < buffer.length);
        return done;
    }

    @Override
    public long lseek(int descriptor, long offset, int whence) {
        return seat.call(Linux.SYS_lseek, descriptor, offset, whence);
    }

    @Override
    public long fstat(int descriptor, long address) {
        return seat.call(Linux.SYS_fstat, descriptor, address);
    }

    @Override
    public long ftruncate(int descriptor, long length) {
        return seat.call(Linux.SYS_ftruncate, descriptor, length);
    }

    @Override
    public long fallocate(int descriptor, int mode, long offset, long length) {
        return seat.call(Linux.SYS_fallocate, descriptor, mode, offset, length);
    }

    @Override
    public long fsync(int descriptor) {
        return seat.call(Linux.SYS_fsync, descriptor);
    }

    @Override
    public long fdatasync(int descriptor) {
        return seat.call(Linux.SYS_fdatasync, descriptor);
    }

    @Override
    public long syncFileRange(int descriptor, long offset, long length, int flags) {
        return seat.call(Linux.SYS_sync_file_range, descriptor, offset, length, flags);
    }

    @Override
    public long fadvise64(int descriptor, long offset, long length, int advice) {
        return seat.call(Linux.SYS_fadvise64, descriptor, offset, length, advice);
    }

    @Override
    public long readahead(int descriptor, long offset, long length) {
        return seat.call(Linux.SYS_readahead, descriptor, offset, length);
    }

    @Override
    public long fileSize(int descriptor) {
        long returned = seat.call(Linux.SYS_fstat, descriptor, seat.buffer());
        return Errno.isError(returned) ? returned : seat.word(SIZE_IN_STAT);
    }

    // Processes, limits and rights

    @Override
    public long fork() {
        throw new UnsupportedOperationException("a child needs a seat: HostWorld makes it");
    }

    @Override
    public long exit(int status) {
        return seat.run(AgentLayout.EXIT, 0, status);
    }

    @Override
    public long wait4(int pid, long statusAddress, int options) {
        return seat.call(Linux.SYS_wait4, pid, statusAddress, options, 0);
    }

    @Override
    public long getpid() {
        return seat.call(Linux.SYS_getpid);
    }

    @Override
    public long pidfdOpen(int pid, int flags) {
        return seat.call(Linux.SYS_pidfd_open, pid, flags);
    }

    @Override
    public long getrlimit(int resource, long address) {
        return seat.call(Linux.SYS_getrlimit, resource, address);
    }

    @Override
    public long setrlimit(int resource, long address) {
        return seat.call(Linux.SYS_setrlimit, resource, address);
    }

    @Override
    public long prlimit64(int pid, int resource, long newAddress, long oldAddress) {
        return seat.call(Linux.SYS_prlimit64, pid, resource, newAddress, oldAddress);
    }

    /** The hard limit stays what it is. */
    @Override
    public long limit(int resource, long softLimit) {
        long returned = seat.call(Linux.SYS_prlimit64, 0, resource, 0, seat.buffer());
        if (Errno.isError(returned)) {
            return returned;
        }
        seat.putWords(softLimit);
        return seat.call(Linux.SYS_prlimit64, 0, resource, seat.buffer(), 0);
    }

    @Override
    public long capget(long headerAddress, long dataAddress) {
        return seat.call(Linux.SYS_capget, headerAddress, dataAddress);
    }

    @Override
    public long capset(long headerAddress, long dataAddress) {
        return seat.call(Linux.SYS_capset, headerAddress, dataAddress);
    }

    @Override
    public long dropCapability(int capability) {
        long left = capabilities & ~(1L << capability);
        long low = left & 0xffffffffL;
        long high = left >>> 32;
        // Effective, permitted and inheritable, 32 bits each, the low half first.
        seat.putWords(CAPABILITY_VERSION, low | low << 32, high << 32, high);
        long returned = seat.call(Linux.SYS_capset, seat.buffer(), seat.buffer() + 8);
        if (!Errno.isError(returned)) {
            capabilities = left;
        }
        return returned;
    }

    @Override
    public void close() {}
}

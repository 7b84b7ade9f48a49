package dev.pagoda.runtime.trace;

import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small model of a process for testing plans without a kernel: it knows which pages are mapped, by which map, and complains
 * when a call falls on something else than the plan must mean. No memory behind it, so nothing can be touched.
 */
final class StrictCalls implements LinuxCalls {
    private static final long PAGE = 4096;

    /** Shared by the threads of a process. */
    static final class Process {
        private final TreeMap<Long, Integer> pages = new TreeMap<>();
        private final Map<Integer, RandomAccessFile> files = new HashMap<>();
        private final Map<Integer, Long> positions = new HashMap<>();
        private final List<String> complaints = new ArrayList<>();
        private long lowestMap;
        private long brk = 0x5000_0000_0000L;
        private int maps;

        Process(long highest) {
            lowestMap = highest;
        }

        synchronized Process forked() {
            Process child = new Process(lowestMap);
            child.pages.putAll(pages);
            child.files.putAll(files);
            child.positions.putAll(positions);
            child.brk = brk;
            child.maps = maps;
            return child;
        }

        synchronized List<String> complaints() {
            return complaints;
        }

        synchronized int openFiles() {
            return files.size();
        }
    }

    private final Process process;

    StrictCalls(Process process) {
        this.process = process;
    }

    @Override
    public View view() {
        throw new UnsupportedOperationException("there is no memory to touch");
    }

    @Override
    public String reason() {
        return "";
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int descriptor, long offset) {
        synchronized (process) {
            boolean fixed = (flags & Linux.MAP_FIXED) != 0;
            if ((flags & Linux.MAP_ANONYMOUS) == 0 && !process.files.containsKey(descriptor)) {
                return -Errno.EBADF;
            }
            long size = (length + PAGE - 1) & -PAGE;
            long start = address;
            if ((flags & Linux.MAP_FIXED_NOREPLACE) != 0) {
                if (!process.pages.subMap(start, start + size).isEmpty()) {
                    return -Errno.EEXIST;
                }
            } else if (!fixed
                    && (address == 0
                            || !process.pages.subMap(start, start + size).isEmpty())) {
                // One page of distance: what the recording has side by side does not lie side by side here.
                process.lowestMap -= size + PAGE;
                start = process.lowestMap;
            }
            if (fixed) {
                requireOneMap("mmap MAP_FIXED", start, size);
            }
            int map = fixed ? process.pages.get(start) : process.maps++;
            for (long page = start; page < start + size; page += PAGE) {
                process.pages.put(page, map);
            }
            return start;
        }
    }

    @Override
    public long munmap(long address, long length) {
        synchronized (process) {
            long size = (length + PAGE - 1) & -PAGE;
            if (!process.pages.subMap(address, address + size).isEmpty()) {
                requireOneMap("munmap", address, size);
            }
            process.pages.subMap(address, address + size).clear();
            return 0;
        }
    }

    private void requireOneMap(String call, long start, long size) {
        Integer map = process.pages.get(start);
        for (long page = start; page < start + size; page += PAGE) {
            Integer there = process.pages.get(page);
            if (there == null || !there.equals(map)) {
                process.complaints.add(call + " 0x" + Long.toHexString(start) + " 0x" + Long.toHexString(size)
                        + " falls on maps " + map + " and " + there);
                return;
            }
        }
    }

    private long onMapped(long address, long length) {
        synchronized (process) {
            for (long page = address & -PAGE; page < address + length; page += PAGE) {
                if (!process.pages.containsKey(page)) {
                    return -Errno.ENOMEM;
                }
            }
            return 0;
        }
    }

    @Override
    public long mprotect(long address, long length, int protection) {
        return onMapped(address, length);
    }

    @Override
    public long mremap(long oldAddress, long oldSize, long newSize, int flags, long newAddress) {
        synchronized (process) {
            requireOneMap("mremap", oldAddress, oldSize);
            munmap(oldAddress, oldSize);
            return mmap(0, newSize, 0, Linux.MAP_ANONYMOUS, -1, 0);
        }
    }

    @Override
    public long brk(long address) {
        synchronized (process) {
            if (address == 0) {
                return process.brk;
            }
            for (long page = process.brk; page < address; page += PAGE) {
                process.pages.put(page, -1);
            }
            process.pages.subMap(Math.min(address, process.brk), process.brk).clear();
            process.brk = address;
            return address;
        }
    }

    @Override
    public long madvise(long address, long length, int advice) {
        return onMapped(address, length);
    }

    @Override
    public long msync(long address, long length, int flags) {
        return onMapped(address, length);
    }

    @Override
    public long mincore(long address, long length, long vector) {
        return onMapped(address, length);
    }

    @Override
    public long mincoreInto(long address, long length, byte[] vector) {
        return onMapped(address, length);
    }

    @Override
    public long open(String path, int flags, int mode) {
        Path file = Path.of(path);
        boolean exists = Files.exists(file);
        boolean creates = (flags & Linux.O_CREAT) != 0;
        if (!exists && !creates) {
            return -Errno.ENOENT;
        }
        if (exists && creates && (flags & Linux.O_EXCL) != 0) {
            return -Errno.EEXIST;
        }
        boolean writes = (flags & Linux.O_ACCMODE) != Linux.O_RDONLY;
        if (Files.isDirectory(file)) {
            return writes ? -Errno.EISDIR : register(null);
        }
        if (writes && !path.contains("pagoda-replay-")) {
            process.complaints.add("open for writing: " + path);
        }
        try {
            RandomAccessFile opened = new RandomAccessFile(path, writes || creates ? "rw" : "r");
            if ((flags & Linux.O_TRUNC) != 0) {
                opened.setLength(0);
            }
            return register(opened);
        } catch (IOException e) {
            return -Errno.EACCES;
        }
    }

    private long register(RandomAccessFile file) {
        synchronized (process) {
            int number = 0;
            while (process.files.containsKey(number)) {
                number++;
            }
            process.files.put(number, file);
            process.positions.put(number, 0L);
            return number;
        }
    }

    @Override
    public long memfdCreate(String name, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long close(int descriptor) {
        synchronized (process) {
            // The file itself may live on behind a duplicate; the garbage collector closes it.
            boolean open = process.files.containsKey(descriptor);
            process.files.remove(descriptor);
            return open ? 0 : -Errno.EBADF;
        }
    }

    @Override
    public long dup(int descriptor) {
        synchronized (process) {
            return process.files.containsKey(descriptor) ? register(process.files.get(descriptor)) : -Errno.EBADF;
        }
    }

    @Override
    public long dup2(int descriptor, int target) {
        synchronized (process) {
            if (!process.files.containsKey(descriptor)) {
                return -Errno.EBADF;
            }
            process.files.put(target, process.files.get(descriptor));
            process.positions.put(target, 0L);
            return target;
        }
    }

    @Override
    public long read(int descriptor, long address, long length) {
        return moved(descriptor, length, false);
    }

    @Override
    public long write(int descriptor, long address, long length) {
        return moved(descriptor, length, true);
    }

    private long moved(int descriptor, long length, boolean writes) {
        synchronized (process) {
            if (!process.files.containsKey(descriptor)) {
                return -Errno.EBADF;
            }
            byte[] buffer = new byte[(int) length];
            long position = process.positions.get(descriptor);
            long done = writes ? pwriteFrom(descriptor, buffer, position) : preadInto(descriptor, buffer, position);
            process.positions.put(descriptor, position + done);
            return done;
        }
    }

    @Override
    public long pread64(int descriptor, long address, long length, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long pwrite64(int descriptor, long address, long length, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long readv(int descriptor, long ranges, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long writev(int descriptor, long ranges, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long preadv(int descriptor, long ranges, long count, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long pwritev(int descriptor, long ranges, long count, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long preadInto(int descriptor, byte[] buffer, long offset) {
        synchronized (process) {
            RandomAccessFile file = process.files.get(descriptor);
            if (file == null) {
                return -Errno.EBADF;
            }
            try {
                file.seek(offset);
                return Math.max(file.read(buffer), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long pwriteFrom(int descriptor, byte[] buffer, long offset) {
        synchronized (process) {
            RandomAccessFile file = process.files.get(descriptor);
            if (file == null) {
                return -Errno.EBADF;
            }
            try {
                file.seek(offset);
                file.write(buffer);
                return buffer.length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long lseek(int descriptor, long offset, int whence) {
        synchronized (process) {
            if (!process.files.containsKey(descriptor)) {
                return -Errno.EBADF;
            }
            long from = whence == Linux.SEEK_SET
                    ? 0
                    : whence == Linux.SEEK_CUR ? process.positions.get(descriptor) : fileSize(descriptor);
            process.positions.put(descriptor, from + offset);
            return from + offset;
        }
    }

    @Override
    public long ftruncate(int descriptor, long length) {
        synchronized (process) {
            try {
                process.files.get(descriptor).setLength(length);
                return 0;
            } catch (IOException e) {
                return -Errno.EINVAL;
            }
        }
    }

    @Override
    public long fallocate(int descriptor, int mode, long offset, long length) {
        return ftruncate(descriptor, Math.max(fileSize(descriptor), offset + length));
    }

    @Override
    public long fsync(int descriptor) {
        return process.files.containsKey(descriptor) ? 0 : -Errno.EBADF;
    }

    @Override
    public long fdatasync(int descriptor) {
        return fsync(descriptor);
    }

    @Override
    public long fileSize(int descriptor) {
        synchronized (process) {
            try {
                return process.files.get(descriptor).length();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long fork() {
        return -Errno.ENOSYS;
    }

    @Override
    public long exit(int status) {
        return 0;
    }

    @Override
    public long wait4(int pid, long statusAddress, int options) {
        return -Errno.ECHILD;
    }

    @Override
    public long getpid() {
        return 1;
    }

    @Override
    public long mlock(long address, long length) {
        return -Errno.ENOSYS;
    }

    @Override
    public long mlock2(long address, long length, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long munlock(long address, long length) {
        return -Errno.ENOSYS;
    }

    @Override
    public long mlockall(int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long munlockall() {
        return -Errno.ENOSYS;
    }

    @Override
    public long limit(int resource, long softLimit) {
        return -Errno.ENOSYS;
    }

    @Override
    public long dropCapability(int capability) {
        return -Errno.ENOSYS;
    }

    @Override
    public long remapFilePages(long address, long length, int protection, long pageOffset, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long processMadvise(int descriptor, long ranges, long count, int advice, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long dup3(int descriptor, int target, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long fcntl(int descriptor, int command, long argument) {
        return -Errno.ENOSYS;
    }

    @Override
    public long fstat(int descriptor, long address) {
        return -Errno.ENOSYS;
    }

    @Override
    public long syncFileRange(int descriptor, long offset, long length, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long fadvise64(int descriptor, long offset, long length, int advice) {
        return -Errno.ENOSYS;
    }

    @Override
    public long readahead(int descriptor, long offset, long length) {
        return -Errno.ENOSYS;
    }

    @Override
    public long pidfdOpen(int pid, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public long getrlimit(int resource, long address) {
        return -Errno.ENOSYS;
    }

    @Override
    public long setrlimit(int resource, long address) {
        return -Errno.ENOSYS;
    }

    @Override
    public long prlimit64(int pid, int resource, long newAddress, long oldAddress) {
        return -Errno.ENOSYS;
    }

    @Override
    public long capget(long headerAddress, long dataAddress) {
        return -Errno.ENOSYS;
    }

    @Override
    public long capset(long headerAddress, long dataAddress) {
        return -Errno.ENOSYS;
    }

    @Override
    public long call(int number, long a0, long a1, long a2, long a3, long a4, long a5) {
        return -Errno.ENOSYS;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}

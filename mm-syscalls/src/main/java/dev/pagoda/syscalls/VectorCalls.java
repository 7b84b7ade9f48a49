package dev.pagoda.syscalls;

import dev.pagoda.pagecache.MemoryRanges;
import dev.pagoda.pagecache.OpenFile;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;

/**
 * readv(2), writev(2), preadv(2) and pwritev(2): one read or write of several ranges. The descriptor is looked at first, then the ranges, then the file; nothing to move is
 * no reason to ask the file (vfs_readv of Linux's fs/read_write.c), so that of a directory nothing can be read.
 */
final class VectorCalls {
    private VectorCalls() {}

    static long readv(ThreadCalls caller, int descriptor, long ranges, long count) {
        return run(caller, descriptor, ranges, count, false, (file, memory) -> file.read(caller.view(), memory));
    }

    static long writev(ThreadCalls caller, int descriptor, long ranges, long count) {
        return run(caller, descriptor, ranges, count, true, (file, memory) -> file.write(caller.view(), memory));
    }

    static long preadv(ThreadCalls caller, int descriptor, long ranges, long count, long offset) {
        return offset < 0
                ? caller.refuse(Errno.EINVAL, "the offset is negative")
                : run(
                        caller,
                        descriptor,
                        ranges,
                        count,
                        false,
                        (file, memory) -> file.pread(caller.view(), memory, offset));
    }

    static long pwritev(ThreadCalls caller, int descriptor, long ranges, long count, long offset) {
        return offset < 0
                ? caller.refuse(Errno.EINVAL, "the offset is negative")
                : run(
                        caller,
                        descriptor,
                        ranges,
                        count,
                        true,
                        (file, memory) -> file.pwrite(caller.view(), memory, offset));
    }

    private static long run(
            ThreadCalls caller,
            int descriptor,
            long ranges,
            long count,
            boolean writes,
            ToLongBiFunction<OpenFile, MemoryRanges> call) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description != null && description.isDirectory() && !writes) {
            return onRanges(
                    caller,
                    ranges,
                    count,
                    memory -> FileCalls.onOpenFor(caller, descriptor, false, file -> call.applyAsLong(file, memory)));
        }
        if (description != null && description.isZero()) {
            return FileCalls.onOpenFor(caller, descriptor, writes, file -> onZeroes(caller, ranges, count, writes));
        }
        return FileCalls.onOpenFor(
                caller,
                descriptor,
                writes,
                file -> onRanges(caller, ranges, count, memory -> call.applyAsLong(file, memory)));
    }

    private static long onZeroes(ThreadCalls caller, long ranges, long count, boolean writes) {
        RangeList list = RangeList.read(caller, ranges, count);
        if (list == null) {
            return caller.refused();
        }
        return writes ? list.total() : ZeroDevice.read(caller, list);
    }

    private static long onRanges(ThreadCalls caller, long ranges, long count, ToLongFunction<MemoryRanges> call) {
        RangeList list = RangeList.read(caller, ranges, count);
        if (list == null) {
            return caller.refused();
        }
        return list.total() == 0 ? 0 : call.applyAsLong(list.memory());
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.util.Optional;

/** What random arguments must not ask of the host, and what any answer must look like. */
final class ArgumentRules {
    private static final long PAGE = Linux.PAGE_SIZE;
    /** Files do not become longer than this by being written or given room: the host's disk is not ours to fill. */
    private static final long MOST_BYTES = 1 << 20;

    private static final long HUGE_OFFSET = 1L << 50;
    private static final int MOST_PATH = 4096;
    private static final long MOST_RANGES = 1024;
    private static final long RANGE_BYTES = 16;
    /** MAX_RW_COUNT. */
    private static final long MOST_MOVED = 0x7ffff000L;

    private ArgumentRules() {}

    /** Makes arguments harmless; false if the call has to be left out. */
    static boolean tame(View view, int number, long[] arguments) {
        switch (number) {
            case Linux.SYS_open -> {
                return isOwn(view, arguments[0]);
            }
            case Linux.SYS_openat, Linux.SYS_newfstatat -> {
                return isOwn(view, arguments[1]);
            }
            case Linux.SYS_read, Linux.SYS_write, Linux.SYS_pread64, Linux.SYS_pwrite64 -> {
                if (arguments[2] > MOST_BYTES && arguments[2] < Linux.TASK_SIZE) {
                    arguments[2] &= MOST_BYTES - 1;
                }
            }
            case Linux.SYS_readv, Linux.SYS_writev, Linux.SYS_preadv, Linux.SYS_pwritev -> {
                return areSmall(view, arguments[1], arguments[2]);
            }
            case Linux.SYS_fallocate -> {
                arguments[2] = bounded(arguments[2]);
                arguments[3] = bounded(arguments[3]);
            }
            // Children have no thread that could end them, so that waiting for one would last.
            case Linux.SYS_wait4 -> arguments[2] |= Linux.WNOHANG;
            default -> {
                // Nothing that reaches the host.
            }
        }
        return true;
    }

    private static long bounded(long bytes) {
        return bytes > MOST_BYTES && bytes < HUGE_OFFSET ? bytes & MOST_BYTES - 1 : bytes;
    }

    /** Whether ranges, as far as they are such, ask for little. */
    private static boolean areSmall(View view, long ranges, long count) {
        long most = Long.compareUnsigned(count, MOST_RANGES) > 0 ? 0 : count;
        long total = 0;
        try {
            for (long i = 0; i < most && total <= MOST_BYTES; i++) {
                long length = view.load(ranges + i * RANGE_BYTES + Long.BYTES, Long.BYTES);
                total += length > 0 && length < Linux.TASK_SIZE ? length : 0;
            }
        } catch (MemoryFault fault) {
            return true;
        }
        return total <= MOST_BYTES;
    }

    /** Whether a path, if there is one, stays in the directory of the process. */
    private static boolean isOwn(View view, long address) {
        try {
            for (int i = 0; i < MOST_PATH; i++) {
                long letter = view.load(address + i, 1);
                if (letter == '/' || letter == '.') {
                    return false;
                }
                if (letter == 0) {
                    return true;
                }
            }
        } catch (MemoryFault fault) {
            return true;
        }
        return true;
    }

    /** What is wrong with an answer, if anything is. */
    static Optional<String> wrong(CallRow row, int number, long[] arguments, long result) {
        if (row == null) {
            return Optional.empty();
        }
        if (Errno.isError(result) && number != Linux.SYS_brk) {
            int errno = (int) -result;
            if (number == Linux.SYS_mmap && result == arguments[0]) {
                // A fixed address that looks like an error is the answer, as on Linux.
                return Optional.empty();
            }
            return row.errors().stream().anyMatch(error -> error.errno() == errno)
                    ? Optional.empty()
                    : Optional.of("the table has no " + Errno.name(errno) + " for it");
        }
        return isPossible(number, arguments, result) ? Optional.empty() : Optional.of("no such value can come of it");
    }

    private static boolean isPossible(int number, long[] arguments, long result) {
        return switch (number) {
            // At 0, if that is fixed, with CAP_SYS_RAWIO.
            case Linux.SYS_mmap, Linux.SYS_mremap -> result >= 0 && result < Linux.TASK_SIZE && result % PAGE == 0;
            case Linux.SYS_brk -> result > 0 && result < Linux.TASK_SIZE;
            case Linux.SYS_read, Linux.SYS_write, Linux.SYS_pread64, Linux.SYS_pwrite64 ->
                result >= 0 && Long.compareUnsigned(result, arguments[2]) <= 0;
            case Linux.SYS_readv, Linux.SYS_writev, Linux.SYS_preadv, Linux.SYS_pwritev ->
                result >= 0 && result <= MOST_MOVED;
            case Linux.SYS_lseek, Linux.SYS_process_madvise, Linux.SYS_fcntl, Linux.SYS_getpid, Linux.SYS_wait4 ->
                result >= 0;
            case Linux.SYS_fork, Linux.SYS_vfork -> result > 0;
            case Linux.SYS_open,
                    Linux.SYS_openat,
                    Linux.SYS_memfd_create,
                    Linux.SYS_dup,
                    Linux.SYS_dup2,
                    Linux.SYS_dup3,
                    Linux.SYS_pidfd_open -> result >= 0 && result < 4096;
            default -> result == 0;
        };
    }

    /** Whether a refused call of that kind leaves every map as it was: not those that stop in the middle of a range, and not those that access memory, which may grow a map that grows down. */
    static boolean isAllOrNothing(int number, long result) {
        return switch (number) {
            case Linux.SYS_munmap,
                    Linux.SYS_msync,
                    Linux.SYS_brk,
                    Linux.SYS_close,
                    Linux.SYS_dup,
                    Linux.SYS_dup2,
                    Linux.SYS_dup3,
                    Linux.SYS_fcntl,
                    Linux.SYS_lseek,
                    Linux.SYS_ftruncate,
                    Linux.SYS_fallocate,
                    Linux.SYS_fsync,
                    Linux.SYS_fdatasync,
                    Linux.SYS_sync_file_range,
                    Linux.SYS_fadvise64,
                    Linux.SYS_readahead,
                    Linux.SYS_fork,
                    Linux.SYS_vfork,
                    Linux.SYS_pidfd_open -> true;
            // A file system is asked when what a fixed map replaces is gone.
            case Linux.SYS_mmap -> {
                int errno = (int) -result;
                yield errno != Errno.ENOMEM && errno != Errno.EOPNOTSUPP && errno != Errno.EINVAL;
            }
            default -> false;
        };
    }
}

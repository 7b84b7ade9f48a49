package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;

/**
 * process_madvise(2): advice about several ranges of this process or another. Flags, ranges, descriptor, right, in this order; then range by range until one is refused
 * (vector_madvise of Linux's mm/madvise.c). Returns the bytes advised, if there were any.
 */
final class ProcessMadviseCall {
    /** UIO_MAXIOV. */
    private static final long MOST_RANGES = 1024;
    /** MAX_RW_COUNT: what is beyond is left out without a word. */
    private static final long MOST_BYTES = 0x7ffff000L;

    private static final int RANGE_BYTES = 16;
    /** PIDFD_SELF_THREAD and PIDFD_SELF_THREAD_GROUP. */
    private static final int SELF_THREAD = -10000;

    private static final int SELF = -10001;

    private final ThreadCalls caller;
    private final int advice;
    private long[] starts;
    private long[] lengths;
    private long total;

    private ProcessMadviseCall(ThreadCalls caller, int advice) {
        this.caller = caller;
        this.advice = advice;
    }

    static long run(ThreadCalls caller, int descriptor, long ranges, long count, int advice, int flags) {
        if (flags != 0) {
            return caller.refuse(Errno.EINVAL, "there are no flags");
        }
        if (Long.compareUnsigned(count, MOST_RANGES) > 0) {
            return caller.refuse(Errno.EINVAL, "there are more than " + MOST_RANGES + " ranges");
        }
        ProcessMadviseCall call = new ProcessMadviseCall(caller, advice);
        long refused = call.readRanges(ranges, (int) count);
        return refused != 0 ? refused : call.onProcess(descriptor);
    }

    private long readRanges(long ranges, int count) {
        starts = new long[count];
        lengths = new long[count];
        if (count > 0 && !Pages.isUserRange(ranges, (long) count * RANGE_BYTES)) {
            return caller.refuse(Errno.EFAULT, "the ranges lie outside of user space");
        }
        try {
            for (int i = 0; i < count; i++) {
                starts[i] = caller.view().load(ranges + (long) i * RANGE_BYTES, Long.BYTES);
                lengths[i] = caller.view().load(ranges + (long) i * RANGE_BYTES + Long.BYTES, Long.BYTES);
                if (lengths[i] < 0) {
                    // Before the next is read (lib/iov_iter.c, copy_iovec_from_user).
                    return caller.refuse(Errno.EINVAL, "a length is negative");
                }
            }
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
        if (count == 1) {
            // One range is cut before it is looked at, several after it (lib/iov_iter.c, import_ubuf).
            lengths[0] = Math.min(lengths[0], MOST_BYTES);
        }
        for (int i = 0; i < count; i++) {
            long end = starts[i] + lengths[i];
            if (Long.compareUnsigned(end, starts[i]) < 0 || Long.compareUnsigned(end, Linux.TASK_SIZE) > 0) {
                return caller.refuse(Errno.EFAULT, "a range leaves user space");
            }
            lengths[i] = Math.min(lengths[i], MOST_BYTES - total);
            total += lengths[i];
        }
        return 0;
    }

    private long onProcess(int descriptor) {
        int self = caller.owner().pid();
        int pid = self;
        if (descriptor != SELF && descriptor != SELF_THREAD) {
            Description description = caller.process().descriptors().get(descriptor);
            pid = description == null ? Description.NO_PROCESS : description.pid();
        }
        if (pid == Description.NO_PROCESS) {
            return caller.refuse(Errno.EBADF, "the descriptor does not refer to a process");
        }
        if (pid == self) {
            return advise(caller.view());
        }
        long[] answer = new long[1];
        boolean alive = caller.owner().onMemory(pid, view -> answer[0] = adviseAnother(view));
        return alive ? answer[0] : caller.refuse(Errno.ESRCH, "the process has ended");
    }

    private long adviseAnother(View view) {
        boolean harmless = advice == Linux.MADV_COLD
                || advice == Linux.MADV_PAGEOUT
                || advice == Linux.MADV_WILLNEED
                || advice == Linux.MADV_COLLAPSE;
        if (!harmless) {
            return caller.refuse(Errno.EINVAL, "this advice may be given about the caller's own memory only");
        }
        if (!caller.process().rights().has(Linux.CAP_SYS_NICE)) {
            return caller.refuse(Errno.EPERM, "advice about another process needs CAP_SYS_NICE");
        }
        return advise(view);
    }

    private long advise(View view) {
        long done = 0;
        for (int i = 0; i < starts.length && done < total; i++) {
            // Of empty ranges only the first is looked at.
            long refused =
                    i > 0 && lengths[i] == 0 ? 0 : MadviseCall.onView(caller, view, starts[i], lengths[i], advice);
            if (refused != 0) {
                return done > 0 ? done : refused;
            }
            done += lengths[i];
        }
        return done;
    }
}

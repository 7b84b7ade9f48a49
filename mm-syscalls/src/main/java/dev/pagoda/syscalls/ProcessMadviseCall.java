package dev.pagoda.syscalls;

import dev.pagoda.mm.space.View;

/**
 * process_madvise(2): advice about several ranges of this process or another. Flags, ranges, descriptor, right, in this order; then range by range until one is refused
 * (vector_madvise of Linux's mm/madvise.c). Returns the bytes advised, if there were any.
 */
final class ProcessMadviseCall {
    /** PIDFD_SELF_THREAD and PIDFD_SELF_THREAD_GROUP. */
    private static final int SELF_THREAD = -10000;

    private static final int SELF = -10001;

    private final ThreadCalls caller;
    private final int advice;
    private final RangeList ranges;

    private ProcessMadviseCall(ThreadCalls caller, RangeList ranges, int advice) {
        this.caller = caller;
        this.ranges = ranges;
        this.advice = advice;
    }

    static long run(ThreadCalls caller, int descriptor, long ranges, long count, int advice, int flags) {
        if (flags != 0) {
            return caller.refuse(Errno.EINVAL, "there are no flags");
        }
        RangeList list = RangeList.read(caller, ranges, count);
        return list == null ? caller.refused() : new ProcessMadviseCall(caller, list, advice).onProcess(descriptor);
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
        for (int i = 0; i < ranges.count() && done < ranges.total(); i++) {
            // Of empty ranges only the first is looked at.
            long length = ranges.length(i);
            long refused = i > 0 && length == 0 ? 0 : MadviseCall.onView(caller, view, ranges.start(i), length, advice);
            if (refused != 0) {
                return done > 0 ? done : refused;
            }
            done += length;
        }
        return done;
    }
}

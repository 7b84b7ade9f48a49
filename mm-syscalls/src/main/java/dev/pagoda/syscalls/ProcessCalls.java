package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.syscalls.ProcessOwner.Awaited;

/** The calls about processes: fork(2), exit_group(2), wait4(2), getpid(2), pidfd_open(2). */
final class ProcessCalls {
    private static final int STATUS_MASK = 0xff;
    /** Where wait4 puts the exit status of a child that ended by itself. */
    private static final int STATUS_SHIFT = 8;

    private static final int STATUS_BYTES = 4;
    private static final int WAIT_OPTIONS = CallFlags.WAIT.taken();
    private static final int PIDFD_FLAGS = CallFlags.PIDFD.taken();

    private ProcessCalls() {}

    static long fork(ThreadCalls caller) {
        int pid = caller.owner().fork(caller.view());
        return pid == ProcessOwner.NO_MEMORY
                ? caller.refuse(Errno.ENOMEM, "no memory is free for the page tables of a child")
                : pid;
    }

    /** pidfd_open(2). Threads have no numbers of their own, so that PIDFD_THREAD changes nothing. */
    static long pidfdOpen(ThreadCalls caller, int pid, int flags) {
        if ((flags & ~PIDFD_FLAGS) != 0 || pid <= 0) {
            return caller.refuse(Errno.EINVAL, "there is no such flag, or the number is not positive");
        }
        return caller.owner().knows(pid)
                ? OpenCalls.add(caller, Description.process(pid, flags), true)
                : caller.refuse(Errno.ESRCH, "there is no process " + pid);
    }

    static long exit(ThreadCalls caller, int status) {
        caller.close();
        caller.owner().exit(status & STATUS_MASK);
        return 0;
    }

    /** All processes are in one group, the caller's. */
    static long wait4(ThreadCalls caller, int pid, long statusAddress, int options) {
        if ((options & ~WAIT_OPTIONS) != 0) {
            return caller.refuse(Errno.EINVAL, "there is no such option of wait4");
        }
        if (pid == Integer.MIN_VALUE) {
            return caller.refuse(Errno.ESRCH, "no process group has that number");
        }
        if (pid < -1) {
            return caller.refuse(Errno.ECHILD, "no child is in that process group");
        }
        if ((options & (Linux.__WCLONE | Linux.__WALL)) == Linux.__WCLONE) {
            return caller.refuse(Errno.ECHILD, "no child was made by clone without SIGCHLD");
        }
        Awaited child = caller.owner().awaitChild(pid == 0 ? -1 : pid, (options & Linux.WNOHANG) == 0);
        if (child.pid() == Awaited.NO_CHILD) {
            return caller.refuse(
                    Errno.ECHILD, pid > 0 ? "process " + pid + " is no child of this one" : "there is no child");
        }
        if (child.pid() != Awaited.NONE_YET && statusAddress != 0) {
            try {
                caller.view().store(statusAddress, STATUS_BYTES, (long) child.status() << STATUS_SHIFT);
            } catch (MemoryFault fault) {
                return caller.refuse(Errno.EFAULT, fault.getMessage());
            }
        }
        return child.pid();
    }
}

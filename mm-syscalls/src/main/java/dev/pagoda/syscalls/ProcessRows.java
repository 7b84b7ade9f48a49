package dev.pagoda.syscalls;

import static dev.pagoda.syscalls.CallArgument.flags;
import static dev.pagoda.syscalls.CallError.of;

import java.util.List;

/** The rows of the table of calls about processes and what they may do, and of those that are refused whole. */
final class ProcessRows {
    private static final CallArgument PID = CallArgument.of("pid", "process");

    private ProcessRows() {}

    static void addTo(CallTable.Builder table) {
        processes(table);
        limits(table);
        refused(table);
    }

    private static void processes(CallTable.Builder table) {
        CallError noMemory = of(Errno.ENOMEM, "no memory is left for the child's tables");
        table.group(CallGroup.PROCESSES);
        table.call(
                Linux.SYS_fork,
                "makes a child with a copy of memory and descriptors; no thread runs in it until one is started",
                List.of(),
                noMemory);
        table.call(
                Linux.SYS_vfork,
                "as fork: the child has no thread that the parent could wait for",
                List.of(),
                noMemory);
        table.call(
                Linux.SYS_exit,
                "ends the thread's use of the process, and the process with its last thread",
                List.of(CallArgument.of("status", "0 to 255")));
        table.call(
                Linux.SYS_exit_group,
                "the same: other threads go on until they end",
                List.of(CallArgument.of("status", "0 to 255")));
        table.call(
                Linux.SYS_wait4,
                "waits for a child to end; returns its number",
                List.of(
                        PID,
                        CallArgument.of("wstatus", "address, or 0"),
                        flags("options", CallFlags.WAIT),
                        CallArgument.of("rusage", "0")),
                of(Errno.EINVAL, "an unknown option"),
                of(Errno.ESRCH, "the process group -2147483648"),
                of(Errno.ECHILD, "there is no such child"),
                of(Errno.EFAULT, "the status cannot be written; the child is forgotten all the same"),
                of(Errno.ENOSYS, "a struct rusage is asked for: nothing is counted"));
        table.call(Linux.SYS_getpid, "the process's number", List.of());
        table.call(
                Linux.SYS_pidfd_open,
                "a descriptor for a process",
                List.of(PID, flags("flags", CallFlags.PIDFD)),
                of(Errno.EINVAL, "an unknown flag, or a number that is not positive"),
                of(Errno.ESRCH, "there is no such process"),
                of(Errno.EMFILE, "all descriptors are in use"));
    }

    private static void limits(CallTable.Builder table) {
        CallArgument resource = flags("resource", CallFlags.RESOURCES);
        CallError unknown = of(Errno.EINVAL, "no such resource");
        CallError fault = of(Errno.EFAULT, "the limits are not in memory that can be accessed");
        CallError above = of(Errno.EINVAL, "the soft limit is above the hard one");
        CallError raised = of(Errno.EPERM, "the hard limit is raised without CAP_SYS_RESOURCE");
        CallArgument header = CallArgument.of("hdrp", "address of version and process");
        CallArgument data = CallArgument.of("datap", "address of two times three words");
        CallError version = of(Errno.EINVAL, "another version than 3, which is stored then");
        CallError others = of(Errno.EPERM, "another process");
        table.call(
                Linux.SYS_getrlimit,
                "tells a limit",
                List.of(resource, CallArgument.of("rlim", "address of 16 bytes")),
                unknown,
                fault);
        table.call(
                Linux.SYS_setrlimit,
                "sets a limit",
                List.of(resource, CallArgument.of("rlim", "address of 16 bytes")),
                fault,
                unknown,
                above,
                raised);
        table.call(
                Linux.SYS_prlimit64,
                "sets and tells a limit",
                List.of(
                        CallArgument.of("pid", "0 or the caller"),
                        resource,
                        CallArgument.of("new_limit", "address of 16 bytes, or 0"),
                        CallArgument.of("old_limit", "address of 16 bytes, or 0")),
                of(Errno.ESRCH, "another process"),
                fault,
                unknown,
                above,
                raised);
        table.call(
                Linux.SYS_capget,
                "tells the capabilities",
                List.of(header, data),
                version,
                others,
                of(Errno.EFAULT, "a structure cannot be accessed"));
        table.call(
                Linux.SYS_capset,
                "gives capabilities up, for good",
                List.of(header, data),
                version,
                of(Errno.EPERM, "another process, or a capability that the process does not have"),
                of(Errno.EFAULT, "a structure cannot be accessed"));
    }

    private static void refused(CallTable.Builder table) {
        String nodes = "there is one node of memory";
        String keys = "there are no protection keys";
        table.group(CallGroup.REFUSED);
        table.refused(Linux.SYS_mseal, "maps cannot be sealed yet");
        table.refused(Linux.SYS_userfaultfd, "faults are the kernel's own");
        table.refused(Linux.SYS_mbind, nodes);
        table.refused(Linux.SYS_set_mempolicy, nodes);
        table.refused(Linux.SYS_get_mempolicy, nodes);
        table.refused(Linux.SYS_migrate_pages, nodes);
        table.refused(Linux.SYS_move_pages, nodes);
        table.refused(Linux.SYS_pkey_mprotect, keys);
        table.refused(Linux.SYS_pkey_alloc, keys);
        table.refused(Linux.SYS_pkey_free, keys);
        table.refused(Linux.SYS_membarrier, "guest threads are ordered by what they share");
        table.refused(Linux.SYS_process_mrelease, "memory goes when a process has ended");
        table.refused(Linux.SYS_cachestat, "what is in the cache is told by mincore");
    }
}

package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;

/** The calls about what a process may do and use: getrlimit(2), setrlimit(2), prlimit(2), capget(2), capset(2). */
final class LimitCalls {
    /** struct rlimit: the soft limit, then the hard one. */
    private static final int LONG_BYTES = 8;

    /** _LINUX_CAPABILITY_VERSION_3: two words of 32 capabilities each. */
    private static final int CAPABILITY_VERSION = 0x20080522;

    private static final int INT_BYTES = 4;
    /** struct __user_cap_data_struct: effective, permitted, inheritable. */
    private static final int CAPABILITY_DATA_BYTES = 3 * INT_BYTES;

    private static final int CAPABILITY_WORDS = 2;

    private LimitCalls() {}

    static long getrlimit(ThreadCalls caller, int resource, long address) {
        return prlimit(caller, 0, resource, 0, address, true);
    }

    static long setrlimit(ThreadCalls caller, int resource, long address) {
        if (address == 0) {
            return caller.refuse(Errno.EFAULT, "nothing is mapped at address 0");
        }
        return prlimit(caller, 0, resource, address, 0, false);
    }

    static long prlimit64(ThreadCalls caller, int pid, int resource, long fresh, long old) {
        return prlimit(caller, pid, resource, fresh, old, false);
    }

    private static long prlimit(
            ThreadCalls caller, int pid, int resource, long freshAddress, long oldAddress, boolean asks) {
        if (pid != 0 && pid != caller.getpid()) {
            return caller.refuse(Errno.ESRCH, "the limits of process " + pid + " are out of reach");
        }
        try {
            long freshSoft = 0;
            long freshHard = 0;
            if (freshAddress != 0) {
                freshSoft = caller.view().load(freshAddress, LONG_BYTES);
                freshHard = caller.view().load(freshAddress + LONG_BYTES, LONG_BYTES);
            }
            if (!CallFlags.RESOURCES.takes(resource)) {
                return caller.refuse(Errno.EINVAL, "there is no such resource");
            }
            Rights rights = caller.process().rights();
            long oldSoft = rights.soft(resource);
            long oldHard = rights.hard(resource);
            if (freshAddress != 0) {
                long refused = set(caller, resource, freshSoft, freshHard);
                if (refused != 0) {
                    return refused;
                }
            }
            if (oldAddress != 0 || asks) {
                caller.view().store(oldAddress, LONG_BYTES, oldSoft);
                caller.view().store(oldAddress + LONG_BYTES, LONG_BYTES, oldHard);
            }
            return 0;
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
    }

    /** Sets the soft limit alone. */
    static long limit(ThreadCalls caller, int resource, long softLimit) {
        if (!CallFlags.RESOURCES.takes(resource)) {
            return caller.refuse(Errno.EINVAL, "there is no such resource");
        }
        return set(caller, resource, softLimit, caller.process().rights().hard(resource));
    }

    private static long set(ThreadCalls caller, int resource, long soft, long hard) {
        Rights rights = caller.process().rights();
        if (Long.compareUnsigned(soft, hard) > 0) {
            return caller.refuse(Errno.EINVAL, "the soft limit is above the hard one");
        }
        if (Long.compareUnsigned(hard, rights.hard(resource)) > 0 && !rights.has(Linux.CAP_SYS_RESOURCE)) {
            return caller.refuse(Errno.EPERM, "raising a hard limit needs CAP_SYS_RESOURCE");
        }
        rights.set(resource, soft, hard);
        return 0;
    }

    static long dropCapability(ThreadCalls caller, int capability) {
        if (capability < 0 || capability > Rights.LAST_CAPABILITY) {
            return caller.refuse(Errno.EINVAL, "there is no such capability");
        }
        caller.process().rights().keep(~(1L << capability));
        return 0;
    }

    static long capget(ThreadCalls caller, long header, long data) {
        try {
            long refused = checkHeader(caller, header);
            if (refused != 0 || data == 0) {
                return refused;
            }
            long capabilities = caller.process().rights().capabilities();
            for (int word = 0; word < CAPABILITY_WORDS; word++) {
                long at = data + (long) word * CAPABILITY_DATA_BYTES;
                long bits = capabilities >>> 32 * word;
                caller.view().store(at, INT_BYTES, bits);
                caller.view().store(at + INT_BYTES, INT_BYTES, bits);
                caller.view().store(at + 2 * INT_BYTES, INT_BYTES, 0);
            }
            return 0;
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
    }

    /** Effective and permitted capabilities are one here: what is given up is given up for good. */
    static long capset(ThreadCalls caller, long header, long data) {
        try {
            long refused = checkHeader(caller, header);
            if (refused != 0) {
                return refused;
            }
            long effective = 0;
            long permitted = 0;
            for (int word = 0; word < CAPABILITY_WORDS; word++) {
                long at = data + (long) word * CAPABILITY_DATA_BYTES;
                effective |= caller.view().load(at, INT_BYTES) << 32 * word;
                permitted |= caller.view().load(at + INT_BYTES, INT_BYTES) << 32 * word;
            }
            long had = caller.process().rights().capabilities();
            long all = (1L << Rights.LAST_CAPABILITY + 1) - 1;
            if ((permitted & all & ~had) != 0 || (effective & all & ~permitted) != 0) {
                return caller.refuse(Errno.EPERM, "a capability that the process does not have cannot be had again");
            }
            caller.process().rights().keep(effective);
            return 0;
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
    }

    private static long checkHeader(ThreadCalls caller, long header) {
        int version = (int) caller.view().load(header, INT_BYTES);
        int pid = (int) caller.view().load(header + INT_BYTES, INT_BYTES);
        if (version != CAPABILITY_VERSION) {
            caller.view().store(header, INT_BYTES, CAPABILITY_VERSION);
            return caller.refuse(Errno.EINVAL, "capabilities have another version; the one to use was stored");
        }
        if (pid != 0 && pid != caller.getpid()) {
            return caller.refuse(Errno.EPERM, "the capabilities of process " + pid + " are out of reach");
        }
        return 0;
    }
}

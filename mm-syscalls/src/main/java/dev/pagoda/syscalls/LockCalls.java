package dev.pagoda.syscalls;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Mlock;
import dev.pagoda.mm.space.Refusal;

/** The mlock family: mlock(2), mlock2, munlock, mlockall, munlockall. */
final class LockCalls {
    private static final int FLAGS = CallFlags.LOCK.taken();
    private static final int ALL_FLAGS = CallFlags.LOCK_ALL.taken();

    private LockCalls() {}

    static long mlock2(ThreadCalls caller, long address, long length, int flags) {
        if ((flags & ~FLAGS) != 0) {
            return caller.refuse(Errno.EINVAL, "mlock2 has no such flag");
        }
        return mlock(caller, address, length, (flags & Linux.MLOCK_ONFAULT) != 0);
    }

    /** The right before the range, even where the range is empty or nothing is mapped. */
    static long mlock(ThreadCalls caller, long address, long length, boolean onFault) {
        if (!caller.process().rights().mayLock()) {
            return mayNotLock(caller);
        }
        if (isOverLimit(caller, address, length)) {
            return caller.refuse(Errno.ENOMEM, "the limit of locked memory is reached");
        }
        return inRange(caller, address, length, (page, pages) -> Mlock.lock(caller.view(), page, pages, onFault));
    }

    /** The limit comes before the range is looked at: one that wraps is as long as it says, and an empty one finds no room where too much is locked already (mm/mlock.c, do_mlock). */
    private static boolean isOverLimit(ThreadCalls caller, long address, long length) {
        long start = Pages.roundDown(address);
        long pages = Pages.roundUp(length + (address - start)) >>> Pages.SHIFT;
        return !Mlock.isAllowed(caller.view(), start >>> Pages.SHIFT, pages);
    }

    static long munlock(ThreadCalls caller, long address, long length) {
        return inRange(caller, address, length, (page, pages) -> Mlock.unlock(caller.view(), page, pages));
    }

    private interface OnPages {
        int run(long page, long pages);
    }

    /** Rounds the range outwards; it may wrap to nothing. */
    private static long inRange(ThreadCalls caller, long address, long length, OnPages operation) {
        long start = Pages.roundDown(address);
        long bytes = Pages.roundUp(length + (address - start));
        if (Long.compareUnsigned(start + bytes, start) < 0) {
            return caller.refuse(Errno.EINVAL, "the range wraps");
        }
        if (bytes == 0) {
            return 0;
        }
        if (Long.compareUnsigned(start, Linux.TASK_SIZE) >= 0) {
            return caller.refuse(Errno.ENOMEM, "the range is not mapped");
        }
        // What lies beyond user space is a hole like any other; one page of it is enough to be found.
        long page = start >>> Pages.SHIFT;
        int refused = operation.run(page, Math.min(bytes >>> Pages.SHIFT, AddressSpace.PAGES - page + 1));
        return refused == 0
                ? 0
                : caller.refuse(
                        -refused,
                        refused == Refusal.AGAIN
                                ? "memory is too short to fill the range"
                                : "part of the range is not mapped or cannot be filled, or the limit of locked memory is reached");
    }

    static long mlockall(ThreadCalls caller, int flags) {
        if (flags == 0 || (flags & ~ALL_FLAGS) != 0 || flags == Linux.MCL_ONFAULT) {
            return caller.refuse(
                    Errno.EINVAL, "mlockall takes MCL_CURRENT or MCL_FUTURE, or both, and MCL_ONFAULT beside them");
        }
        if (!caller.process().rights().mayLock()) {
            return mayNotLock(caller);
        }
        AddressSpace space = caller.view().space();
        boolean current = (flags & Linux.MCL_CURRENT) != 0;
        boolean onFault = (flags & Linux.MCL_ONFAULT) != 0;
        if (current && !space.limits().allowsLocking(space.mappedBytes())) {
            return caller.refuse(Errno.ENOMEM, "the whole address space is larger than the limit of locked memory");
        }
        if ((flags & Linux.MCL_FUTURE) == 0) {
            space.lockFuture(Mlock.Future.UNLOCKED);
        } else {
            space.lockFuture(onFault ? Mlock.Future.LOCKED_ON_FAULT : Mlock.Future.LOCKED);
        }
        if (current) {
            Mlock.lockAll(caller.view(), onFault);
        }
        return 0;
    }

    static long munlockall(ThreadCalls caller) {
        caller.view().space().lockFuture(Mlock.Future.UNLOCKED);
        Mlock.unlockAll(caller.view());
        return 0;
    }

    private static long mayNotLock(ThreadCalls caller) {
        return caller.refuse(Errno.EPERM, "the limit of locked memory is zero, and the process has no CAP_IPC_LOCK");
    }
}

package dev.pagoda.syscalls;

import dev.pagoda.mm.space.Limits;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a process may do and use: its capabilities and resource limits. A fresh process has all capabilities, and the limits of Linux's first one.
 *
 * <p>Thread-safe. The limits of memory are handed on to the space, which goes by them; those of other resources are kept and mean nothing here.
 */
final class Rights {
    /** Resources that have a limit: RLIM_NLIMITS. */
    static final int RESOURCES = 16;
    /** Highest capability: CAP_LAST_CAP. */
    static final int LAST_CAPABILITY = 40;

    /** Linux's MLOCK_LIMIT. */
    private static final long LOCKED_BYTES = 8 << 20;

    private final Limits limits;
    private final AtomicLongArray soft = new AtomicLongArray(RESOURCES);
    private final AtomicLongArray hard = new AtomicLongArray(RESOURCES);
    private final AtomicLong capabilities = new AtomicLong((1L << LAST_CAPABILITY + 1) - 1);

    Rights(Limits limits) {
        this.limits = limits;
        for (int resource = 0; resource < RESOURCES; resource++) {
            soft.set(resource, Linux.RLIM_INFINITY);
            hard.set(resource, Linux.RLIM_INFINITY);
        }
        soft.set(Linux.RLIMIT_STACK, Limits.DEFAULT_STACK_BYTES);
        soft.set(Linux.RLIMIT_MEMLOCK, LOCKED_BYTES);
        hard.set(Linux.RLIMIT_MEMLOCK, LOCKED_BYTES);
    }

    /** Takes over what the parent of a fresh child may do and use. */
    void copy(Rights parent) {
        capabilities.set(parent.capabilities.get());
        for (int resource = 0; resource < RESOURCES; resource++) {
            set(resource, parent.soft(resource), parent.hard(resource));
        }
    }

    boolean has(int capability) {
        return (capabilities.get() & 1L << capability) != 0;
    }

    long capabilities() {
        return capabilities.get();
    }

    /** Keeps none but these of the capabilities that the process has. */
    void keep(long mask) {
        capabilities.getAndUpdate(had -> had & mask);
        handOn(Linux.RLIMIT_MEMLOCK);
    }

    long soft(int resource) {
        return soft.get(resource);
    }

    long hard(int resource) {
        return hard.get(resource);
    }

    void set(int resource, long softLimit, long hardLimit) {
        soft.set(resource, softLimit);
        hard.set(resource, hardLimit);
        handOn(resource);
    }

    private void handOn(int resource) {
        long bytes = soft(resource);
        switch (resource) {
            case Linux.RLIMIT_AS -> limits.limitMapped(bytes);
            // A limit of zero is one that was not meant: Linux goes by the hard one then (may_expand_vm of mm/vma.c).
            case Linux.RLIMIT_DATA -> limits.limitData(bytes == 0 ? hard(resource) : bytes);
            case Linux.RLIMIT_STACK -> limits.limitStack(bytes);
            case Linux.RLIMIT_MEMLOCK -> limits.limitLocked(has(Linux.CAP_IPC_LOCK) ? Limits.UNLIMITED : bytes);
            default -> {
                // Nothing of memory's.
            }
        }
    }

    /** Whether the process may lock anything at all (can_do_mlock). */
    boolean mayLock() {
        return soft(Linux.RLIMIT_MEMLOCK) != 0 || has(Linux.CAP_IPC_LOCK);
    }
}

package dev.pagoda.syscalls;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The descriptors of a process: small numbers for open files. The lowest free number is given first, as POSIX asks.
 *
 * <p>Numbers 0 to 2 are left to the streams that a program inherits. Lock-free: a number is taken and given up by one CAS.
 */
final class Descriptors {
    /** RLIMIT_NOFILE's usual hard limit is larger; this is enough for any recording and costs 32 KiB. */
    static final int LIMIT = 4096;

    private static final int FIRST = 3;

    private final AtomicReferenceArray<Description> table = new AtomicReferenceArray<>(LIMIT);

    /** A bit for each number: FD_CLOEXEC. */
    private final AtomicLongArray closedByExec = new AtomicLongArray(LIMIT / Long.SIZE);

    Descriptors() {}

    /** What a number refers to, or null if it is not open, or stands for a path only (fdget of Linux). */
    Description get(int number) {
        Description description = getAny(number);
        return description == null || description.isPath() ? null : description;
    }

    /** What a number refers to, or null if it is not open (fdget_raw of Linux). */
    Description getAny(int number) {
        return number < 0 || number >= LIMIT ? null : table.get(number);
    }

    /** Whether FD_CLOEXEC is set. */
    boolean isClosedByExec(int number) {
        return (closedByExec.get(number / Long.SIZE) >>> number & 1) != 0;
    }

    /** Sets or clears FD_CLOEXEC, of a number that is open. */
    void closeByExec(int number, boolean closes) {
        long bit = 1L << number;
        closedByExec.getAndUpdate(number / Long.SIZE, bits -> closes ? bits | bit : bits & ~bit);
    }

    /** Gives a description the lowest free number from one on; -1 if all are taken. */
    int add(Description description, int least, boolean closedByExec) {
        for (int number = Math.max(least, FIRST); number < LIMIT; number++) {
            if (table.get(number) == null && table.compareAndSet(number, null, description)) {
                closeByExec(number, closedByExec);
                return number;
            }
        }
        return -1;
    }

    /** Opens what another process has open, under the same numbers, for a process that no thread uses yet. */
    void openLike(Descriptors other) {
        for (int number = 0; number < LIMIT; number++) {
            Description description = other.table.get(number);
            if (description != null && description.addDescriptor()) {
                table.set(number, description);
                closeByExec(number, other.isClosedByExec(number));
            }
        }
    }

    /** Makes a number refer to a description, closing what it referred to. */
    void put(int number, Description description, boolean closedByExec) {
        Description before = table.getAndSet(number, description);
        closeByExec(number, closedByExec);
        if (before != null) {
            before.removeDescriptor();
        }
    }

    /** Closes a number; returns 0, EBADF if it was not open, or what its file has to tell at the end, all negated. */
    long close(int number) {
        Description before = number < 0 || number >= LIMIT ? null : table.getAndSet(number, null);
        return before == null ? -Errno.EBADF : before.removeDescriptor();
    }

    void closeAll() {
        for (int number = 0; number < LIMIT; number++) {
            if (table.get(number) != null) {
                close(number);
            }
        }
    }
}

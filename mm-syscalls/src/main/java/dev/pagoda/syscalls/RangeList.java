package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.pagecache.MemoryRanges;

/**
 * An array of struct iovec in the caller's memory, read once: addresses and lengths, cut so that together they are no more than Linux moves in one call.
 *
 * <p>Checks in the order of import_iovec (Linux's lib/iov_iter.c): too many, then range by range readable and not negative, then range by range within user space.
 */
final class RangeList {
    /** UIO_MAXIOV. */
    static final int MOST = 1024;
    /** MAX_RW_COUNT: what is beyond is left out without a word. */
    private static final long MOST_BYTES = 0x7ffff000L;

    private static final int RANGE_BYTES = 16;

    private final long[] starts;
    private final long[] lengths;
    private long total;

    private RangeList(int count) {
        starts = new long[count];
        lengths = new long[count];
    }

    /** Reads an array; null, with the refusal noted, if it is none. */
    static RangeList read(ThreadCalls caller, long address, long count) {
        if (Long.compareUnsigned(count, MOST) > 0) {
            caller.refuse(Errno.EINVAL, "there are more than " + MOST + " ranges");
            return null;
        }
        RangeList list = new RangeList((int) count);
        return list.load(caller, address) && list.cut(caller) ? list : null;
    }

    private boolean load(ThreadCalls caller, long address) {
        if (count() > 0 && !Pages.isUserRange(address, (long) count() * RANGE_BYTES)) {
            caller.refuse(Errno.EFAULT, "the ranges lie outside of user space");
            return false;
        }
        try {
            for (int i = 0; i < count(); i++) {
                starts[i] = caller.view().load(address + (long) i * RANGE_BYTES, Long.BYTES);
                lengths[i] = caller.view().load(address + (long) i * RANGE_BYTES + Long.BYTES, Long.BYTES);
                if (lengths[i] < 0) {
                    // Before the next is read (copy_iovec_from_user).
                    caller.refuse(Errno.EINVAL, "a length is negative");
                    return false;
                }
            }
        } catch (MemoryFault fault) {
            caller.refuse(Errno.EFAULT, fault.getMessage());
            return false;
        }
        return true;
    }

    private boolean cut(ThreadCalls caller) {
        if (count() == 1) {
            // One range is cut before it is looked at, several after it (import_ubuf).
            lengths[0] = Math.min(lengths[0], MOST_BYTES);
        }
        for (int i = 0; i < count(); i++) {
            if (!Pages.isUserRange(starts[i], lengths[i])) {
                caller.refuse(Errno.EFAULT, "a range leaves user space");
                return false;
            }
            lengths[i] = Math.min(lengths[i], MOST_BYTES - total);
            total += lengths[i];
        }
        return true;
    }

    int count() {
        return starts.length;
    }

    long start(int index) {
        return starts[index];
    }

    long length(int index) {
        return lengths[index];
    }

    /** Bytes of all ranges together. */
    long total() {
        return total;
    }

    /** The ranges, as the page cache takes them. */
    MemoryRanges memory() {
        return new MemoryRanges(starts, lengths);
    }
}

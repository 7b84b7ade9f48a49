package dev.pagoda.pagecache;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The writes of one file that failed, told to each open file description once, whoever wrote: a sync, an eviction, the background.
 *
 * <p>A failure makes a new state only if somebody has heard of the last one, so that a thousand failures that nobody asked about are one. What a description has
 * heard is a state that it remembers. A description that is opened after a failure that nobody has heard of hears of it: else one that was told to nobody would be
 * lost with the description that wrote. The idea is Linux's (lib/errseq.c); here the count cannot come round. Lock-free.
 *
 * <pre>
 *  63                               13   12   11             0
 *  +----------------------------------+-------+---------------+
 *  |  failures that were heard of     | heard | errno         |    0: none so far
 *  +----------------------------------+-------+---------------+
 * </pre>
 */
final class ErrorSequence {
    /** What a description remembers that has heard of nothing. */
    static final long NOTHING = 0;

    private static final long ERRNO_MASK = 0xfff;
    private static final long HEARD = 0x1000;
    private static final long ONE = 0x2000;

    private final AtomicLong state = new AtomicLong(NOTHING);

    /** Notes a failure. */
    void record(int errno) {
        while (true) {
            long seen = state.get();
            long count = seen & ~(HEARD | ERRNO_MASK);
            long next = ((seen & HEARD) != 0 ? count + ONE : count) | errno;
            if (next == seen || state.compareAndSet(seen, next)) {
                return;
            }
        }
    }

    /** What a description that is opened now need not hear. */
    long sample() {
        long seen = state.get();
        return (seen & HEARD) != 0 ? seen : NOTHING;
    }

    /**
     * Tells a description of the last failure that it has not heard of, and has it remember that.
     *
     * @param heard what the description remembers
     * @return 0, or the positive error number; of two calls of one description that meet, one is told
     */
    int hear(AtomicLong heard) {
        while (true) {
            long before = heard.get();
            long seen = state.get();
            if (seen == before || seen == NOTHING) {
                return 0;
            }
            long told = seen | HEARD;
            // Marked first: a failure that comes after this is another one.
            if ((seen == told || state.compareAndSet(seen, told)) && heard.compareAndSet(before, told)) {
                return (int) (seen & ERRNO_MASK);
            }
        }
    }
}

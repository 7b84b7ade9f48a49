package dev.pagoda.runtime.stress;

/**
 * What is stored in pages on which several threads work at the same time. A word tells itself whether it belongs where it is found, so nobody has to
 * know who stored it, or when.
 *
 * <pre>
 *  63          48 47    40 39       25 24          9 8      0
 *  +-------------+--------+-----------+-------------+--------+
 *  |  checksum   | domain |   round   |    page     |  word  |
 *  +-------------+--------+-----------+-------------+--------+
 *
 *   domain   whose memory it is: of one space, or of the objects that all share
 *   round    when it was stored: what is older than the domain's last emptying should be gone
 *   page     where it was stored; pages move, so it is for reports
 *   word     which word of its page it is; that never changes
 * </pre>
 */
final class Stamp {
    /** Rounds are counted modulo this. */
    static final int ROUNDS = 1 << 15;

    private static final int PAGE_SHIFT = 9;
    private static final int ROUND_SHIFT = 25;
    private static final int DOMAIN_SHIFT = 40;
    private static final int CHECKSUM_SHIFT = 48;
    private static final long CONTENT = (1L << CHECKSUM_SHIFT) - 1;

    private Stamp() {}

    /** The stamp of a word. */
    static long of(int domain, int round, long address) {
        long content = (long) domain << DOMAIN_SHIFT
                | (long) round << ROUND_SHIFT
                | (address >>> 12 & 0xffff) << PAGE_SHIFT
                | word(address);
        return checksum(content) << CHECKSUM_SHIFT | content;
    }

    /** Whose memory a value was stored in, if it is a stamp. */
    static int domain(long value) {
        return (int) (value >>> DOMAIN_SHIFT) & 0xff;
    }

    /**
     * Proves that a value may be found at an address: nothing, or what was stored in the same memory since it was emptied.
     *
     * @param value what was found
     * @param domain whose memory it is
     * @param emptied the round in which the memory was last emptied
     * @param now the round of this look
     */
    static void check(long value, int domain, int emptied, int now, long address) {
        if (value == 0) {
            return;
        }
        long content = value & CONTENT;
        if (checksum(content) != value >>> CHECKSUM_SHIFT) {
            throw wrong(value, address, "was never stored by anybody");
        }
        if (content >>> DOMAIN_SHIFT != domain) {
            throw wrong(value, address, "belongs to memory " + (content >>> DOMAIN_SHIFT) + ", not to " + domain);
        }
        if ((content & (1 << PAGE_SHIFT) - 1) != word(address)) {
            throw wrong(value, address, "was stored in another word of its page");
        }
        int stored = (int) (content >>> ROUND_SHIFT) & ROUNDS - 1;
        if (stored < emptied || stored > now) {
            throw wrong(
                    value,
                    address,
                    "was stored in round " + stored + ", but this memory was emptied in round " + emptied);
        }
    }

    private static long word(long address) {
        return address >>> 3 & (1 << PAGE_SHIFT) - 1;
    }

    private static long checksum(long content) {
        long mixed = content * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        // Never 0, so that no stamp looks like untouched memory, and a page of one repeated byte is none either.
        return mixed >>> CHECKSUM_SHIFT | 1;
    }

    private static IllegalStateException wrong(long value, long address, String what) {
        return new IllegalStateException(
                "0x" + Long.toHexString(value) + " at 0x" + Long.toHexString(address) + " " + what);
    }
}

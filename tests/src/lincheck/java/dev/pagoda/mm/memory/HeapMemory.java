package dev.pagoda.mm.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The words behind the stand-in of {@link RawMemory}: for each reservation pages of an array each, made when they are first used. Lincheck does not look into it.
 *
 * <p>An address is the number of the reservation and the offset in it. Of a reservation only the first {@value #MOST_BYTES} bytes exist.
 */
final class HeapMemory {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_WORDS = 1 << PAGE_SHIFT - 3;
    private static final long MOST_BYTES = 8L << 20;
    private static final int MOST_RESERVATIONS = 64;
    /** Words of a frame that scenarios use: others differ in their place only. */
    private static final int WATCHED_WORDS = 4;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final AtomicReferenceArray<AtomicLongArray>[] MEMORY = new AtomicReferenceArray[MOST_RESERVATIONS];

    private static int reservations;
    /** Number of the reservation whose frames are watched in part, or 0. */
    private static int frames;

    private HeapMemory() {}

    static void forgetAll() {
        reservations = 0;
        frames = 0;
    }

    static long reserve(long bytes) {
        int pages = (int) (Math.min(bytes, MOST_BYTES) + (1 << PAGE_SHIFT) - 1 >>> PAGE_SHIFT);
        MEMORY[reservations] = new AtomicReferenceArray<>(pages);
        return (long) ++reservations << Integer.SIZE;
    }

    /** As {@link #reserve}, for frames, of which only the first words are watched. */
    static long reserveFrames(long bytes) {
        long address = reserve(bytes);
        frames = reservations;
        return address;
    }

    /** Whether it matters to a scenario in which order this word is accessed. */
    static boolean isWatched(long address) {
        return (int) (address >>> Integer.SIZE) != frames || (address >>> 3 & PAGE_WORDS - 1) < WATCHED_WORDS;
    }

    static AtomicLongArray page(long address) {
        AtomicReferenceArray<AtomicLongArray> pages = MEMORY[(int) (address >>> Integer.SIZE) - 1];
        int index = (int) address >>> PAGE_SHIFT;
        AtomicLongArray page = pages.get(index);
        if (page == null) {
            AtomicLongArray fresh = new AtomicLongArray(PAGE_WORDS);
            page = pages.compareAndExchange(index, null, fresh);
            page = page == null ? fresh : page;
        }
        return page;
    }

    /** Fills a page that nobody has touched, as one access; false if somebody has. */
    static boolean fillUntouched(long address, long word) {
        long[] words = new long[PAGE_WORDS];
        Arrays.fill(words, word);
        return MEMORY[(int) (address >>> Integer.SIZE) - 1].compareAndSet(
                (int) address >>> PAGE_SHIFT, null, new AtomicLongArray(words));
    }

    static int index(long address) {
        return (int) (address >>> 3) & PAGE_WORDS - 1;
    }

    private static int aligned(long address) {
        if ((address & 7) != 0) {
            throw new IllegalArgumentException("no word starts at address " + Long.toHexString(address));
        }
        return index(address);
    }

    static long get(long address) {
        return page(address).get(aligned(address));
    }

    static void set(long address, long value) {
        page(address).set(aligned(address), value);
    }

    static long compareAndExchange(long address, long expected, long value) {
        return page(address).compareAndExchange(aligned(address), expected, value);
    }

    static long getAndAdd(long address, long delta) {
        return page(address).getAndAdd(aligned(address), delta);
    }

    static long getAndSet(long address, long value) {
        return page(address).getAndSet(aligned(address), value);
    }

    static long getAndChange(long address, long kept, long set) {
        while (true) {
            long found = get(address);
            if (compareAndExchange(address, found, found & kept | set) == found) {
                return found;
            }
        }
    }

    // Parts of a word

    /** The bytes at an address that does not cross a word. */
    static long part(long address, int bytes) {
        int shift = shift(address, bytes);
        return page(address).get(index(address)) >>> shift;
    }

    static void setPart(long address, int bytes, long value) {
        int shift = shift(address, bytes);
        getAndChange(address & -Long.BYTES, ~(mask(bytes) << shift), value << shift & mask(bytes) << shift);
    }

    static long compareAndExchangePart(long address, int bytes, long expected, long value) {
        int shift = shift(address, bytes);
        long mask = mask(bytes) << shift;
        long word = address & -Long.BYTES;
        while (true) {
            long whole = get(word);
            if ((whole & mask) != (expected << shift & mask)
                    || compareAndExchange(word, whole, whole & ~mask | value << shift & mask) == whole) {
                return whole >>> shift;
            }
        }
    }

    private static long mask(int bytes) {
        return -1L >>> Long.SIZE - 8 * bytes;
    }

    private static int shift(long address, int bytes) {
        int first = (int) address & 7;
        if (first + bytes > Long.BYTES) {
            throw new IllegalArgumentException(
                    bytes + " bytes at address " + Long.toHexString(address) + " cross a word");
        }
        return first * 8;
    }
}

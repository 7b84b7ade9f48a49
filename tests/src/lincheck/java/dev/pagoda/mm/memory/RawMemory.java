package dev.pagoda.mm.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Stands in for the class of the same name where Lincheck looks on: it sees accesses of objects, not of raw memory. First on the class path, so that
 * production code calls this one and does not know it.
 *
 * <p>Memory is arrays of words, one for each {@link Reservation}; an address is the number of the reservation and the offset in it. Every method is
 * sequentially consistent and one atomic step, which Lincheck is told ({@code LincheckRuns}), so what is explored is every order of the accesses, and not what a weaker
 * order would allow: that is jcstress's part. Memory that Lincheck's scenarios never touch does not exist: of a reservation only the
 * first {@value #MOST_BYTES} bytes.
 */
public final class RawMemory {
    private static final int MOST_BYTES = 1 << 18;
    private static final int MOST_RESERVATIONS = 64;
    private static final AtomicLongArray[] MEMORY = new AtomicLongArray[MOST_RESERVATIONS];
    private static int reservations;

    private RawMemory() {}

    /** Forgets all memory: each invocation of a scenario starts with this, so that it always meets the same addresses. */
    public static void forgetAll() {
        reservations = 0;
    }

    static long reserve(long bytes) {
        MEMORY[reservations] = new AtomicLongArray((int) (Math.min(bytes, MOST_BYTES) / Long.BYTES));
        return (long) ++reservations << Integer.SIZE;
    }

    private static AtomicLongArray words(long address) {
        return MEMORY[(int) (address >>> Integer.SIZE) - 1];
    }

    private static int index(long address) {
        return (int) address >>> 3;
    }

    private static int aligned(long address) {
        if ((address & 7) != 0) {
            throw new IllegalArgumentException("no word starts at address " + Long.toHexString(address));
        }
        return index(address);
    }

    /** Loads a word that nobody else can change. */
    public static long getPlain(long address) {
        return words(address).get(aligned(address));
    }

    /** Stores a word that nobody else can see yet. */
    public static void setPlain(long address, long value) {
        words(address).set(aligned(address), value);
    }

    /** Loads a word without ordering. */
    public static long getOpaque(long address) {
        return words(address).get(aligned(address));
    }

    /** Stores a word without ordering. */
    public static void setOpaque(long address, long value) {
        words(address).set(aligned(address), value);
    }

    /** Loads a word with acquire. */
    public static long getAcquire(long address) {
        return words(address).get(aligned(address));
    }

    /** Loads a word, sequentially consistent. */
    public static long getVolatile(long address) {
        return words(address).get(aligned(address));
    }

    /** Stores a word with release. */
    public static void setRelease(long address, long value) {
        words(address).set(aligned(address), value);
    }

    /** Stores a word, sequentially consistent. */
    public static void setVolatile(long address, long value) {
        words(address).set(aligned(address), value);
    }

    /** Changes a word from expected to value if it still is expected. */
    public static boolean compareAndSet(long address, long expected, long value) {
        return words(address).compareAndSet(aligned(address), expected, value);
    }

    /** Changes a word from expected to value if it still is expected; returns what was there. */
    public static long compareAndExchange(long address, long expected, long value) {
        return words(address).compareAndExchange(aligned(address), expected, value);
    }

    /** Adds to a word; returns what was there. */
    public static long getAndAdd(long address, long delta) {
        return words(address).getAndAdd(aligned(address), delta);
    }

    /** Sets a word; returns what was there. */
    public static long getAndSet(long address, long value) {
        return words(address).getAndSet(aligned(address), value);
    }

    /** Sets bits of a word; returns what was there. */
    public static long getAndBitwiseOr(long address, long bits) {
        AtomicLongArray words = words(address);
        int index = aligned(address);
        long found = words.get(index);
        for (long seen; (seen = words.compareAndExchange(index, found, found | bits)) != found; ) {
            found = seen;
        }
        return found;
    }

    /** Keeps bits of a word; returns what was there. */
    public static long getAndBitwiseAnd(long address, long bits) {
        AtomicLongArray words = words(address);
        int index = aligned(address);
        long found = words.get(index);
        for (long seen; (seen = words.compareAndExchange(index, found, found & bits)) != found; ) {
            found = seen;
        }
        return found;
    }

    /** Loads a 32-bit word. */
    public static int getIntAcquire(long address) {
        return (int) part(address, Integer.BYTES);
    }

    /** Stores a 32-bit word. */
    public static void setIntRelease(long address, int value) {
        setPart(address, Integer.BYTES, value);
    }

    /** Changes a 32-bit word from expected to value if it still is expected. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return compareAndExchangeInt(address, expected, value) == expected;
    }

    /** Changes a 32-bit word from expected to value if it still is expected; returns what was there. */
    public static int compareAndExchangeInt(long address, int expected, int value) {
        return (int) compareAndExchangePart(address, Integer.BYTES, expected, value);
    }

    /** Adds to a 32-bit word; returns what was there. */
    public static int getAndAddInt(long address, int delta) {
        while (true) {
            int found = getIntAcquire(address);
            if (compareAndSetInt(address, found, found + delta)) {
                return found;
            }
        }
    }

    /** Changes a 16-bit word from expected to value; returns what was there. */
    public static short compareAndExchangeShort(long address, short expected, short value) {
        return (short) compareAndExchangePart(address, Short.BYTES, expected, value);
    }

    /** Changes a byte from expected to value; returns what was there. */
    public static byte compareAndExchangeByte(long address, byte expected, byte value) {
        return (byte) compareAndExchangePart(address, Byte.BYTES, expected, value);
    }

    /** Loads one byte. */
    public static byte getByte(long address) {
        return (byte) part(address, Byte.BYTES);
    }

    /** Stores one byte. */
    public static void setByte(long address, byte value) {
        setPart(address, Byte.BYTES, value);
    }

    /** Loads two bytes. */
    public static short getShort(long address) {
        return (short) part(address, Short.BYTES);
    }

    /** Stores two bytes. */
    public static void setShort(long address, short value) {
        setPart(address, Short.BYTES, value);
    }

    /** Loads four bytes. */
    public static int getInt(long address) {
        return (int) part(address, Integer.BYTES);
    }

    /** Stores four bytes. */
    public static void setInt(long address, int value) {
        setPart(address, Integer.BYTES, value);
    }

    /** Loads eight bytes. */
    public static long getLong(long address) {
        return getPlain(address);
    }

    /** Stores eight bytes. */
    public static void setLong(long address, long value) {
        setPlain(address, value);
    }

    /** Copies bytes. */
    public static void copy(long source, long destination, long bytes) {
        for (long offset = 0; offset < bytes; offset++) {
            setByte(destination + offset, getByte(source + offset));
        }
    }

    /** Copies bytes out into a heap array. */
    public static void copyOut(long source, byte[] destination, int offset, int bytes) {
        for (int i = 0; i < bytes; i++) {
            destination[offset + i] = getByte(source + i);
        }
    }

    /** Copies bytes of a heap array in. */
    public static void copyIn(byte[] source, int offset, long destination, int bytes) {
        for (int i = 0; i < bytes; i++) {
            setByte(destination + i, source[offset + i]);
        }
    }

    /** Sets every byte of a range. */
    public static void fill(long address, long bytes, byte value) {
        for (long offset = 0; offset < bytes; offset++) {
            setByte(address + offset, value);
        }
    }

    /** Not to be had here: there is no memory that a segment could lie over. */
    public static MemorySegment segment(long address, long bytes) {
        throw new UnsupportedOperationException("memory on the heap has no segments");
    }

    /** The bytes at an address that does not cross a word. */
    private static long part(long address, int bytes) {
        return words(address).get(index(address)) >>> shift(address, bytes);
    }

    private static void setPart(long address, int bytes, long value) {
        AtomicLongArray words = words(address);
        long mask = mask(bytes) << shift(address, bytes);
        while (true) {
            long whole = words.get(index(address));
            long changed = whole & ~mask | value << shift(address, bytes) & mask;
            if (words.compareAndSet(index(address), whole, changed)) {
                return;
            }
        }
    }

    private static long compareAndExchangePart(long address, int bytes, long expected, long value) {
        AtomicLongArray words = words(address);
        int shift = shift(address, bytes);
        long mask = mask(bytes) << shift;
        while (true) {
            long whole = words.get(index(address));
            if ((whole & mask) != (expected << shift & mask)
                    || words.compareAndSet(index(address), whole, whole & ~mask | value << shift & mask)) {
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

package dev.pagoda.mm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Loads, stores and atomic changes of off-heap memory by absolute address: the only class that touches raw memory.
 *
 * <p>The memory order is in the name. A release names the acquire it pairs with where it is called. Nothing
 * is checked: an address outside of memory that this kernel reserved crashes the JVM, so only the packages of
 * this module may call, with addresses they computed from a frame number. All methods are wait-free.
 *
 * <p>Access modes: <em>plain</em> for memory that nobody else can reach, and for the guest's own data;
 * <em>opaque</em> for single-writer words read by others without ordering; <em>acquire</em> for words that lead to
 * other memory; <em>release</em> for the store that publishes; compare-and-set is a full fence on x86 and acts as
 * release and acquire everywhere.
 */
public final class RawMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    /** Eight bytes of an array. */
    private static final VarHandle IN_ARRAY = MethodHandles.byteArrayViewVarHandle(
                    long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();

    /**
     * The bits that an address can have: 47, as Linux gives to user space. The compiler cannot know that an address lies inside of {@link #ALL} and is aligned, and would check
     * both at every access, six instructions each time; after one mask it does know. A check is left for runs with assertions.
     */
    private static final long BYTE_MASK = (1L << 47) - 1;

    private static final long INT_MASK = BYTE_MASK - 3;
    private static final long LONG_MASK = BYTE_MASK - 7;

    /** The lowest bit of each byte of a word, and the highest. */
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;

    private static final long HIGH_BITS = LOW_BITS << 7;

    private RawMemory() {}

    /** Loads a word that nobody else can change. */
    public static long getPlain(long address) {
        return (long) LONG.get(ALL, masked(address, LONG_MASK));
    }

    /** As {@link #getPlain(long)}, of a word at a constant offset, a multiple of 8 bytes: one instruction, where the sum of both would be masked again. */
    public static long getPlain(long address, int offset) {
        return (long) LONG.get(ALL, masked(address, LONG_MASK) + offset);
    }

    /** Stores a word that nobody else can see yet. */
    public static void setPlain(long address, long value) {
        LONG.set(ALL, masked(address, LONG_MASK), value);
    }

    /** Loads a word without ordering. */
    public static long getOpaque(long address) {
        return (long) LONG.getOpaque(ALL, masked(address, LONG_MASK));
    }

    /** Stores a single-writer word without ordering. */
    public static void setOpaque(long address, long value) {
        LONG.setOpaque(ALL, masked(address, LONG_MASK), value);
    }

    /** Loads a word; what its publisher wrote before is visible afterwards. */
    public static long getAcquire(long address) {
        return (long) LONG.getAcquire(ALL, masked(address, LONG_MASK));
    }

    /** Loads a word in the one order that all volatile accesses and atomic changes have: no later load comes before an earlier change. */
    public static long getVolatile(long address) {
        return (long) LONG.getVolatile(ALL, masked(address, LONG_MASK));
    }

    /** Stores a word and publishes all that was written before. */
    public static void setRelease(long address, long value) {
        LONG.setRelease(ALL, masked(address, LONG_MASK), value);
    }

    /** Changes a word from expected to value if it still is expected. */
    public static boolean compareAndSet(long address, long expected, long value) {
        return LONG.compareAndSet(ALL, masked(address, LONG_MASK), expected, value);
    }

    /** Changes a word from expected to value if it still is expected; returns what was there. */
    public static long compareAndExchange(long address, long expected, long value) {
        return (long) LONG.compareAndExchange(ALL, masked(address, LONG_MASK), expected, value);
    }

    /** Adds to a word; returns what was there. */
    public static long getAndAdd(long address, long delta) {
        return (long) LONG.getAndAdd(ALL, masked(address, LONG_MASK), delta);
    }

    /** Replaces a word; returns what was there. */
    public static long getAndSet(long address, long value) {
        return (long) LONG.getAndSet(ALL, masked(address, LONG_MASK), value);
    }

    /** Sets bits of a word; returns what was there. */
    public static long getAndBitwiseOr(long address, long bits) {
        return (long) LONG.getAndBitwiseOr(ALL, masked(address, LONG_MASK), bits);
    }

    /** Clears the bits of a word that are not in the mask; returns what was there. */
    public static long getAndBitwiseAnd(long address, long mask) {
        return (long) LONG.getAndBitwiseAnd(ALL, masked(address, LONG_MASK), mask);
    }

    /** Loads a 32-bit word; what its publisher wrote before is visible afterwards. */
    public static int getIntAcquire(long address) {
        return (int) INT.getAcquire(ALL, masked(address, INT_MASK));
    }

    /** Stores a 32-bit word and publishes all that was written before. */
    public static void setIntRelease(long address, int value) {
        INT.setRelease(ALL, masked(address, INT_MASK), value);
    }

    /** Changes a 32-bit word from expected to value if it still is expected. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return INT.compareAndSet(ALL, masked(address, INT_MASK), expected, value);
    }

    /** Changes a 32-bit word from expected to value if it still is expected; returns what was there. */
    public static int compareAndExchangeInt(long address, int expected, int value) {
        return (int) INT.compareAndExchange(ALL, masked(address, INT_MASK), expected, value);
    }

    /** Adds to a 32-bit word; returns what was there. */
    public static int getAndAddInt(long address, int delta) {
        return (int) INT.getAndAdd(ALL, masked(address, INT_MASK), delta);
    }

    /** Replaces a 32-bit word; returns what was there. */
    public static int getAndSetInt(long address, int value) {
        return (int) INT.getAndSet(ALL, masked(address, INT_MASK), value);
    }

    /** Loads a 32-bit word in the one order that all volatile accesses and atomic changes have. */
    public static int getIntVolatile(long address) {
        return (int) INT.getVolatile(ALL, masked(address, INT_MASK));
    }

    /** Changes a 16-bit word from expected to value; returns what was there. The address is aligned to 2 bytes. */
    public static short compareAndExchangeShort(long address, short expected, short value) {
        // No hardware instruction is reachable for 16 bits, so the enclosing 32 bits are changed.
        long word = address & ~3L;
        int shift = (int) (address & 2) << 3;
        int mask = 0xffff << shift;
        while (true) {
            int whole = getIntAcquire(word);
            short found = (short) (whole >>> shift);
            if (found != expected || compareAndSetInt(word, whole, whole & ~mask | (value & 0xffff) << shift)) {
                return found;
            }
        }
    }

    /** Changes a byte from expected to value; returns what was there. */
    public static byte compareAndExchangeByte(long address, byte expected, byte value) {
        long word = address & ~3L;
        int shift = (int) (address & 3) << 3;
        int mask = 0xff << shift;
        while (true) {
            int whole = getIntAcquire(word);
            byte found = (byte) (whole >>> shift);
            if (found != expected || compareAndSetInt(word, whole, whole & ~mask | (value & 0xff) << shift)) {
                return found;
            }
        }
    }

    /** Loads one byte of guest data. */
    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, masked(address, BYTE_MASK));
    }

    /** Stores one byte of guest data. */
    public static void setByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, masked(address, BYTE_MASK), value);
    }

    /** Loads two bytes of guest data at any address. */
    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, masked(address, BYTE_MASK));
    }

    /** Stores two bytes of guest data at any address. */
    public static void setShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, masked(address, BYTE_MASK), value);
    }

    /** Loads four bytes of guest data at any address. */
    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, masked(address, BYTE_MASK));
    }

    /** Stores four bytes of guest data at any address. */
    public static void setInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, masked(address, BYTE_MASK), value);
    }

    /** Loads eight bytes of guest data at any address. */
    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, masked(address, BYTE_MASK));
    }

    /** Stores eight bytes of guest data at any address. */
    public static void setLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, masked(address, BYTE_MASK), value);
    }

    /** Copies bytes between two places that do not overlap. */
    public static void copy(long source, long destination, long bytes) {
        MemorySegment.copy(ALL, source, ALL, destination, bytes);
    }

    /** Copies bytes out of raw memory into a heap array; eight by one load, which spares them a call of the copier that costs more than they do. */
    public static void copyOut(long source, byte[] destination, int offset, int bytes) {
        if (bytes == Long.BYTES) {
            IN_ARRAY.set(destination, offset, getLong(source));
            return;
        }
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, source, destination, offset, bytes);
    }

    /** Copies bytes of a heap array into raw memory; eight by one store. */
    public static void copyIn(byte[] source, int offset, long destination, int bytes) {
        if (bytes == Long.BYTES) {
            setLong(destination, (long) IN_ARRAY.get(source, offset));
            return;
        }
        MemorySegment.copy(source, offset, ALL, ValueLayout.JAVA_BYTE, destination, bytes);
    }

    /** Copies bytes out of raw memory into a segment. */
    public static void copyOut(long source, MemorySegment destination, long offset, long bytes) {
        MemorySegment.copy(ALL, source, destination, offset, bytes);
    }

    /** Copies bytes of a segment into raw memory. */
    public static void copyIn(MemorySegment source, long offset, long destination, long bytes) {
        MemorySegment.copy(source, offset, ALL, destination, bytes);
    }

    /** The distance of the first byte in which two ranges differ, or -1. */
    public static long mismatch(long first, long second, long bytes) {
        return MemorySegment.mismatch(ALL, first, first + bytes, ALL, second, second + bytes);
    }

    /** The distance of the first byte in which a range differs from a part of a segment, or -1. */
    public static long mismatch(long address, MemorySegment other, long offset, long bytes) {
        return MemorySegment.mismatch(ALL, address, address + bytes, other, offset, offset + bytes);
    }

    /** The distance of the first byte of a value in a range, or -1. Looks at eight bytes at a time: in a word of differences the lowest zero byte is told exactly. */
    public static long indexOf(long address, long bytes, byte value) {
        long pattern = (value & 0xffL) * LOW_BITS;
        long at = 0;
        for (; at <= bytes - Long.BYTES; at += Long.BYTES) {
            long difference = getLong(address + at) ^ pattern;
            long zeroes = difference - LOW_BITS & ~difference & HIGH_BITS;
            if (zeroes != 0) {
                return at + (Long.numberOfTrailingZeros(zeroes) >>> 3);
            }
        }
        for (; at < bytes; at++) {
            if (getByte(address + at) == value) {
                return at;
            }
        }
        return -1;
    }

    /** Sets every byte of a range. */
    public static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address, bytes).fill(value);
    }

    /**
     * Clears whole words that nobody else can reach, such as those of a new frame. By {@link #fill}: a loop that the compiler makes vectors of takes half the time for a frame that is in the cache (38 against 71 ns), but a
     * first touch, of a frame that is not, then takes 270 instead of 167.
     *
     * @param address of the first word, a multiple of 8
     * @param bytes how many, a multiple of 8, at most 1 GiB
     */
    public static void clear(long address, long bytes) {
        fill(address, bytes, (byte) 0);
    }

    /** Words that lie side by side, to be read in a loop without ordering: a segment, for the compiler makes vectors of loops over one. */
    public static MemorySegment words(long address, int count) {
        return ALL.asSlice(address, (long) count * Long.BYTES);
    }

    /** A segment over raw memory, for I/O; valid as long as the memory behind the address. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    /** A segment over raw memory that ends with an arena. */
    public static MemorySegment segment(long address, long bytes, Arena arena) {
        return ALL.asSlice(address, bytes).reinterpret(arena, null);
    }

    private static long masked(long address, long mask) {
        assert (address & ~mask) == 0 : address;
        return address & mask;
    }
}

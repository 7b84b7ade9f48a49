package dev.pagoda.mm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stands in for the class of the same name where Lincheck looks on: it sees accesses of objects, not of raw memory. First on the class path, so that
 * production code calls this one and does not know it.
 *
 * <p>Memory is {@link HeapMemory}'s. Every method is sequentially consistent and one atomic step, so what is explored is every order of the accesses, and not what a weaker
 * order would allow: that is jcstress's part. Before each step another thread may come in, which Lincheck learns by a read of {@link #step}; not
 * before those on memory that nobody else can reach, and not before those on words that no scenario uses.
 */
public final class RawMemory {
    /** Read where another thread may come in; Lincheck looks at it, and it has no other use. */
    private static volatile int step;

    private RawMemory() {}

    /** Forgets all memory: each invocation of a scenario starts with this, so that it always meets the same addresses. */
    public static void forgetAll() {
        HeapMemory.forgetAll();
    }

    private static long step(long address) {
        return HeapMemory.isWatched(address) ? address + step : address;
    }

    /** Loads a word that nobody else can change. */
    public static long getPlain(long address) {
        return HeapMemory.get(address);
    }

    /** Loads a word at an offset. */
    public static long getPlain(long address, int offset) {
        return getPlain(address + offset);
    }

    /** Stores a word that nobody else can see yet. */
    public static void setPlain(long address, long value) {
        HeapMemory.set(address, value);
    }

    /** Loads a word without ordering. */
    public static long getOpaque(long address) {
        return HeapMemory.get(step(address));
    }

    /** Stores a word without ordering. */
    public static void setOpaque(long address, long value) {
        HeapMemory.set(step(address), value);
    }

    /** Loads a word with acquire. */
    public static long getAcquire(long address) {
        return HeapMemory.get(step(address));
    }

    /** Loads a word, sequentially consistent. */
    public static long getVolatile(long address) {
        return HeapMemory.get(step(address));
    }

    /** Stores a word with release. */
    public static void setRelease(long address, long value) {
        HeapMemory.set(step(address), value);
    }

    /** Stores a word, sequentially consistent. */
    public static void setVolatile(long address, long value) {
        HeapMemory.set(step(address), value);
    }

    /** Changes a word from expected to value if it still is expected. */
    public static boolean compareAndSet(long address, long expected, long value) {
        return HeapMemory.compareAndExchange(step(address), expected, value) == expected;
    }

    /** Changes a word from expected to value if it still is expected; returns what was there. */
    public static long compareAndExchange(long address, long expected, long value) {
        return HeapMemory.compareAndExchange(step(address), expected, value);
    }

    /** Adds to a word; returns what was there. */
    public static long getAndAdd(long address, long delta) {
        return HeapMemory.getAndAdd(step(address), delta);
    }

    /** Sets a word; returns what was there. */
    public static long getAndSet(long address, long value) {
        return HeapMemory.getAndSet(step(address), value);
    }

    /** Sets bits of a word; returns what was there. */
    public static long getAndBitwiseOr(long address, long bits) {
        return HeapMemory.getAndChange(step(address), -1, bits);
    }

    /** Keeps bits of a word; returns what was there. */
    public static long getAndBitwiseAnd(long address, long bits) {
        return HeapMemory.getAndChange(step(address), bits, 0);
    }

    /** Loads a 32-bit word. */
    public static int getIntAcquire(long address) {
        return (int) HeapMemory.part(step(address), Integer.BYTES);
    }

    /** Loads a 32-bit word, sequentially consistent. */
    public static int getIntVolatile(long address) {
        return (int) HeapMemory.part(step(address), Integer.BYTES);
    }

    /** Sets a 32-bit word; returns what was there. */
    public static int getAndSetInt(long address, int value) {
        while (true) {
            int found = getIntAcquire(address);
            if (compareAndSetInt(address, found, value)) {
                return found;
            }
        }
    }

    /** Stores a 32-bit word. */
    public static void setIntRelease(long address, int value) {
        HeapMemory.setPart(step(address), Integer.BYTES, value);
    }

    /** Changes a 32-bit word from expected to value if it still is expected. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return compareAndExchangeInt(address, expected, value) == expected;
    }

    /** Changes a 32-bit word from expected to value if it still is expected; returns what was there. */
    public static int compareAndExchangeInt(long address, int expected, int value) {
        return (int) HeapMemory.compareAndExchangePart(step(address), Integer.BYTES, expected, value);
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
        return (short) HeapMemory.compareAndExchangePart(step(address), Short.BYTES, expected, value);
    }

    /** Changes a byte from expected to value; returns what was there. */
    public static byte compareAndExchangeByte(long address, byte expected, byte value) {
        return (byte) HeapMemory.compareAndExchangePart(step(address), Byte.BYTES, expected, value);
    }

    /** Loads a byte. */
    public static byte getByte(long address) {
        return (byte) HeapMemory.part(step(address), Byte.BYTES);
    }

    /** Stores a byte. */
    public static void setByte(long address, byte value) {
        HeapMemory.setPart(step(address), Byte.BYTES, value);
    }

    /** Loads two bytes. */
    public static short getShort(long address) {
        return (short) HeapMemory.part(step(address), Short.BYTES);
    }

    /** Stores two bytes. */
    public static void setShort(long address, short value) {
        HeapMemory.setPart(step(address), Short.BYTES, value);
    }

    /** Loads four bytes. */
    public static int getInt(long address) {
        return (int) HeapMemory.part(step(address), Integer.BYTES);
    }

    /** Stores four bytes. */
    public static void setInt(long address, int value) {
        HeapMemory.setPart(step(address), Integer.BYTES, value);
    }

    /** Loads eight bytes. */
    public static long getLong(long address) {
        return HeapMemory.get(step(address));
    }

    /** Stores eight bytes. */
    public static void setLong(long address, long value) {
        HeapMemory.set(step(address), value);
    }

    /** Copies whole words. */
    public static void copy(long source, long destination, long bytes) {
        for (long offset = 0; offset < bytes; offset += Long.BYTES) {
            HeapMemory.set(destination + offset, HeapMemory.get(step(source + offset)));
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

    /** Copies bytes out into a segment. */
    public static void copyOut(long source, MemorySegment destination, long offset, long bytes) {
        for (long i = 0; i < bytes; i++) {
            destination.set(ValueLayout.JAVA_BYTE, offset + i, getByte(source + i));
        }
    }

    /** Copies bytes of a segment in. */
    public static void copyIn(MemorySegment source, long offset, long destination, long bytes) {
        for (long i = 0; i < bytes; i++) {
            setByte(destination + i, source.get(ValueLayout.JAVA_BYTE, offset + i));
        }
    }

    /** The distance of the first byte in which two ranges differ, or -1. */
    public static long mismatch(long first, long second, long bytes) {
        long at = 0;
        while (at < bytes && getByte(first + at) == getByte(second + at)) {
            at++;
        }
        return at < bytes ? at : -1;
    }

    /** The distance of the first byte in which a range differs from a part of a segment, or -1. */
    public static long mismatch(long address, MemorySegment other, long offset, long bytes) {
        long at = 0;
        while (at < bytes && getByte(address + at) == other.get(ValueLayout.JAVA_BYTE, offset + at)) {
            at++;
        }
        return at < bytes ? at : -1;
    }

    /** The distance of the first byte of a value in a range, or -1. */
    public static long indexOf(long address, long bytes, byte value) {
        long at = 0;
        while (at < bytes && getByte(address + at) != value) {
            at++;
        }
        return at < bytes ? at : -1;
    }

    /** Clears whole words. */
    public static void clear(long address, long bytes) {
        fill(address, bytes, (byte) 0);
    }

    /** Sets every byte of whole words. */
    public static void fill(long address, long bytes, byte value) {
        long word = (value & 0xffL) * 0x0101010101010101L;
        long offset = 0;
        while (offset < bytes) {
            long at = step(address + offset);
            boolean isPage = (at & 4095) == 0 && bytes - offset >= 4096;
            if (isPage && HeapMemory.fillUntouched(at, word)) {
                offset += 4096;
            } else {
                HeapMemory.set(at, word);
                offset += Long.BYTES;
            }
        }
    }

    /** Words that lie side by side, read one after the other. */
    public static MemorySegment words(long address, int count) {
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = getOpaque(address + (long) i * Long.BYTES);
        }
        return MemorySegment.ofArray(words);
    }

    /** Not to be had here: there is no memory that a segment could lie over. */
    public static MemorySegment segment(long address, long bytes) {
        throw new UnsupportedOperationException("memory on the heap has no segments");
    }

    /** As {@link #segment(long, long)}. */
    public static MemorySegment segment(long address, long bytes, Arena arena) {
        return segment(address, bytes);
    }
}

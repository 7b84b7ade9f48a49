package dev.pagoda.runtime.script;

/**
 * The memory of a process as the lines of a script see it. Sizes are 1, 2, 4 or 8 bytes, words are little-endian.
 *
 * <p>Every access throws {@link dev.pagoda.mm.space.MemoryFault} where memory refuses it. Used by the thread that runs
 * the script.
 */
public interface ScriptMemory {
    /** Loads a word, zero-extended. */
    long load(long address, int sizeBytes);

    /** Stores the low bytes of a word. */
    void store(long address, int sizeBytes, long value);

    /** Replaces a word if it has the expected value, and returns the old one, zero-extended. */
    long compareAndSet(long address, int sizeBytes, long expected, long value);

    /** Reads bytes until the destination is full. */
    void read(long address, byte[] destination);

    /** Writes all bytes of the source. */
    void write(long address, byte[] source);

    /** Stores one byte all over a range. */
    void fill(long address, long lengthBytes, byte value);
}

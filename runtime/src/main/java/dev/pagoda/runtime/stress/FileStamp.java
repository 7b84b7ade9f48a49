package dev.pagoda.runtime.stress;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What is stored in files under stress: words that tell where they belong and which store of their sector they are from.
 *
 * <pre>
 *  63        53 52        29 28  26 25              6 5      0
 *  +-----------+------------+------+-----------------+--------+
 *  | checksum  |  version   | file |     sector      |  word  |
 *  +-----------+------------+------+-----------------+--------+
 * </pre>
 *
 * <p>A sector is what a disk writes whole, and what one worker owns: only he stores there, always all of it, with ascending versions.
 */
final class FileStamp {
    static final int SECTOR_BYTES = 512;
    static final int SECTOR_SHIFT = 9;
    static final int WORDS = SECTOR_BYTES / Long.BYTES;
    /** In place of a file: what is stored in copies that are a worker's own. */
    static final int PRIVATE = 7;

    static final int MOST_SECTORS = 1 << 20;
    static final int MOST_VERSION = (1 << 24) - 1;

    private static final int VERSION_SHIFT = 29;
    private static final int FILE_SHIFT = 26;
    private static final int SECTOR_FIELD_SHIFT = 6;
    private static final int CHECKSUM_SHIFT = 53;
    private static final long CONTENT = (1L << CHECKSUM_SHIFT) - 1;
    private static final long PLACE = (1L << VERSION_SHIFT) - 1;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private FileStamp() {}

    static long of(int file, int sector, int word, int version) {
        long content = (long) version << VERSION_SHIFT | place(file, sector, word);
        return seal(content);
    }

    /** Fills whole sectors, each with its version. */
    static void fill(byte[] bytes, int file, int sector, int count, int[] versions) {
        for (int i = 0; i < count * WORDS; i++) {
            LONG.set(bytes, i * Long.BYTES, of(file, sector + i / WORDS, i % WORDS, versions[i / WORDS]));
        }
    }

    static long word(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void put(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int version(long value) {
        return (int) (value >>> VERSION_SHIFT) & MOST_VERSION;
    }

    /** Puts a checksum above content of 53 bits. */
    static long seal(long content) {
        return checksum(content) << CHECKSUM_SHIFT | content;
    }

    /** Whether somebody has sealed that. */
    static boolean isSealed(long value) {
        return checksum(value & CONTENT) == value >>> CHECKSUM_SHIFT;
    }

    /** Proves that a value that is not zero was stored at this place by somebody. */
    static void check(long value, int file, int sector, int word) {
        long content = value & CONTENT;
        if (!isSealed(value)) {
            throw wrong(value, file, sector, word, "was never stored by anybody");
        }
        if ((content & PLACE) != place(file, sector, word)) {
            throw wrong(
                    value,
                    file,
                    sector,
                    word,
                    "belongs to file " + (content >>> FILE_SHIFT & 7) + " sector "
                            + (content >>> SECTOR_FIELD_SHIFT & MOST_SECTORS - 1) + " word " + (content & WORDS - 1));
        }
    }

    private static long place(int file, int sector, int word) {
        return (long) file << FILE_SHIFT | (long) sector << SECTOR_FIELD_SHIFT | word;
    }

    private static long checksum(long content) {
        long mixed = content * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        // Never 0, so that nothing stored looks like a hole.
        return mixed >>> CHECKSUM_SHIFT | 1;
    }

    private static IllegalStateException wrong(long value, int file, int sector, int word, String what) {
        return new IllegalStateException("0x" + Long.toHexString(value) + " in file " + file + " sector " + sector
                + " (page " + (sector >>> 3) + ") word " + word + " " + what);
    }
}

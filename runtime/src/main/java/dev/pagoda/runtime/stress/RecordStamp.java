package dev.pagoda.runtime.stress;

/**
 * What is appended to a log under stress: words that tell whose they are, of which of his records, and which of its words. No word is zero, and none is taken for one of {@link FileStamp}.
 *
 * <pre>
 *  63        53 52 51           40 39     34 33             10 9        0
 *  +-----------+--+---------------+---------+-----------------+----------+
 *  | checksum  | 1|  generation   | worker  |     record      |   word   |
 *  +-----------+--+---------------+---------+-----------------+----------+
 * </pre>
 */
final class RecordStamp {
    static final int MOST_WORDS = 1 << 10;
    static final int MOST_WORKERS = 1 << 6;

    private static final int RECORD_SHIFT = 10;
    private static final int WORKER_SHIFT = 34;
    private static final int GENERATION_SHIFT = 40;
    private static final long MARK = 1L << 52;
    private static final int RECORD_MASK = (1 << WORKER_SHIFT - RECORD_SHIFT) - 1;
    private static final int GENERATION_MASK = (1 << 12) - 1;

    private RecordStamp() {}

    private static long of(int generation, int worker, int record, int word) {
        return FileStamp.seal(MARK
                | (long) (generation & GENERATION_MASK) << GENERATION_SHIFT
                | (long) worker << WORKER_SHIFT
                | (long) (record & RECORD_MASK) << RECORD_SHIFT
                | word);
    }

    /** Fills the beginning of an array with a record. */
    static void fill(byte[] bytes, int generation, int worker, int record, int words) {
        for (int word = 0; word < words; word++) {
            FileStamp.put(bytes, word * Long.BYTES, of(generation, worker, record, word));
        }
    }

    /** Whether it is a word of a record of that generation. */
    static boolean isOf(long value, int generation) {
        return FileStamp.isSealed(value)
                && (value & MARK) != 0
                && ((int) (value >>> GENERATION_SHIFT) & GENERATION_MASK) == (generation & GENERATION_MASK);
    }

    static int worker(long value) {
        return (int) (value >>> WORKER_SHIFT) & MOST_WORKERS - 1;
    }

    static int record(long value) {
        return (int) (value >>> RECORD_SHIFT) & RECORD_MASK;
    }

    static int word(long value) {
        return (int) value & MOST_WORDS - 1;
    }
}

package dev.pagoda.runtime.stress;

import java.util.Arrays;
import java.util.Random;

/**
 * A worker's memory cut into ranges for readv and writev: of any length, in any order, empty ones among them, and with gaps between that no call may touch. Words are not cut,
 * since readers of files take them for what is stored whole. Used by its worker.
 */
final class Pieces {
    /** Bytes of memory that ranges of so many bytes need, gaps and the array of ranges included. */
    static final int BYTES = CacheWorker.MOST_BYTES + FileUnderStress.PAGE;

    private static final int MOST = 9;
    private static final int RANGE_BYTES = 16;
    private static final int GAP_BYTES = 2 * Long.BYTES;
    private static final long GAP = 0x5A5A_A5A5_5A5A_A5A5L;

    private final CacheWorker worker;
    private final Random random;
    private final long start;
    private final byte[] array = new byte[MOST * RANGE_BYTES];
    private final byte[] gap = new byte[GAP_BYTES];
    private final byte[] found = new byte[GAP_BYTES];
    private final long[] addresses = new long[MOST];
    private final int[] lengths = new int[MOST];
    private int count;

    /** Pieces of the memory from there on. */
    Pieces(CacheWorker worker, long start) {
        this.worker = worker;
        this.random = worker.random;
        this.start = start;
        FileStamp.put(gap, 0, GAP);
        FileStamp.put(gap, Long.BYTES, GAP);
    }

    /** Cuts so many bytes, a multiple of 8, and writes the array of ranges. */
    void cut(int length) {
        count = 1 + random.nextInt(MOST);
        int left = length / Long.BYTES;
        for (int i = 0; i < count; i++) {
            int words = i == count - 1 ? left : random.nextInt(random.nextBoolean() ? left + 1 : Math.min(left, 8) + 1);
            lengths[i] = words * Long.BYTES;
            left -= words;
        }
        place();
        for (int i = 0; i < count; i++) {
            FileStamp.put(array, i * RANGE_BYTES, addresses[i]);
            FileStamp.put(array, i * RANGE_BYTES + Long.BYTES, lengths[i]);
        }
        worker.view().write(array(), array, 0, array.length);
    }

    /** From some range on around, each behind a gap, and a gap behind the last. */
    private void place() {
        long at = start + array.length + random.nextInt(64) * Long.BYTES;
        int first = random.nextInt(count);
        boolean backwards = random.nextBoolean();
        for (int n = 0; n < count; n++) {
            int i = (first + (backwards ? count - n : n)) % count;
            worker.view().write(at, gap, 0, GAP_BYTES);
            addresses[i] = at + GAP_BYTES;
            at += GAP_BYTES + lengths[i];
        }
        worker.view().write(at, gap, 0, GAP_BYTES);
    }

    /** The address of the array of ranges. */
    long array() {
        return start;
    }

    int count() {
        return count;
    }

    /** Puts bytes into the ranges, as many as were cut. */
    void scatter(byte[] bytes) {
        for (int i = 0, done = 0; i < count; done += lengths[i++]) {
            worker.view().write(addresses[i], bytes, done, lengths[i]);
        }
    }

    /** Takes what a read has moved out of the ranges, and looks whether it left the gaps alone. */
    void gather(byte[] bytes, int moved) {
        for (int i = 0, done = 0; i < count && done < moved; done += lengths[i++]) {
            worker.view().read(addresses[i], bytes, done, Math.min(lengths[i], moved - done));
        }
        for (int i = 0; i < count; i++) {
            requireGap(addresses[i] - GAP_BYTES);
            requireGap(addresses[i] + lengths[i]);
        }
    }

    private void requireGap(long address) {
        worker.view().read(address, found, 0, GAP_BYTES);
        if (!Arrays.equals(found, gap)) {
            throw new IllegalStateException(
                    "a read of " + count + " ranges stored between them, at 0x" + Long.toHexString(address));
        }
    }
}

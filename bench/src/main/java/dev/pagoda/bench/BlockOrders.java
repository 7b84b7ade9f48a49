package dev.pagoda.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The orders of the blocks that a thread asks for, one after the other: always the same, or a mix.
 *
 * <p>Of 1,024 blocks of the mix 920 are single frames, 100 are of order 3 and 4 of order 9. That is how a kernel asks: nearly always for a
 * page, now and then for a buffer, seldom for a huge page; and yet more than half of the memory is in huge pages. Used by one thread.
 */
final class BlockOrders {
    /** The name of the mix. */
    static final String MIXED = "mixed";

    private static final int PERIOD = 1024;
    private static final int HUGE_BLOCKS = 4;
    private static final int MIDDLE_BLOCKS = 100;

    /** Ints that no other thread's are near: two lines, as processors fetch them in pairs. */
    private static final int LINE_INTS = 32;

    private final byte[] pattern = new byte[PERIOD];
    private final boolean mixed;
    private final int single;
    private final long patternFrames;
    /** How many were asked for, on a line of its own. */
    private final int[] next = new int[2 * LINE_INTS];

    /** An order by its number, or {@link #MIXED}. */
    BlockOrders(String name) {
        mixed = name.equals(MIXED);
        single = mixed ? 0 : Integer.parseInt(name);
        Arrays.fill(pattern, (byte) single);
        if (mixed) {
            Arrays.fill(pattern, 0, HUGE_BLOCKS, (byte) 9);
            Arrays.fill(pattern, HUGE_BLOCKS, HUGE_BLOCKS + MIDDLE_BLOCKS, (byte) 3);
            shuffle();
        }
        long frames = 0;
        for (byte order : pattern) {
            frames += 1L << order;
        }
        patternFrames = frames;
    }

    /** Always in the same way, so that every run asks for the same. */
    private void shuffle() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = PERIOD - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            byte order = pattern[i];
            pattern[i] = pattern[other];
            pattern[other] = order;
        }
    }

    /** The next block's order. One order costs no look at the pattern, so that what is measured is not this. */
    int next() {
        return mixed ? pattern[next[LINE_INTS]++ & PERIOD - 1] : single;
    }

    /** The order of the block at a place. */
    int at(int place) {
        return pattern[place & PERIOD - 1];
    }

    /** Whether blocks are of several orders. */
    boolean isMixed() {
        return mixed;
    }

    /** How many blocks together have so many frames, or a few less. */
    int blocksIn(long frames) {
        return Math.toIntExact(frames * PERIOD / patternFrames);
    }
}

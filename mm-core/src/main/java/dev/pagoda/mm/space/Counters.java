package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one view added to the books of its space: plain adds to a line of its own, summed over all views when read.
 *
 * <p>Written by the view's thread only. A single view's numbers may be negative: another may have mapped what it unmapped.
 */
final class Counters {
    static final int MAPPED_PAGES = 0;
    static final int DATA_PAGES = 1;
    static final int LOCKED_PAGES = 2;
    static final int OWN_FRAMES = 3;
    static final int OBJECT_FRAMES = 4;
    static final int TABLES = 5;
    static final int FAULTS = 6;
    static final int HUGE_FRAMES = 7;
    static final int KINDS = 8;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    /** Longs in front and behind, so that the counters share no cache line with another object. */
    private static final int PADDING = 16;

    private final long[] values = new long[PADDING + KINDS + PADDING];

    void add(int kind, long delta) {
        int index = PADDING + kind;
        ELEMENT.setOpaque(values, index, values[index] + delta);
    }

    long get(int kind) {
        return (long) ELEMENT.getOpaque(values, PADDING + kind);
    }

    /** Adds (sign 1) or takes off (sign -1) what a word stands for; the sums telescope over all successful changes. */
    void bill(long word, int level, int sign, long zeroFrame) {
        if (!SpaceWord.isMapped(word)) {
            return;
        }
        long pages = Tables.pagesAt(level) * sign;
        billIdentity(word, pages);
        if (SpaceWord.isPresent(word) && SpaceWord.frame(word) != zeroFrame) {
            add(SpaceWord.isOwn(word) ? OWN_FRAMES : OBJECT_FRAMES, pages);
            if (level > 0) {
                add(HUGE_FRAMES, pages);
            }
        }
    }

    /** Adds what so many mapped pages stand for, whatever is populated of them. */
    void billIdentity(long word, long pages) {
        add(MAPPED_PAGES, pages);
        int region = SpaceWord.region(word);
        boolean growsDown = Attributes.isAnonymous(region) && (region & Attributes.GROWSDOWN) != 0;
        if (SpaceWord.isWritable(word) && Attributes.isPrivate(region) && !growsDown) {
            add(DATA_PAGES, pages);
        }
        if (SpaceWord.isLocked(word)) {
            add(LOCKED_PAGES, pages);
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one view added to the books of its space: plain adds to a line of its own, summed over all views when read.
 *
 * <p>Written by the view's thread only. A single view's numbers may be negative: another may have mapped what it unmapped. When the view is closed, the next
 * one goes on with them, so that the sum over all of them is right at any time.
 *
 * <p>Beside some of them stands a <em>mark</em>: how much of it was carried over into a {@link Quota}. Anybody may move a mark, by CAS.
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
    static final int COMMITTED_PAGES = 8;
    static final int SWAPPED_PAGES = 9;
    static final int KINDS = 10;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    /** Longs in front and behind, so that the counters share no cache line with another object. */
    private static final int PADDING = 16;

    private final long[] values = new long[PADDING + KINDS + PADDING];
    private final AtomicLongArray marks = new AtomicLongArray(KINDS);
    /** Whether a view is using them. */
    private final AtomicBoolean used = new AtomicBoolean(true);

    /** Takes them for a new view; what the one before wrote is visible then. */
    boolean tryTake() {
        return !used.get() && used.compareAndSet(false, true);
    }

    void giveBack() {
        used.set(false);
    }

    void add(int kind, long delta) {
        int index = PADDING + kind;
        ELEMENT.setOpaque(values, index, values[index] + delta);
    }

    long get(int kind) {
        return (long) ELEMENT.getOpaque(values, PADDING + kind);
    }

    /**
     * Moves the mark of a number to the number.
     *
     * @return by how much
     */
    long mark(int kind) {
        long moved = 0;
        while (true) {
            long marked = marks.get(kind);
            long value = (long) ELEMENT.getVolatile(values, PADDING + kind);
            if (value == marked) {
                return moved;
            }
            // Looked at again behind the CAS: whoever changed the number meanwhile may have seen the mark before.
            if (marks.compareAndSet(kind, marked, value)) {
                moved += value - marked;
            }
        }
    }

    /** Whether pages under such a word are private writable memory. */
    static boolean isData(long word) {
        int region = SpaceWord.region(word);
        return SpaceWord.isWritable(word)
                && Attributes.isPrivate(region)
                && !(Attributes.isAnonymous(region) && (region & Attributes.GROWSDOWN) != 0);
    }

    static boolean isLocked(long word) {
        return SpaceWord.isLocked(word);
    }

    /** Whether memory is promised for pages under such a word: anonymous memory that is or was writable, and private maps of objects while they are. MAP_HUGETLB promises blocks of its own. */
    static boolean isCommitted(long word) {
        int region = SpaceWord.region(word);
        return Attributes.isAnonymous(region)
                ? (region & (Attributes.CHARGE_MASK | Attributes.HUGETLB_MASK)) == 0
                : SpaceWord.isWritable(word) && Attributes.isPrivate(region);
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
        } else if (SpaceWord.isSwapped(word)) {
            add(SWAPPED_PAGES, pages);
        }
    }

    /** Adds what so many mapped pages stand for, whatever is populated of them. */
    void billIdentity(long word, long pages) {
        add(MAPPED_PAGES, pages);
        if (isData(word)) {
            add(DATA_PAGES, pages);
        }
        if (isCommitted(word)) {
            add(COMMITTED_PAGES, pages);
        }
        if (SpaceWord.isLocked(word)) {
            add(LOCKED_PAGES, pages);
        }
    }
}

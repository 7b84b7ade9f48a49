package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;

/**
 * Tables that a view has lately changed a part of and that may be empty now, or uniform.
 *
 * <p>They are given back when the view works elsewhere, not at once: a program that maps and unmaps in the same place would pay for making and freezing
 * a table each time. So a view holds no more than {@value #REMEMBERED} empty tables beside its window. One instance for each view.
 */
final class Emptied {
    private static final int REMEMBERED = 8;

    private final View view;
    /** First page of a table + 1, by a part of its number; 0 for none. */
    private final long[] tables = new long[REMEMBERED];

    Emptied(View view) {
        this.view = view;
    }

    /** Notes the tables at both edges of a range that was changed, and gives back what is uniform between them. */
    void noteRange(long first, long end) {
        note(first);
        if (end > Tables.slotEnd(first, 1)) {
            note(end - 1);
            Shrink.giveBackWithin(view, first, end);
        }
    }

    /** Notes a change that left part of a table; gives back the one that was noted in its place before. */
    void note(long page) {
        long first = Tables.slotStart(page, 1);
        int index = (int) (first >>> 9) & REMEMBERED - 1;
        long before = tables[index];
        if (before != first + 1) {
            tables[index] = first + 1;
            if (before != 0) {
                Shrink.giveBack(view, before - 1);
            }
        }
    }

    /** Gives back what is empty; when the view is closed. */
    void giveBackAll() {
        for (int i = 0; i < REMEMBERED; i++) {
            if (tables[i] != 0) {
                Shrink.giveBack(view, tables[i] - 1);
                tables[i] = 0;
            }
        }
    }
}

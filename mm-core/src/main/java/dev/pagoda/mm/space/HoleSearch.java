package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.FreeRuns;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Finds the highest free range of a length.
 *
 * <p>Goes down through the slots of a table, and into a table below only if its {@link HoleHints} allow that the range lies there; a table without hints that turns out to
 * hold nothing gets them. So a search among any number of maps looks at the slots of one table of each level and at the hints beside them, and at more only
 * where hints are missing or old.
 *
 * <p>What is found was free at one moment, slot by slot; the claim decides. Lock-free, allocates nothing. One instance for each view.
 */
final class HoleSearch {
    static final long NOT_FOUND = -1;

    private final View view;
    private final AddressSpace space;
    private final Tables tables;
    private final Frames frames;
    private final HoleHints hints;

    private long pages;
    private long alignment;
    private long low;
    private long top;
    /** Tables whose slots are of a lower level count as full. */
    private int lowestLevel;

    private boolean sparesWindows;

    /** End of the free run that reaches down to where the search stands. */
    private long runEnd;
    /** Whether a hint said so: the run may be shorter. */
    private boolean isRunGuessed;
    /** Whether a window was passed over where the search stands. */
    private boolean hasSpared;

    private long slotsVisited;

    HoleSearch(View view) {
        this.view = view;
        this.space = view.space();
        this.tables = view.core().tables();
        this.frames = view.core().frames();
        this.hints = view.holeHints();
    }

    /** Slots and hints that all searches of this view have looked at. */
    long slotsVisited() {
        return slotsVisited + hints.slotsVisited();
    }

    /**
     * Searches. Outside or inside of epochs.
     *
     * @param length in pages
     * @param border a power of two: the range begins on a multiple of it
     * @param lowestSlots level of the smallest slots that are taken; a table whose slots are of a lower level counts as full, be it empty
     * @param lowest first page that may be used
     * @param end one above the last page that may be used
     * @param sparing whether other views' windows are passed over
     * @return the first page, or {@link #NOT_FOUND}
     */
    long run(long length, long border, int lowestSlots, long lowest, long end, boolean sparing) {
        pages = length;
        alignment = border;
        low = lowest;
        top = end;
        lowestLevel = lowestSlots;
        sparesWindows = sparing;
        runEnd = end;
        isRunGuessed = false;
        hasSpared = false;
        Participant self = view.participant();
        self.enter();
        try {
            return searchTable(space.root(), Tables.ROOT_LEVEL, 0);
        } finally {
            self.leave();
        }
    }

    private long searchTable(long table, int level, long first) {
        long step = Tables.pagesAt(level);
        long highest = Math.min(top, first + Tables.SLOTS * step) - 1;
        long lowest = Math.max(low, first);
        for (long page = Tables.slotStart(highest, level); page + step > lowest; page -= step) {
            slotsVisited++;
            long word = SpaceWord.withoutFrozen(RawMemory.getAcquire(tables.slot(table, page, level)));
            long found;
            if (SpaceWord.isTable(word) && level > lowestLevel) {
                found = searchBelow(SpaceWord.frame(word), level - 1, page);
            } else if (word == SpaceWord.UNMAPPED) {
                found = fit(page);
            } else {
                endRun(page);
                found = NOT_FOUND;
            }
            if (found != NOT_FOUND) {
                return found;
            }
        }
        return NOT_FOUND;
    }

    private long searchBelow(long table, int level, long first) {
        long end = first + Tables.pagesAt(level + 1);
        long hint = frames.tableNote(table);
        slotsVisited++;
        boolean known = FreeRuns.isKnown(hint);
        if (known && !mayHold(hint, end)) {
            passOver(hint, first, end);
            return NOT_FOUND;
        }
        if (sparesWindows && level == 0 && space.windows().isTaken(first)) {
            spare(first);
            return NOT_FOUND;
        }
        boolean sparedBefore = hasSpared;
        hasSpared = false;
        long found = searchTable(table, level, first);
        boolean wasLookedAtWhole = low <= first && Math.min(end, Placement.TOP_PAGE) <= top;
        // What lies in windows that were passed over is free: the hint was right.
        if (found == NOT_FOUND && wasLookedAtWhole && !(known && hasSpared)) {
            hints.make(table, level, first);
        }
        hasSpared |= sparedBefore;
        return found;
    }

    /** Whether the range may lie in a table with that hint, or reach into it from above. */
    private boolean mayHold(long hint, long end) {
        long above = Math.max(0, runEnd - end);
        if (lowestLevel == 0) {
            return FreeRuns.longest(hint) >= pages || above + FreeRuns.high(hint) >= pages;
        }
        long blocks = blocks(pages);
        return FreeRuns.blocks(hint) >= blocks || blocks(above) + FreeRuns.high(hint) / Tables.SLOTS >= blocks;
    }

    /** Slots of 2 MiB that so many pages take, the last in part. */
    private static long blocks(long pages) {
        return (pages + Tables.SLOTS - 1) / Tables.SLOTS;
    }

    private void passOver(long hint, long first, long end) {
        long lowRun = FreeRuns.low(hint);
        if (lowRun == 0) {
            runEnd = first;
            isRunGuessed = false;
        } else {
            if (first + lowRun < end) {
                runEnd = Math.min(runEnd, first + lowRun);
            }
            isRunGuessed = true;
        }
    }

    private void spare(long first) {
        runEnd = first;
        isRunGuessed = false;
        hasSpared = true;
    }

    /** Ends the free run at a slot that is not free and begins at a page. */
    private void endRun(long page) {
        runEnd = page;
        isRunGuessed = false;
    }

    /** The range, if the free run, which reaches down to a page, is long enough for it. */
    private long fit(long first) {
        while (true) {
            long candidate = runEnd - pages & -alignment;
            if (candidate < Math.max(first, low)) {
                return NOT_FOUND;
            }
            long window = Tables.slotStart(candidate, 1);
            if (isRunGuessed) {
                makeSure(first);
            } else if (sparesWindows && space.windows().isTaken(window)) {
                spare(window);
            } else {
                return candidate;
            }
        }
    }

    /** Finds where the free run that reaches down to a page really ends. */
    private void makeSure(long first) {
        isRunGuessed = false;
        for (long page = first; page < runEnd; ) {
            int level = Tables.ROOT_LEVEL;
            long word = RawMemory.getAcquire(tables.slot(space.root(), page, level));
            while (SpaceWord.isTable(word) && level > lowestLevel) {
                level--;
                word = RawMemory.getAcquire(tables.slot(SpaceWord.frame(word), page, level));
            }
            slotsVisited++;
            if (SpaceWord.withoutFrozen(word) != SpaceWord.UNMAPPED) {
                endRun(page);
                return;
            }
            page = Tables.slotEnd(page, level);
        }
    }
}

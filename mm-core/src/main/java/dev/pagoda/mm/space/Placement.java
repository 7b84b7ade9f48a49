package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Where a map without an address goes: top-down below the stack, as on Linux.
 *
 * <p>Small maps go into the view's own <em>window</em> of 2 MiB, so that threads do not meet. When it has no hole that is large enough, the highest place that has one becomes the
 * window, be it a table with freed pages or an empty slot, other views' windows excepted. Large maps go into empty slots of 2 MiB and more, aligned to the largest slot that fits into
 * them, so that they fold into few words. What is found is a hint: the claim decides. One instance for each view.
 *
 * <p>A place in the window is one look. Everything else is one {@link HoleSearch}, whose cost does not depend on the number of maps.
 */
final class Placement {
    /** One above the highest page that is placed by choice: the stack has 256 MiB above it. */
    static final long TOP_PAGE = AddressSpace.PAGES - (256L << 8) & -Tables.SLOTS;
    /** Lowest page that is placed by choice: Linux's mmap_min_addr. */
    static final long LOW_PAGE = 0x10;

    /** Larger maps open empty slots of their own. */
    private static final long SMALL_PAGES = 256;

    private static final long NOT_FOUND = HoleSearch.NOT_FOUND;

    private final View view;
    private final AddressSpace space;
    private final HoleSearch search;
    private long windowFirst = NOT_FOUND;
    private long hint;
    /** The large range that this view freed last: where the next one is looked for first. */
    private long freedFirst;

    private long freedEnd;

    Placement(View view) {
        this.view = view;
        this.space = view.space();
        this.search = new HoleSearch(view);
    }

    /**
     * Finds a free range.
     *
     * @param pages its length
     * @return its first page, or -1 if no hole is large enough
     */
    long find(long pages) {
        return pages <= SMALL_PAGES ? findSmall(pages) : findLarge(pages);
    }

    /** The place below the last small map, looked at by nobody yet; -1 if it would leave the window. */
    long nextInWindow(long pages) {
        long below = hint - pages;
        return windowFirst != NOT_FOUND && below >= windowFirst ? below : NOT_FOUND;
    }

    /** Finds a free range between two pages; for maps that must lie low. */
    long findBetween(long pages, long low, long top) {
        return pages <= SMALL_PAGES ? search.run(pages, 1, 0, low, top, false) : findFolding(pages, low, top);
    }

    /** Told where a map was placed. */
    void placed(long page) {
        if (isInWindow(page, 1)) {
            hint = page;
        }
    }

    /** Told that a range is free again. */
    void freed(long page, long pages) {
        if (isInWindow(page, pages)) {
            hint = page + pages;
        } else if (pages > SMALL_PAGES && page >= space.placementFloor()) {
            // Below the floor it is a place that the program chose, where Linux's search would not come down to either.
            freedFirst = page;
            freedEnd = Math.min(page + pages, TOP_PAGE);
        }
    }

    /** Whether a range lies in the window that this view is using: its table is kept. */
    boolean isInWindow(long page, long pages) {
        return page >= windowFirst && page + pages <= windowFirst + Tables.SLOTS && windowFirst != NOT_FOUND;
    }

    /** Gives the window up; when the view is closed, or for a better one. */
    void leaveWindow() {
        if (windowFirst != NOT_FOUND) {
            space.windows().leave(windowFirst);
            // It may be empty, now or when others have unmapped what is left in it.
            view.emptied().note(windowFirst);
            windowFirst = NOT_FOUND;
        }
    }

    /** How many slots and hints were looked at for places. */
    long slotsVisited() {
        return search.slotsVisited();
    }

    private long findSmall(long pages) {
        if (windowFirst != NOT_FOUND) {
            long below = hint - pages;
            if (below >= windowFirst && isFree(below, pages)) {
                return below;
            }
            long found = search.run(pages, 1, 0, windowFirst, windowFirst + Tables.SLOTS, false);
            if (found != NOT_FOUND) {
                return found;
            }
        }
        return findInNewWindow(pages);
    }

    private long findInNewWindow(long pages) {
        while (true) {
            long found = search.run(pages, 1, 0, LOW_PAGE, TOP_PAGE, true);
            if (found == NOT_FOUND) {
                return search.run(pages, 1, 0, LOW_PAGE, TOP_PAGE, false);
            }
            long window = Tables.slotStart(found, 1);
            if (space.windows().take(window)) {
                leaveWindow();
                windowFirst = window;
                hint = found + pages;
                space.lowerPlacementFloor(window);
                return found;
            }
        }
    }

    private boolean isFree(long first, long pages) {
        Participant self = view.participant();
        self.enter();
        try {
            for (long page = first; page < first + pages; page++) {
                long slot = view.leafSlot(page << 12);
                // Without a leaf table the window is empty, or one folded word covers it.
                long word = slot == 0 ? Runs.wordAt(view, page) : RawMemory.getAcquire(slot);
                if (word != SpaceWord.UNMAPPED) {
                    return false;
                }
            }
            return true;
        } finally {
            self.leave();
        }
    }

    private long findLarge(long pages) {
        long alignment = Tables.pagesAt(largestSlotIn(pages));
        long again = freedEnd - pages & -alignment;
        if (again >= freedFirst && freedEnd > 0) {
            // What is left of it serves the next one; and if it is not free any more, nobody asks again.
            long end = freedEnd;
            freedEnd = again;
            long found = search.run(pages, alignment, 0, again, end, false);
            if (found != NOT_FOUND) {
                return found;
            }
        }
        long found = findFolding(pages, LOW_PAGE, TOP_PAGE);
        if (found != NOT_FOUND) {
            space.lowerPlacementFloor(found);
        }
        return found;
    }

    /** Empty slots as large as fit into the range, for few words; if there are none smaller ones, and at last any hole. */
    private long findFolding(long pages, long low, long top) {
        for (int level = largestSlotIn(pages); level > 0; level--) {
            long found = search.run(pages, Tables.pagesAt(level), level, low, top, false);
            if (found != NOT_FOUND) {
                return found;
            }
        }
        return search.run(pages, 1, 0, low, top, false);
    }

    /** Level of the largest slots of which the range covers one, or of 2 MiB. */
    private static int largestSlotIn(long pages) {
        int level = 1;
        while (level < Tables.ROOT_LEVEL && Tables.pagesAt(level + 1) <= pages) {
            level++;
        }
        return level;
    }
}

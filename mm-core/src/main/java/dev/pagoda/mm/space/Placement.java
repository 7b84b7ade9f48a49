package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a map without an address goes: top-down below the stack, as on Linux.
 *
 * <p>Small maps go into the view's own <em>window</em> of 2 MiB, so that threads do not meet; large ones into empty slots of 2 MiB and
 * more, aligned to the largest slot that fits into them, so that they fold into few words. What is found is a hint: the claim decides.
 * Windows with freed addresses are remembered and used again before a new one is opened. One instance for each view.
 */
final class Placement {
    /** One above the highest page that is placed by choice: the stack has 256 MiB above it. */
    static final long TOP_PAGE = AddressSpace.PAGES - (256L << 8) & -Tables.SLOTS;
    /** Lowest page that is placed by choice: Linux's mmap_min_addr. */
    static final long LOW_PAGE = 0x10;
    /** Windows with freed addresses that a space remembers. */
    static final int REMEMBERED_WINDOWS = 256;

    /** Larger maps open empty slots of their own. */
    private static final long SMALL_PAGES = 256;

    private static final long NOT_FOUND = -1;

    private final View view;
    private final AddressSpace space;
    private final Tables tables;
    private long windowFirst = NOT_FOUND;
    private long hint;

    Placement(View view) {
        this.view = view;
        this.space = view.space();
        this.tables = view.core().tables();
    }

    /**
     * Finds a free range.
     *
     * @param pages its length
     * @return its first page, or -1 if no hole is large enough
     */
    long find(long pages) {
        return pages <= SMALL_PAGES ? findSmall(pages) : findLarge(pages, LOW_PAGE, TOP_PAGE);
    }

    /** The place below the last small map, looked at by nobody yet; -1 if it would leave the window. */
    long nextInWindow(long pages) {
        long below = hint - pages;
        return windowFirst != NOT_FOUND && below >= windowFirst ? below : NOT_FOUND;
    }

    /** Finds a free range between two pages, at any alignment; for maps that must lie low. */
    long findBetween(long pages, long low, long top) {
        return searchDown(pages, 1, low, top, 0);
    }

    /** Told where a map was placed. */
    void placed(long page) {
        if (page >= windowFirst && page < windowFirst + Tables.SLOTS) {
            hint = page;
        }
    }

    /** Told that a range is free again. */
    void freed(long page, long pages) {
        long end = page + pages;
        if (page >= windowFirst && end <= windowFirst + Tables.SLOTS) {
            hint = end;
        } else if (page < space.placementFloor().get()) {
            // A place that the program chose, such as its heap: Linux's search would not come down here either.
            return;
        } else if (pages < Tables.SLOTS) {
            space.rememberWindow(Tables.slotStart(page, 1));
        } else {
            raiseSearchTop(end);
        }
    }

    /** Whether a range lies in the window that this view is using: its table is kept. */
    boolean isInWindow(long page, long pages) {
        return page >= windowFirst && page + pages <= windowFirst + Tables.SLOTS && windowFirst != NOT_FOUND;
    }

    /** Told that the table that covered a page was given back: the whole slot is free again. */
    void freedTable(long page) {
        if (page >= space.placementFloor().get()) {
            raiseSearchTop(Tables.slotEnd(page, 1));
        }
    }

    private void raiseSearchTop(long end) {
        AtomicLong top = space.searchTop();
        long seen = top.get();
        while (end > seen && end <= TOP_PAGE && !top.compareAndSet(seen, end)) {
            seen = top.get();
        }
    }

    private long findSmall(long pages) {
        if (windowFirst != NOT_FOUND) {
            long below = hint - pages;
            if (below >= windowFirst && isFree(below, pages)) {
                return below;
            }
            long found = findInWindow(windowFirst, pages);
            if (found != NOT_FOUND) {
                return found;
            }
        }
        for (int i = 0; i < REMEMBERED_WINDOWS; i++) {
            long window = space.rememberedWindow(i);
            long found = window == NOT_FOUND ? NOT_FOUND : findInWindow(window, pages);
            if (found != NOT_FOUND) {
                windowFirst = window;
                return found;
            }
            space.forgetWindow(i, window);
        }
        windowFirst = findLarge(Tables.SLOTS, LOW_PAGE, TOP_PAGE);
        return windowFirst == NOT_FOUND
                ? searchDown(pages, 1, LOW_PAGE, TOP_PAGE, 0)
                : windowFirst + Tables.SLOTS - pages;
    }

    private long findInWindow(long window, long pages) {
        return searchDown(pages, 1, window, window + Tables.SLOTS, 0);
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

    private long findLarge(long pages, long low, long top) {
        long alignment = Tables.SLOTS;
        while (alignment < Tables.pagesAt(Tables.ROOT_LEVEL) && alignment * Tables.SLOTS <= pages) {
            alignment *= Tables.SLOTS;
        }
        AtomicLong searchTop = space.searchTop();
        while (true) {
            long from = searchTop.get();
            long found = searchDown(pages, alignment, low, Math.min(top, from), 1);
            if (found == NOT_FOUND) {
                // The hint may lie below what others have freed, so all is searched before giving up.
                long above = searchDown(pages, alignment, low, top, 1);
                space.placementFloor().accumulateAndGet(above == NOT_FOUND ? from : above, Math::min);
                return above;
            }
            // Whoever lowers the hint has the range to itself, as far as placement goes.
            if (searchTop.compareAndSet(from, found)) {
                space.placementFloor().accumulateAndGet(found, Math::min);
                return found;
            }
        }
    }

    /** The highest free range that ends at or below top; leaf tables count as full unless lowestLevel is 0. */
    private long searchDown(long pages, long alignment, long low, long top, int lowestLevel) {
        Participant self = view.participant();
        self.enter();
        try {
            long runEnd = top;
            long page = top;
            while (page > low) {
                int level = Tables.ROOT_LEVEL;
                long word = RawMemory.getAcquire(tables.slot(space.root(), page - 1, level));
                while (SpaceWord.isTable(word) && !SpaceWord.isFrozen(word) && level > lowestLevel) {
                    level--;
                    word = RawMemory.getAcquire(tables.slot(SpaceWord.frame(word), page - 1, level));
                }
                long start = Tables.slotStart(page - 1, level);
                if (word == SpaceWord.UNMAPPED) {
                    long candidate = runEnd - pages & -alignment;
                    if (candidate >= Math.max(start, low)) {
                        return candidate;
                    }
                } else {
                    runEnd = start;
                }
                page = start;
            }
            return NOT_FOUND;
        } finally {
            self.leave();
        }
    }
}

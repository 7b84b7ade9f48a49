package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.FreeRuns;
import dev.pagoda.mm.radix.Tables;

/**
 * Adds up the free runs of a table's slots, from the lowest to the highest, into one {@link FreeRuns}. Pages that are never placed by choice, above
 * {@link Placement#TOP_PAGE}, count as full. Used once, by one thread.
 */
final class FreeRunSum {
    private long longest;
    private long low;
    /** Free pages up to where the sum stands. */
    private long run;
    /** Whether all pages so far are free. */
    private boolean isAllFree = true;

    private long mostBlocks;
    private long blockRun;

    /** Adds a slot that leads to no table. */
    void addSlot(long page, int level, boolean free) {
        long pages = free ? Math.clamp(Placement.TOP_PAGE - page, 0, Tables.pagesAt(level)) : 0;
        // A slot that is not free to its end is free at most at its beginning.
        addRuns(Tables.pagesAt(level), pages, pages, 0);
        long blocks = pages / Tables.SLOTS;
        addBlocks(blocks, blocks, 0, blocks > 0 && pages == Tables.pagesAt(level));
    }

    /** Adds a slot that leads to a table with those runs. */
    void addTable(long slotPages, long runs) {
        long free = FreeRuns.longest(runs);
        addRuns(slotPages, free, FreeRuns.low(runs), FreeRuns.high(runs));
        addBlocks(FreeRuns.blocks(runs), FreeRuns.low(runs) / Tables.SLOTS, FreeRuns.high(runs) / Tables.SLOTS, false);
    }

    long result() {
        end(0, 0);
        mostBlocks = Math.max(mostBlocks, blockRun);
        return FreeRuns.known(longest, low, run, mostBlocks);
    }

    private void addRuns(long slotPages, long longestHere, long lowHere, long highHere) {
        if (longestHere >= slotPages) {
            run += slotPages;
        } else {
            end(longestHere, lowHere);
            run = highHere;
        }
    }

    private void end(long longestHere, long lowHere) {
        long joined = run + lowHere;
        if (isAllFree) {
            low = joined;
            isAllFree = false;
        }
        longest = Math.max(longest, Math.max(joined, longestHere));
    }

    private void addBlocks(long mostHere, long lowHere, long highHere, boolean all) {
        if (all) {
            blockRun += mostHere;
        } else {
            mostBlocks = Math.max(mostBlocks, Math.max(blockRun + lowHere, mostHere));
            blockRun = highHere;
        }
    }
}

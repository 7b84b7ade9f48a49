package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.FreeRuns;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * What a space remembers of the free pages below its tables, so that a search passes over what is full without looking into it: one {@link FreeRuns}
 * beside each table, in the frame table.
 *
 * <p><b>Invariant.</b> A known hint is an upper bound of the free runs below its table, but for pages whose unmapping has not returned yet. It may be too
 * high, since mapping writes no hint, and costs a look then; it is never too low, so nothing free is hidden. The claim decides.
 *
 * <p>Only searches make hints, and only where they found nothing. Three steps, which keep the invariant without a second look:
 *
 * <ol>
 *   <li>announce: the searcher's number goes beside the table by compare-and-set; then the space's count of announcements rises;
 *   <li>look at every word of the table, and at the hints of the tables below it;
 *   <li>publish: compare-and-set from the announcement to what was found.
 * </ol>
 *
 * Who makes pages free changes their words first, and then takes away whatever stands beside each table on the way to them, from the lowest up ({@link #raise}). Words and hints are
 * changed and read in one order (volatile): either the look finds the pages free, or the announcement is gone before it is published; and where the look goes by a hint below that
 * is too low still, the announcement goes after that hint. Numbers of views differ, so nobody publishes over another's announcement.
 *
 * <p>A view that did this for a page of a leaf table remembers what the count was <em>before</em>. While the count is the same, and the table in the same place, it has nothing to take away there:
 * whoever was counted by then had announced before, and was taken away; whoever is counted later looks later, and finds free what was free when the count was read. So unmapping in one table again
 * and again costs a load or two more, whether searches ever failed or not, where three walks after the compare-and-set cost 8 ns.
 *
 * <p>The protocol of holes.pml. Lock-free. One instance for each view.
 */
final class HoleHints {
    private static final long NONE = -1;

    private final AddressSpace space;
    private final Tables tables;
    private final Frames frames;
    private final int viewNumber;
    private long slotsVisited;
    /** A leaf table: beside it and those above it stand no hints but such as were counted since. */
    private long raisedTable = NONE;
    /** The first page that it covered; it may have moved since. */
    private long raisedFirst;
    /** The count before they were taken away. */
    private long raisedAt;

    HoleHints(View view) {
        this.space = view.space();
        this.tables = view.core().tables();
        this.frames = view.core().frames();
        this.viewNumber = view.number();
    }

    /** Slots and hints that were looked at to make hints. */
    long slotsVisited() {
        return slotsVisited;
    }

    /**
     * Told that a page was made free, after its word was changed and before the call that did it returns. In the epoch of the change. Other pages of the same table need no call of
     * their own.
     */
    static void raise(AddressSpace space, long page) {
        if (space.holeHints() != 0) {
            raiseAll(space, page);
        }
    }

    /**
     * As {@link #raise(AddressSpace, long)}, by the view that made the page free, which may know that there is nothing to do.
     *
     * @param slot the leaf slot in which the page's word was changed
     */
    void raise(long page, long slot) {
        // In the one order of all volatile accesses: after the change of the page's word, and before any look at hints.
        long announced = space.holeHints();
        if (announced == 0) {
            return;
        }
        long table = tables.tableOf(slot);
        long first = Tables.slotStart(page, 1);
        if (announced != raisedAt || table != raisedTable || first != raisedFirst) {
            raiseAll(space, page);
            raisedTable = table;
            raisedFirst = first;
            raisedAt = announced;
        }
    }

    private static void raiseAll(AddressSpace space, long page) {
        Frames frames = space.core().frames();
        // From below, so that nobody makes a hint from one below it that is about to go. And each is found from the
        // root: a table may
        // have been replaced by a copy since the page's word was found, or since the hint below it was taken away.
        for (int level = 0; level < Tables.ROOT_LEVEL; level++) {
            long table = tableOn(space, page, level);
            if (table != NONE) {
                long hint = frames.tableNote(table);
                while (hint != FreeRuns.UNKNOWN && !frames.changeTableNote(table, hint, FreeRuns.UNKNOWN)) {
                    hint = frames.tableNote(table);
                }
            }
        }
    }

    /** The table of slots of a level on the way to a page, if there is one. */
    private static long tableOn(AddressSpace space, long page, int level) {
        Tables tables = space.core().tables();
        long table = space.root();
        for (int at = Tables.ROOT_LEVEL; at > level; at--) {
            long word = RawMemory.getVolatile(tables.slot(table, page, at));
            if (!SpaceWord.isTable(word)) {
                return NONE;
            }
            table = SpaceWord.frame(word);
        }
        return table;
    }

    /** Makes the hint of a table, and of the tables below it that have none. Inside the epoch in which the table was found. */
    long make(long table, int level, long first) {
        long before = frames.tableNote(table);
        long announcement = FreeRuns.announced(viewNumber);
        boolean announced = frames.changeTableNote(table, before, announcement);
        // After the announcement, so that who is not counted yet can be found by it, and before the look.
        space.countHoleHints();
        long found = look(table, level, first);
        if (announced) {
            frames.changeTableNote(table, announcement, found);
        }
        // Even if it could not be published it bounds what the look saw, and who freed more takes the hints above away,
        // too.
        return found;
    }

    private long look(long table, int level, long first) {
        FreeRunSum sum = new FreeRunSum();
        long step = Tables.pagesAt(level);
        for (int i = 0; i < Tables.SLOTS; i++) {
            long page = first + i * step;
            long word = RawMemory.getVolatile(tables.slot(table, page, level));
            slotsVisited++;
            if (!SpaceWord.isTable(word)) {
                sum.addSlot(page, level, SpaceWord.withoutFrozen(word) == SpaceWord.UNMAPPED);
                continue;
            }
            long below = SpaceWord.frame(word);
            long hint = frames.tableNote(below);
            slotsVisited++;
            sum.addTable(step, FreeRuns.isKnown(hint) ? hint : make(below, level - 1, page));
        }
        return sum.result();
    }
}

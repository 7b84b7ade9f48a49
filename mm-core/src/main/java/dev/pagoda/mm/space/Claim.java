package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Maps a range where nothing is mapped, all of it or nothing.
 *
 * <p>Three forms, the first that fits:
 *
 * <ol>
 *   <li>the range is exactly one slot: one CAS from 0;
 *   <li>it lies in an empty slot of a higher level: a subtree is built aside with plain stores and published by one CAS;
 *   <li>else every slot gets a <em>tentative</em> word with this view's ticket, in ascending order, and then, in ascending order, its
 *       final word. A page that is found mapped rolls the tentative words back. Whoever meets another's tentative word waits until
 *       it is decided and looks again; because all claim in ascending order, nobody waits in a circle. Faults, mincore and munmap take tentative
 *       words for unmapped; a final CAS that fails was overtaken by a fixed map or an unmap and is no error.
 * </ol>
 *
 * <p>Lock-free but for claims of many slots that meet. One instance for each view.
 */
final class Claim {
    private static final long DONE = -1;
    private static final long AGAIN = -2;
    private static final long WAIT = -3;
    private static final long TAKEN = -4;
    private static final long NO_TABLE = -5;
    private static final long SEVERAL = -6;
    /** Tables of a subtree built aside: one way down to each edge of the range. */
    private static final int MOST_TABLES = 2 * Tables.ROOT_LEVEL;

    private final View view;
    private final AddressSpace space;
    private final Tables tables;
    private long builtTables;

    Claim(View view) {
        this.view = view;
        this.space = view.space();
        this.tables = view.core().tables();
    }

    /**
     * Claims a range. The caller has raised the region's count by its pages and lowers it again on refusal.
     *
     * @param word a reserved or busy word
     * @return 0, {@link Refusal#EXISTS} or {@link Refusal#NO_MEMORY}
     */
    int run(long first, long end, long word) {
        while (true) {
            Participant self = view.participant();
            long outcome;
            self.enter();
            try {
                outcome = claimAtOnce(first, end, word);
            } finally {
                self.leave();
            }
            if (outcome == DONE) {
                return 0;
            } else if (outcome == TAKEN) {
                return Refusal.EXISTS;
            } else if (outcome == SEVERAL) {
                return claimSeveral(first, end, word);
            } else if (outcome == WAIT) {
                View.pause();
            } else if (outcome == AGAIN) {
                Shrink.help(view, first);
            } else if (outcome == NO_TABLE) {
                if (!view.core().reclaim(view.stripe(), MOST_TABLES)) {
                    return Refusal.NO_MEMORY;
                }
            }
        }
    }

    /**
     * Claims a range of private anonymous memory that lies in one leaf table which the view may remember: what placement tries first, in one epoch and without a walk.
     *
     * @param word a reserved word
     * @return false, with nothing claimed, if anything stands there or no leaf table was found
     */
    boolean inLeaf(long first, long pages, long word) {
        boolean taken;
        long settledPages;
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long slot = view.leafSlot(first << PhysicalMemory.FRAME_SHIFT);
            if (slot == 0) {
                return false;
            }
            if (pages == 1) {
                if (!RawMemory.compareAndSet(slot, SpaceWord.UNMAPPED, word)) {
                    return false;
                }
                view.bill(word, 0, 1);
                return true;
            }
            taken = claimLeafSlots(slot, pages, SpaceWord.tentative(word, view.number()));
            settledPages = settleLeafSlots(slot, taken, word);
            if (!taken) {
                HoleHints.raise(space, first);
            }
        } finally {
            self.leaveBriefly(entered);
        }
        if (settledPages < claimedSlots) {
            // The table is leaving: the rest of what was claimed is found from the root.
            long tentative = SpaceWord.tentative(word, view.number());
            change(first + settledPages, first + claimedSlots, tentative, taken ? word : SpaceWord.UNMAPPED);
        }
        return taken;
    }

    /** Leaf slots that the last {@link #inLeaf} made tentative. */
    private long claimedSlots;

    /** Makes slots tentative, ascending, up to one that is not empty; whether all were. */
    private boolean claimLeafSlots(long slot, long pages, long tentative) {
        claimedSlots = 0;
        for (long i = 0; i < pages; i++) {
            // Looked at first: nothing has to be taken back where something stands.
            if (RawMemory.getOpaque(slot + (i << 3)) != SpaceWord.UNMAPPED) {
                return false;
            }
        }
        while (claimedSlots < pages) {
            if (!RawMemory.compareAndSet(slot + (claimedSlots << 3), SpaceWord.UNMAPPED, tentative)) {
                return false;
            }
            claimedSlots++;
        }
        return true;
    }

    /** Gives tentative slots their final word, ascending, or empties them; returns how many are done, fewer if the table is leaving. */
    private long settleLeafSlots(long slot, boolean taken, long word) {
        long tentative = SpaceWord.tentative(word, view.number());
        long last = taken ? word : SpaceWord.UNMAPPED;
        for (long i = 0; i < claimedSlots; i++) {
            long seen = RawMemory.compareAndExchange(slot + (i << 3), tentative, last);
            if (seen == tentative) {
                view.bill(last, 0, 1);
            } else if (SpaceWord.isFrozen(seen)) {
                return i;
            }
            // Else a fixed map or an unmap was faster, which is no error.
        }
        return claimedSlots;
    }

    /** The first two forms. Inside an epoch. */
    private long claimAtOnce(long first, long end, long word) {
        long table = space.root();
        for (int level = Tables.ROOT_LEVEL; end <= Tables.slotEnd(first, level); level--) {
            long slot = tables.slot(table, first, level);
            long seen = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(seen)) {
                return AGAIN;
            }
            boolean exact = first == Tables.slotStart(first, level) && end == Tables.slotEnd(first, level);
            if (seen == SpaceWord.UNMAPPED) {
                return exact ? claimSlot(slot, word, level) : claimAside(slot, first, end, word, level);
            }
            if (SpaceWord.isTentative(seen)) {
                return WAIT;
            }
            if (!SpaceWord.isTable(seen)) {
                return TAKEN;
            }
            if (exact) {
                return SEVERAL;
            }
            table = SpaceWord.frame(seen);
        }
        return SEVERAL;
    }

    private long claimSlot(long slot, long word, int level) {
        if (!RawMemory.compareAndSet(slot, SpaceWord.UNMAPPED, word)) {
            return AGAIN;
        }
        view.bill(word, level, 1);
        return DONE;
    }

    private long claimAside(long slot, long first, long end, long word, int level) {
        builtTables = 0;
        long table = buildAside(first, end, word, level - 1);
        if (table == Frames.REFUSED) {
            return NO_TABLE;
        }
        // The CAS publishes the whole subtree; walkers acquire it through the slot.
        if (!RawMemory.compareAndSet(slot, SpaceWord.UNMAPPED, SpaceWord.table(table))) {
            tables.drain(view.stripe(), table, level - 1, content -> {});
            return AGAIN;
        }
        view.counters().add(Counters.TABLES, builtTables);
        billRange(first, end, word);
        return DONE;
    }

    /** A table with the range in it and nothing else, seen by nobody; or REFUSED. */
    private long buildAside(long first, long end, long word, int level) {
        long table = tables.allocate(view.stripe(), SpaceWord.UNMAPPED, false);
        if (table == Frames.REFUSED) {
            return Frames.REFUSED;
        }
        builtTables++;
        long page = first;
        while (page < end) {
            long slotEnd = Tables.slotEnd(page, level);
            long stop = Math.min(slotEnd, end);
            long content = word;
            if (page != Tables.slotStart(page, level) || stop != slotEnd) {
                long child = buildAside(page, stop, word, level - 1);
                if (child == Frames.REFUSED) {
                    tables.drain(view.stripe(), table, level, ignored -> {});
                    return Frames.REFUSED;
                }
                content = SpaceWord.table(child);
            }
            RawMemory.setPlain(tables.slot(table, page, level), content);
            page = stop;
        }
        return table;
    }

    private void billRange(long first, long end, long word) {
        for (long page = first; page < end; ) {
            int level = 0;
            while (level < Tables.ROOT_LEVEL
                    && page == Tables.slotStart(page, level + 1)
                    && Tables.slotEnd(page, level + 1) <= end) {
                level++;
            }
            view.bill(word, level, 1);
            page += Tables.pagesAt(level);
        }
    }

    // The third form

    private int claimSeveral(long first, long end, long word) {
        long tentative = SpaceWord.tentative(word, view.number());
        long page = first;
        while (page < end) {
            long next = step(page, end, SpaceWord.UNMAPPED, tentative, true);
            if (next == TAKEN || next == NO_TABLE && !view.core().reclaim(view.stripe())) {
                change(first, page, tentative, SpaceWord.UNMAPPED);
                // Tables that were made for the edges.
                view.emptied().note(first);
                view.emptied().note(end - 1);
                return next == TAKEN ? Refusal.EXISTS : Refusal.NO_MEMORY;
            }
            if (next == WAIT) {
                View.pause();
            } else if (next == AGAIN) {
                Shrink.help(view, page);
            }
            page = next >= 0 ? next : page;
        }
        long committed = change(first, end, tentative, word);
        giveBackOvertaken(word, end - first - committed);
        return 0;
    }

    /** Pages that a fixed map or an unmap took over before they were committed do not count for the region. */
    private void giveBackOvertaken(long word, long pages) {
        int region = SpaceWord.region(word);
        if (pages > 0 && !Attributes.isAnonymous(region)) {
            view.makeRoom(1);
            Regions regions = view.core().regions();
            regions.lower(regions.get(region), pages, view.participant());
        }
    }

    /** Changes what still is {@code from} in a range this claim wrote; returns how many pages it changed. */
    private long change(long first, long end, long from, long to) {
        long changed = 0;
        long page = first;
        while (page < end) {
            long next = step(page, end, from, to, false);
            if (next >= 0) {
                changed += stepped;
                page = next;
            } else {
                Shrink.help(view, page);
            }
        }
        return changed;
    }

    /** Pages that the last step changed. */
    private long stepped;

    private long step(long page, long end, long from, long to, boolean strict) {
        Participant self = view.participant();
        self.enter();
        try {
            return changeFrom(page, end, from, to, strict);
        } finally {
            self.leave();
        }
    }

    /**
     * Changes one slot, or the slots of one leaf table, from one word to another.
     *
     * @param strict whether every slot must hold {@code from}, and tables are made where it is empty
     * @return the page to go on with, or why it could not
     */
    private long changeFrom(long page, long end, long from, long to, boolean strict) {
        stepped = 0;
        long sequence = space.retireSequence();
        long table = space.root();
        int level = Tables.ROOT_LEVEL;
        while (level > 0) {
            long slot = tables.slot(table, page, level);
            long seen = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(seen)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(seen)) {
                table = SpaceWord.frame(seen);
                level--;
                continue;
            }
            long slotEnd = Tables.slotEnd(page, level);
            boolean covered = page == Tables.slotStart(page, level) && slotEnd <= end;
            if (seen == from && covered) {
                if (!RawMemory.compareAndSet(slot, seen, to)) {
                    return AGAIN;
                }
                view.bill(to, level, 1);
                stepped = Tables.pagesAt(level);
                if (to == SpaceWord.UNMAPPED) {
                    HoleHints.raise(space, page);
                }
                return slotEnd;
            }
            if (!strict) {
                return Math.min(slotEnd, end);
            }
            if (seen != from) {
                return SpaceWord.isTentative(seen) ? WAIT : TAKEN;
            }
            if (!Edges.expand(view, slot, seen, level, false)) {
                return NO_TABLE;
            }
        }
        if (strict && isTaken(tables.slot(table, page, 0))) {
            return TAKEN;
        }
        return view.use(table, sequence) ? changeLeaves(table, page, end, from, to, strict) : AGAIN;
    }

    /**
     * Whether somebody stands in a leaf slot: looked at before the table is entered, as a claim that fails would else be taken for a user of it from then on, and be waited for by those that are
     * ({@link View#use}). Nothing behind the word is looked at.
     */
    private static boolean isTaken(long slot) {
        long seen = RawMemory.getOpaque(slot);
        return seen != SpaceWord.UNMAPPED && !SpaceWord.isFrozen(seen) && !SpaceWord.isTentative(seen);
    }

    private long changeLeaves(long table, long first, long end, long from, long to, boolean strict) {
        long stop = Math.min(end, Tables.slotEnd(first, 1));
        long next = changeSlots(table, first, stop, from, to, strict);
        if (to == SpaceWord.UNMAPPED) {
            HoleHints.raise(space, first);
        }
        return next;
    }

    private long changeSlots(long table, long first, long stop, long from, long to, boolean strict) {
        for (long page = first; page < stop; page++) {
            long seen = RawMemory.compareAndExchange(tables.slot(table, page, 0), from, to);
            if (seen == from) {
                view.bill(to, 0, 1);
                stepped++;
            } else if (SpaceWord.isFrozen(seen)) {
                return page == first ? AGAIN : page;
            } else if (strict) {
                return page > first ? page : SpaceWord.isTentative(seen) ? WAIT : TAKEN;
            }
        }
        return stop;
    }
}

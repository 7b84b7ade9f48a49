package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Puts one word over a whole range, whatever was there: munmap (the word is 0) and fixed maps.
 *
 * <p>Ascending, one CAS for each slot. A slot of a higher level whose whole range is covered changes in one step, subtree and all: the
 * table's word is taken out of its parent, then the subtree is frozen keeping its content, then retired as one record. So there is no
 * moment at which a fixed map's range is free for somebody else. Tables needed at the edges are made before anything changes.
 *
 * <p>One instance for each view, used by the view's thread: it allocates nothing. Lock-free; waits for a grace period before it returns if shared
 * pages, or pages that are on the move, were taken away that another view may still use.
 */
final class Replace {
    /** Takes over what is removed, instead of retiring it. */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes one removed word; called outside of epochs or inside one; must not wait.
         *
         * @return whether the taker owns the word's reference from here on
         */
        boolean take(long word, long page, int level);

        /**
         * Takes a whole leaf table that was taken out of the tree, as it is. Called outside of epochs; may wait.
         *
         * @param page the first page that the table covered
         * @return whether the taker has published it elsewhere; if not, its words are taken one by one
         */
        default boolean takeTable(long table, long page) {
            return false;
        }
    }

    private static final long AGAIN = -1;
    private static final long WAIT = -2;
    private static final long NO_TABLE = -3;
    private static final long DETACHED = -4;
    /** A leaf table's frames and, at worst, as many regions, and as many tables that a taker helps to give back. */
    private static final int ROOM = 3 * Tables.SLOTS;

    private final View view;
    private final AddressSpace space;
    private final Tables tables;
    private final Tables.FrozenWords onFrozen = (seen, page, level) -> removed(seen, page, level, 0);

    private long word;
    private Taker taker;
    /** Whether memory was taken away that the program reaches elsewhere, as an object's or where a move takes it, so that stores to it may not land late. */
    private boolean removedReachable;
    /** Whether another view may be storing to such memory. */
    private boolean othersStore;

    private int countedRegion;
    private long countedPages;
    private long detachedTable;
    private int detachedLevel;
    private long detachedPage;
    private boolean draining;

    Replace(View view) {
        this.view = view;
        this.space = view.space();
        this.tables = view.core().tables();
    }

    /**
     * Replaces a range.
     *
     * @param first first page
     * @param end one above the last page
     * @param replacement a reserved or busy word, or 0
     * @param removed who takes over what is removed; null to retire it
     * @return 0, or {@link Refusal#NO_MEMORY} with nothing changed
     */
    int run(long first, long end, long replacement, Taker removed) {
        word = replacement;
        taker = removed;
        removedReachable = false;
        othersStore = false;
        countedRegion = 0;
        countedPages = 0;
        long page = first;
        // A whole table is taken out by one CAS instead.
        if (end <= Tables.slotEnd(first, 1) && end - first < Tables.SLOTS) {
            page = inLeaf(first, end);
        }
        // If the table leaves before all is done, what is left is split with the emergency reserve, as it has to end.
        if (page == first && !Edges.prepare(view, first, end, replacement != SpaceWord.UNMAPPED)) {
            return Refusal.NO_MEMORY;
        }
        while (page < end) {
            page = step(page, end);
        }
        flushCount();
        if (othersStore) {
            view.awaitGraceOfOthers();
        }
        view.participant().tidy();
        return 0;
    }

    /** A range in one leaf table that is there needs no table at its edges: one epoch, usually without a walk. Returns the page to go on with. */
    private long inLeaf(long first, long end) {
        view.makeRoom(ROOM);
        Participant self = view.participant();
        self.enter();
        try {
            long slot = view.leafSlot(first << PhysicalMemory.FRAME_SHIFT);
            long next = slot == 0 ? first : replaceLeafSlots(slot, first, end);
            return next < 0 ? first : next;
        } finally {
            self.leave();
        }
    }

    private long step(long page, long end) {
        view.makeRoom(ROOM);
        Participant self = view.participant();
        long next;
        self.enter();
        try {
            next = replaceFrom(page, end);
        } finally {
            self.leave();
        }
        if (next >= 0) {
            return next;
        }
        if (next == DETACHED) {
            return drainDetached();
        }
        if (next == AGAIN) {
            Shrink.help(view, page);
        } else if (next == WAIT) {
            View.pause();
        } else if (next == NO_TABLE && !view.core().reclaim(view.stripe())) {
            View.pause();
        }
        return page;
    }

    /** Replaces one slot, or the slots of one leaf table; returns the page to go on with, or why it could not. */
    private long replaceFrom(long page, long end) {
        long sequence = space.retireSequence();
        long table = space.root();
        int level = Tables.ROOT_LEVEL;
        while (level > 0) {
            long slot = tables.slot(table, page, level);
            long seen = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(seen)) {
                return AGAIN;
            }
            long slotEnd = Tables.slotEnd(page, level);
            boolean covered = page == Tables.slotStart(page, level) && slotEnd <= end;
            if (isNothingToDo(seen)) {
                return Math.min(slotEnd, end);
            }
            if (covered) {
                if (!RawMemory.compareAndSet(slot, seen, word)) {
                    return AGAIN;
                }
                view.bill(word, level, 1);
                madeFree(page);
                if (SpaceWord.isTable(seen)) {
                    space.raiseRetireSequence();
                    detachedTable = SpaceWord.frame(seen);
                    detachedLevel = level - 1;
                    detachedPage = page;
                    return DETACHED;
                }
                removed(seen, page, level, slot);
                lookForOthers(slot);
                return slotEnd;
            }
            if (SpaceWord.isTable(seen)) {
                table = SpaceWord.frame(seen);
                level--;
            } else if (SpaceWord.isTentative(seen)) {
                return WAIT;
            } else if (!Edges.expand(view, slot, seen, level, true)) {
                return NO_TABLE;
            }
        }
        return view.use(table, sequence)
                ? replaceLeafSlots(tables.slot(table, page, 0), page, Math.min(end, Tables.slotEnd(page, 1)))
                : AGAIN;
    }

    private long replaceLeafSlots(long firstSlot, long first, long stop) {
        long next = replaceSlots(firstSlot, first, stop);
        lookForOthers(firstSlot);
        return next;
    }

    /** After slots of one table were replaced. */
    private void lookForOthers(long slot) {
        othersStore |= removedReachable && view.isUsedByOthers(slot);
        removedReachable = false;
    }

    private long replaceSlots(long firstSlot, long first, long stop) {
        for (long page = first; page < stop; page++) {
            long slot = firstSlot + (page - first << 3);
            long seen = RawMemory.getAcquire(slot);
            while (true) {
                if (SpaceWord.isFrozen(seen)) {
                    madeFreeInLeaf(first, firstSlot);
                    return page == first ? AGAIN : page;
                }
                if (isNothingToDo(seen)) {
                    break;
                }
                long found = RawMemory.compareAndExchange(slot, seen, word);
                if (found == seen) {
                    view.bill(word, 0, 1);
                    removed(seen, page, 0, slot);
                    break;
                }
                seen = found;
            }
        }
        madeFreeInLeaf(first, firstSlot);
        return stop;
    }

    private void madeFreeInLeaf(long page, long slot) {
        if (word == SpaceWord.UNMAPPED) {
            view.holeHints().raise(page, slot);
        }
    }

    private void madeFree(long page) {
        if (word == SpaceWord.UNMAPPED) {
            HoleHints.raise(space, page);
        }
    }

    /** Unmapping takes what is unmapped or tentative for done. */
    private boolean isNothingToDo(long seen) {
        return word == SpaceWord.UNMAPPED && !SpaceWord.isTable(seen) && !SpaceWord.isMapped(seen);
    }

    /** The detached subtree is this thread's: nobody can come in any more, and those inside fail on FROZEN. */
    private long drainDetached() {
        long next = detachedPage + Tables.pagesAt(detachedLevel + 1);
        if (detachedLevel == 0 && taker != null && taker.takeTable(detachedTable, detachedPage)) {
            return next;
        }
        draining = true;
        long count = tables.freeze(detachedTable, detachedLevel, detachedPage, onFrozen);
        draining = false;
        // Of a subtree it is not known who used which of its tables.
        othersStore |= removedReachable && (detachedLevel > 0 || view.isTableUsedByOthers(detachedTable));
        removedReachable = false;
        view.counters().add(Counters.TABLES, -count);
        boolean contentTaken = taker != null;
        view.makeRoom(ROOM);
        view.participant()
                .retire(Retirement.subtree(
                        contentTaken ? Retirement.SPACE_TABLES : Retirement.SPACE_SUBTREE,
                        detachedTable,
                        detachedLevel));
        return next;
    }

    /** Told what was taken out of a slot, or of a detached table (where it does not matter which slot it was). */
    private void removed(long seen, long page, int level, long slot) {
        if (!SpaceWord.isMapped(seen)) {
            return;
        }
        view.bill(seen, level, -1);
        int region = SpaceWord.region(seen);
        if (!Attributes.isAnonymous(region)) {
            if (region != countedRegion) {
                flushCount();
                countedRegion = region;
            }
            countedPages += Tables.pagesAt(level);
            removedReachable |= SpaceWord.isPresent(seen) && !Attributes.isPrivate(region);
        }
        if (taker == null) {
            if (!draining && level == 0) {
                view.giveUpReference(seen, slot);
            } else if (!draining) {
                view.retireReference(seen);
            }
            // Else the subtree is retired with its content.
        } else {
            if (draining) {
                // For the reference, whether this or a taker that finds no place for it retires it.
                view.makeRoom(1);
            }
            if (taker.take(seen, page, level)) {
                removedReachable = true;
            } else {
                view.retireReference(seen);
            }
        }
    }

    private void flushCount() {
        if (countedPages != 0) {
            if (draining) {
                // A subtree may name more regions than there was room made for.
                view.makeRoom(1);
            }
            Regions regions = view.core().regions();
            regions.lower(regions.get(countedRegion), countedPages, view.participant());
        }
        countedPages = 0;
        countedRegion = 0;
    }
}

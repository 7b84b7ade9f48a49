package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes private pages back that nobody needs: declared free (MADV_FREE) and not written since, or droppable (MAP_DROPPABLE).
 *
 * <p>A word says so itself: OWN and not DIRTY. One CAS makes it reserved, so that the next access finds zeroes; it fails if a store or load came
 * first. A page that was used since the last pass has a second chance. Pinned pages stay. Called when memory is short, outside of epochs; looks at a table of words in each
 * epoch, at words of spaces that were noted only, and at each twice at most in a call. A space is looked at like a clock, from where the last call ended: what was taken already
 * lies behind the hand, and is passed once in a round and not in every call. One thread at a time: who comes second finds nothing here and looks elsewhere, so
 * nobody waits. Lock-free but for room for what it retires.
 */
final class FreedPages {
    private static final int ROOM = Tables.SLOTS + 8;
    /** The first round may take all second chances away. */
    private static final int ROUNDS = 2;

    private final Core core;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Set whenever a space is noted, so that whoever runs out of memory and has nothing of this kind pays one load. */
    private volatile boolean anyNoted;
    /** Leaf tables that were looked at so far, each time counted: written by the one thread that is busy. */
    private volatile long looks;

    FreedPages(Core core) {
        this.core = core;
    }

    /** Notes that a space may hold such pages. */
    void note(AddressSpace space) {
        if (!space.mayHoldFreed()) {
            space.setMayHoldFreed(true);
        }
        if (!anyNoted) {
            anyNoted = true;
        }
    }

    /** Whether a thread is taking pages back at this moment: memory is on its way. */
    boolean isBusy() {
        return busy.get();
    }

    /** How often a leaf table was looked at: the work that this costs. */
    long looks() {
        return looks;
    }

    /** Takes about so many pages back; what was taken is retired, and free after a grace period. Returns how many. */
    long reclaim(long wanted) {
        if (!anyNoted || !busy.compareAndSet(false, true)) {
            return 0;
        }
        try (Participant self = core.epochs().join("freed pages")) {
            return new Pass(self, wanted).run();
        } finally {
            busy.set(false);
        }
    }

    /** Whether the content of a private page may go, whatever it is. */
    static boolean isUnneeded(long word) {
        return SpaceWord.isPresent(word)
                && SpaceWord.isOwn(word)
                && !SpaceWord.isLocked(word)
                && (!SpaceWord.isDirty(word) || isDroppable(word));
    }

    private static boolean isDroppable(long word) {
        int id = SpaceWord.region(word);
        return Attributes.isAnonymous(id) && (id & Attributes.DROPPABLE) != 0;
    }

    /** One call's way through the spaces. */
    private final class Pass {
        private final Participant self;
        private final long wanted;
        private long taken;
        private boolean left;

        Pass(Participant self, long wanted) {
            this.self = self;
            this.wanted = wanted;
        }

        long run() {
            for (int round = 0; round < ROUNDS && taken == 0; round++) {
                // Before the words are looked at: who frees pages behind this pass notes the space again.
                anyNoted = false;
                boolean more = false;
                for (AddressSpace space : core.spaces().keySet()) {
                    if (space.mayHoldFreed()) {
                        space.setMayHoldFreed(false);
                        left = false;
                        walk(space);
                        if (left) {
                            space.setMayHoldFreed(true);
                        }
                    }
                    more |= space.mayHoldFreed();
                }
                if (more) {
                    anyNoted = true;
                }
            }
            return taken;
        }

        /** Once around. A table in which enough was found has more, and is the first of the next call. */
        private void walk(AddressSpace space) {
            long hand = space.freedHand();
            long stopped = walk(space, hand, AddressSpace.PAGES);
            if (stopped == AddressSpace.PAGES) {
                stopped = walk(space, 0, hand);
            }
            space.setFreedHand(stopped);
        }

        /** Returns the first page of the slot or table that was looked at last if enough was taken, else the end. */
        private long walk(AddressSpace space, long first, long end) {
            long page = first;
            while (page < end) {
                self.makeRoom(ROOM);
                long next;
                self.enter();
                try {
                    // A space leaves the list before it gives up its root.
                    if (!core.spaces().containsKey(space)) {
                        return end;
                    }
                    next = look(space, page);
                } finally {
                    self.leave();
                }
                if (taken >= wanted) {
                    left = true;
                    return page;
                }
                page = next;
            }
            return end;
        }

        /** Looks at one slot, or the slots of one leaf table; returns the page to go on with. */
        private long look(AddressSpace space, long page) {
            Tables tables = core.tables();
            long table = space.root();
            for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
                long word = RawMemory.getAcquire(tables.slot(table, page, level));
                if (!SpaceWord.isTable(word)) {
                    take(space, tables.slot(table, page, level), level);
                    return Tables.slotEnd(page, level);
                }
                table = SpaceWord.frame(word);
            }
            looks++;
            long end = Tables.slotEnd(page, 1);
            for (long at = page; at < end; at++) {
                take(space, tables.slot(table, at, 0), 0);
            }
            return end;
        }

        private void take(AddressSpace space, long slot, int level) {
            long word = RawMemory.getAcquire(slot);
            // Droppable memory is noted when it is mapped, and its pages come later.
            left |= isDroppable(word);
            if (SpaceWord.isFrozen(word) || !isUnneeded(word)) {
                return;
            }
            if (taken >= wanted || core.frames().isAnyPinned(SpaceWord.frame(word), Tables.pagesAt(level))) {
                left = true;
                return;
            }
            if (SpaceWord.isAccessed(word)) {
                left = true;
                RawMemory.compareAndSet(slot, word, SpaceWord.withoutAccessed(word));
                return;
            }
            if (RawMemory.compareAndSet(slot, word, SpaceWord.reservedLike(word))) {
                space.settle(Counters.OWN_FRAMES, -Tables.pagesAt(level));
                if (level > 0) {
                    space.settle(Counters.HUGE_FRAMES, -Tables.pagesAt(level));
                }
                self.retire(Retirement.frame(SpaceWord.frame(word)));
                taken += Tables.pagesAt(level);
            } else {
                left = true;
            }
        }
    }
}

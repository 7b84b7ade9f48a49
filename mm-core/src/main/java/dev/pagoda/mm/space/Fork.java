package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Makes the space of a child process: private pages are shared until either side stores to them, pages of objects are found again in their object.
 *
 * <p>Other threads of the parent go on meanwhile: they load, store to what is not shared yet, map and unmap. The order:
 *
 * <ol>
 *   <li>the move ticket of all pages is taken, and the space is <em>withdrawing</em>: who would copy a shared page of this space, or take it over, waits from here on;
 *   <li>a grace period: copies and take-overs that began before have ended;
 *   <li>each slot, ascending, in an epoch: a private page of the space's own is marked copy-on-write by CAS, its frame's count raised, and the child's word
 *       stored. The parent's word is not read again: what it referred to is given up after a grace period, so not in this epoch, whoever changes it meanwhile;
 *   <li>a second grace period: stores of the parent that began before a page was marked have landed, and belong to both;
 *   <li>the withdrawal ends, the ticket is given back, and the child may run.
 * </ol>
 *
 * <p>Because the child cannot be reached until then, its words are plain stores; only evictors and truncations find its tables, through its regions, and change
 * nothing there: the former look for pages of objects, of which the child has none yet, the latter wait for the child's ticket. A slot that another thread changes
 * meanwhile is in the child as it was before or after. Out of memory, the same end, and what was made of the child is dropped; the parent's words stay copy-on-write
 * with a count of one, and are taken over at the next store.
 *
 * <p>One fork or move at a time in a space; blocks for two grace periods if others look at the space. Costs two atomic changes for each page of the space's own, and a
 * look at each word.
 */
public final class Fork {
    private static final int DONE = 0;
    private static final int AGAIN = 1;
    private static final int NO_FRAME = 2;
    private static final int NO_REGION = 3;
    /** A table that a helper takes out. */
    private static final int ROOM = 1;

    private final View view;
    private final Core core;
    private final AddressSpace parent;
    private final Frames frames;
    private final Tables tables;
    private final ChildTree child;
    private long page;

    private Fork(View view, AddressSpace childSpace) {
        this.view = view;
        this.core = view.core();
        this.parent = view.space();
        this.frames = core.frames();
        this.tables = core.tables();
        this.child = new ChildTree(childSpace);
    }

    /**
     * Makes a child of the view's space. Outside of epochs.
     *
     * @param view the caller's
     * @return the child's space; null, with nothing changed that a program could see, if there is no memory for its tables, none is promised for its pages, or no id is left for its regions
     */
    public static AddressSpace childOf(View view) {
        AddressSpace childSpace;
        try {
            childSpace = new AddressSpace(view.core());
        } catch (MemoryRefused noRoot) {
            return null;
        }
        Commitment commitment = view.core().commitment();
        long promisedPages = view.space().committedBytes() >>> PhysicalMemory.FRAME_SHIFT;
        if (!commitment.askForCopy(promisedPages, view.space().mappedBytes() >>> PhysicalMemory.FRAME_SHIFT)) {
            childSpace.destroy();
            return null;
        }
        boolean copied = false;
        MoveTicket ticket = MoveTicket.ofAll();
        view.space().moveTickets().take(ticket);
        childSpace.moveTickets().take(ticket);
        try {
            copied = new Fork(view, childSpace).run();
        } finally {
            childSpace.moveTickets().giveBack(ticket);
            view.space().moveTickets().giveBack(ticket);
            commitment.copied(promisedPages);
            if (!copied) {
                childSpace.destroy();
            }
        }
        if (copied && view.space().mayHoldFreed()) {
            view.core().freedPages().note(childSpace);
        }
        return copied ? childSpace : null;
    }

    private boolean run() {
        parent.beginWithdrawing();
        try {
            view.awaitGraceOfOthers();
            return copyAll();
        } finally {
            child.settle(view);
            view.awaitGraceOfOthers();
            parent.endWithdrawing();
        }
    }

    private boolean copyAll() {
        while (page < AddressSpace.PAGES) {
            view.makeRoom(ROOM);
            Participant self = view.participant();
            int outcome;
            self.enter();
            try {
                outcome = copySome();
                // What was found of a region holds in this epoch only.
                child.endRun();
            } finally {
                self.leave();
            }
            if (outcome == AGAIN) {
                Shrink.help(view, page);
            } else if (outcome == NO_REGION || outcome == NO_FRAME && !core.reclaim(view.stripe())) {
                return false;
            }
        }
        child.space().placeLike(parent);
        child.space().inherit(parent);
        if (parent.isUsingHugeTlb()) {
            child.space().setUsingHugeTlb();
        }
        return true;
    }

    /** Goes on through one table of any level, and through the first leaf table that it leads to. */
    private int copySome() {
        long sequence = parent.retireSequence();
        long table = parent.root();
        int level = Tables.ROOT_LEVEL;
        while (true) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                if (level == 0) {
                    return view.use(table, sequence) ? copyLeaves(table) : AGAIN;
                }
                continue;
            }
            boolean begun = page != Tables.slotStart(page, level) && SpaceWord.isMapped(word);
            if (begun || isPinned(word, level)) {
                // The child has the first part of it already: the table that it was copied from gave way to one word.
                // Or a part is pinned: that one is copied, the others are not.
                if (!Edges.expand(view, slot, word, level, false)) {
                    return NO_FRAME;
                }
                continue;
            }
            int outcome = copy(slot, word, level);
            if (outcome != DONE) {
                return outcome;
            }
            page = Tables.slotEnd(page, level);
            if (page == Tables.slotStart(page, level + 1)) {
                return DONE;
            }
        }
    }

    private int copyLeaves(long table) {
        long stop = Tables.slotEnd(page, 1);
        for (long slot = tables.slot(table, page, 0); page < stop; slot += Long.BYTES) {
            long word = RawMemory.getAcquire(slot);
            if (word != SpaceWord.UNMAPPED) {
                int outcome = SpaceWord.isFrozen(word) ? AGAIN : copy(slot, word, 0);
                if (outcome != DONE) {
                    return outcome;
                }
            }
            page++;
        }
        return DONE;
    }

    /** Copies one slot; DONE if the child has what it gets of it. */
    private int copy(long slot, long word, int level) {
        if (!SpaceWord.isMapped(word)) {
            return DONE;
        }
        if (!child.isRunOf(word) && !child.startRun(word)) {
            return NO_REGION;
        }
        if (child.isLeftOut()) {
            return DONE;
        }
        long childSlot = child.slot(page, level, view.stripe());
        if (childSlot == 0) {
            return NO_FRAME;
        }
        long inherited = child.reserved();
        if (SpaceWord.isPresent(word) && !child.isWiped()) {
            if (SpaceWord.isOwn(word)) {
                long marked = SpaceWord.withCopyOnWrite(word);
                if (word != marked && !RawMemory.compareAndSet(slot, word, marked)) {
                    return AGAIN;
                }
                // After the word has changed: whoever pins now sees that, and looks again.
                if (isPinned(marked, level) && (word != marked || isAlone(marked))) {
                    return copyPinned(slot, marked, childSlot, level);
                }
                // The word's own reference is given up after this epoch, whoever changed the word meanwhile.
                frames.raise(SpaceWord.frame(marked), 1);
                inherited = SpaceWord.moved(marked, inherited);
            } else if (SpaceWord.frame(word) == frames.zeroFrame()) {
                // Never counted, never written.
                inherited = SpaceWord.moved(word, inherited);
            }
        } else if (SpaceWord.isSwapped(word) && !child.isWiped()) {
            if (!shareSwapped(slot, word)) {
                return AGAIN;
            }
            inherited = SpaceWord.moved(word, inherited);
        }
        child.put(childSlot, inherited, level);
        return DONE;
    }

    /** Whether somebody reaches a page of the word's without looking at the word. */
    private boolean isPinned(long word, int level) {
        return SpaceWord.isPresent(word)
                && SpaceWord.isOwn(word)
                && frames.isAnyPinned(SpaceWord.frame(word), Tables.pagesAt(level));
    }

    /** Whether all references to a page that is marked already are pins but one: no other process has it. Of a part of a block that cannot be told. */
    private boolean isAlone(long marked) {
        long frame = SpaceWord.frame(marked);
        return frames.count(frame) != 0 && frames.count(frame) - frames.pins(frame) <= 1;
    }

    /** The child gets a copy of a pinned page at once, and the parent keeps the page, with the right to store to it: so what is stored through the pin stays the parent's. */
    private int copyPinned(long slot, long marked, long childSlot, int level) {
        long alone = SpaceWord.takenOver(marked);
        if (level > 0) {
            // Pinned since the look at it: it is split first.
            RawMemory.compareAndSet(slot, marked, alone);
            return AGAIN;
        }
        long frame = frames.allocate(view.stripe(), FrameKind.ANONYMOUS);
        if (frame < 0) {
            RawMemory.compareAndSet(slot, marked, alone);
            return NO_FRAME;
        }
        RawMemory.copy(frames.address(SpaceWord.frame(marked)), frames.address(frame), PhysicalMemory.FRAME_BYTES);
        if (!RawMemory.compareAndSet(slot, marked, alone)) {
            frames.drop(view.stripe(), frame);
            return AGAIN;
        }
        frames.setOwner(frame, FrameOwner.of(child.space().number(), page));
        child.put(childSlot, SpaceWord.populatedOwn(child.reserved(), frame), level);
        return DONE;
    }

    /** Makes the child a second owner of a slot of swap; false if the word changed meanwhile. */
    private boolean shareSwapped(long slot, long word) {
        long swapSlot = SpaceWord.swapSlot(word);
        if (!core.swap().raiseUnlessZero(swapSlot)) {
            return false;
        }
        // Else the slot may have been another page's when its count was raised.
        if (RawMemory.getAcquire(slot) != word) {
            core.swap().drop(swapSlot);
            return false;
        }
        return true;
    }
}

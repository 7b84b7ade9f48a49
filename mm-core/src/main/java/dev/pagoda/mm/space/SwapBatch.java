package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import dev.pagoda.mm.swap.SwapArea;

/**
 * Some pages of one space on their way to swap. No store is lost, and none waits for the device:
 *
 * <ol>
 *   <li>the space is <em>withdrawing</em>: who would copy a shared page of it, or take it over, waits from here on, and who takes a page away does not give its frame back at once;
 *   <li>a grace period: those who did not know of it have ended;
 *   <li>each page, in an epoch: unless it is pinned, its word is made copy-on-write, and not used, by CAS; its frame's count is raised. Nobody pins for stores meanwhile;
 *   <li>a second grace period: stores that began before a page was marked have landed. The withdrawal ends. A store copies from here on, for the frame has two references: what
 *       it holds does not change any more as long as this batch has its own;
 *   <li>the frames are written, neighbours in one call;
 *   <li>each page, in an epoch: if its word still names the frame and is copy-on-write, and the page was not used, locked or pinned meanwhile, the word is made <em>swapped</em> by CAS; else the page stays,
 *       and its slot is free again.
 * </ol>
 *
 * <p>So a slot holds what the page held when its word came to name it. Fork's protocol with the child left out (fork.pml); the writing and the last look are those of swap.pml. Used by one
 * thread, outside of epochs; blocks for two grace periods and the device.
 */
final class SwapBatch {
    /** Pages in one batch: 256 KiB, so that two grace periods cost a page little beside its writing. */
    static final int PAGES = 64;
    /** The reference of a word that was changed. */
    private static final int ROOM = PAGES;

    private final Core core;
    private final Frames frames;
    private final Tables tables;
    private final SwapArea swap;
    private final Participant self;
    private final boolean evenIfUsed;
    private final long[] pages = new long[PAGES];
    private final long[] pageFrames = new long[PAGES];
    private final long[] slots = new long[PAGES];
    private final long[] addresses = new long[PAGES];
    private int count;

    /**
     * An empty batch.
     *
     * @param self outside of epochs; a participant of the calling thread's own, for a wait may take the thread to another CPU
     * @param evenIfUsed whether pages go that were used a moment ago
     */
    SwapBatch(Core core, Participant self, boolean evenIfUsed) {
        this.core = core;
        this.frames = core.frames();
        this.tables = core.tables();
        this.swap = core.swap();
        this.self = self;
        this.evenIfUsed = evenIfUsed;
    }

    /** Whether pages under such a word can go to swap: private anonymous ones that were stored to. What was declared free goes without. */
    static boolean isSwappable(long word) {
        int id = SpaceWord.region(word);
        return SpaceWord.isPresent(word)
                && SpaceWord.isOwn(word)
                && SpaceWord.isDirty(word)
                && !SpaceWord.isLocked(word)
                && !SpaceWord.isFrozen(word)
                && Attributes.isAnonymous(id)
                && (id & (Attributes.DROPPABLE | Attributes.HUGETLB_MASK)) == 0;
    }

    /** Whether a frame is part of what was a huge page: it is free only with all the others. Inside an epoch. */
    static boolean isPartOfBlock(Frames frames, long frame) {
        return frames.order(frames.headOf(frame)) > 0;
    }

    /** Whether pages go that were used a moment ago. */
    boolean takesUsed() {
        return evenIfUsed;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == PAGES;
    }

    /** Adds a page; ascending. */
    void add(long page) {
        pages[count++] = page;
    }

    /**
     * Writes the pages out; the batch is empty then.
     *
     * @return how many have left memory; their frames are free after a grace period. Fewer than were added if others used them, swap is full, or its device fails
     */
    int writeOut(AddressSpace space) {
        int taken = takeSlots();
        count = taken;
        self.makeRoom(ROOM);
        try {
            withdraw(space);
        } finally {
            for (int i = count; i < taken; i++) {
                swap.drop(slots[i]);
            }
        }
        write();
        int gone = replaceAll(space);
        swap.countOut(gone);
        count = 0;
        return gone;
    }

    private int takeSlots() {
        for (int i = 0; i < count; i++) {
            slots[i] = swap.allocate();
            if (slots[i] == SwapArea.NONE) {
                return i;
            }
        }
        return count;
    }

    /** Withdraws the right to store; those pages remain in the batch, each with a reference to its frame, whose content does not change any more. */
    private void withdraw(AddressSpace space) {
        int candidates = count;
        count = 0;
        space.beginWithdrawing();
        try {
            self.awaitGrace();
            self.enter();
            try {
                // A space leaves the list before it gives up its root.
                if (core.spaces().containsKey(space)) {
                    for (int i = 0; i < candidates; i++) {
                        mark(space, pages[i]);
                    }
                }
            } finally {
                self.leave();
            }
            if (count > 0) {
                self.awaitGrace();
            }
        } finally {
            space.endWithdrawing();
        }
    }

    private void mark(AddressSpace space, long page) {
        long slot = leafSlot(space, page);
        long word = slot == 0 ? SpaceWord.UNMAPPED : RawMemory.getAcquire(slot);
        if (!mayGo(word)) {
            return;
        }
        long frame = SpaceWord.frame(word);
        long marked = SpaceWord.withCopyOnWrite(SpaceWord.withoutAccessed(word));
        if (word != marked && !RawMemory.compareAndSet(slot, word, marked)) {
            return;
        }
        // The word's own reference is given up after this epoch, whoever changed the word meanwhile.
        frames.raise(frame, 1);
        pages[count] = page;
        pageFrames[count] = frame;
        count++;
    }

    /** Pins for stores are all seen here, those that came before the grace period; one for loads that comes after the look keeps its frame, and loses nothing. */
    private boolean mayGo(long word) {
        return isSwappable(word)
                && (evenIfUsed || !SpaceWord.isAccessed(word) || isPartOfBlock(frames, SpaceWord.frame(word)))
                && !frames.isPinned(SpaceWord.frame(word));
    }

    /** Address of the slot of a page in its leaf table; 0 if there is none, or its way there is leaving. Inside an epoch. */
    private long leafSlot(AddressSpace space, long page) {
        long table = space.root();
        for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
            long word = RawMemory.getAcquire(tables.slot(table, page, level));
            if (!SpaceWord.isTable(word) || SpaceWord.isFrozen(word)) {
                return 0;
            }
            table = SpaceWord.frame(word);
        }
        return tables.slot(table, page, 0);
    }

    /** Writes all frames; those that could not be written leave the batch. */
    private void write() {
        int written = 0;
        for (int from = 0; from < count; ) {
            int run = 0;
            do {
                addresses[run] = frames.address(pageFrames[from + run]);
                run++;
            } while (from + run < count && slots[from + run] == slots[from] + run);
            boolean failed = swap.write(slots[from], addresses, run) < 0;
            for (int i = from; i < from + run; i++) {
                if (failed) {
                    stay(i);
                } else {
                    pages[written] = pages[i];
                    pageFrames[written] = pageFrames[i];
                    slots[written] = slots[i];
                    written++;
                }
            }
            from += run;
        }
        count = written;
    }

    private void stay(int index) {
        swap.drop(slots[index]);
        // Who found the frame through the word does not rely on this reference.
        frames.drop(self.index(), pageFrames[index]);
    }

    private int replaceAll(AddressSpace space) {
        int gone = 0;
        self.enter();
        try {
            boolean isThere = core.spaces().containsKey(space);
            for (int i = 0; i < count; i++) {
                if (isThere && replace(space, i)) {
                    frames.drop(self.index(), pageFrames[i]);
                    gone++;
                } else {
                    stay(i);
                }
            }
        } finally {
            self.leave();
        }
        return gone;
    }

    private boolean replace(AddressSpace space, int index) {
        long slot = leafSlot(space, pages[index]);
        if (slot == 0) {
            return false;
        }
        long frame = pageFrames[index];
        while (true) {
            long word = RawMemory.getAcquire(slot);
            // Copy-on-write with this frame: nobody can have stored to it since it was written.
            if (!mayGo(word) || !SpaceWord.isCopyOnWrite(word) || SpaceWord.frame(word) != frame) {
                return false;
            }
            long swapped = SpaceWord.swapped(word, slots[index]);
            if (RawMemory.compareAndSet(slot, word, swapped)) {
                space.settle(Counters.OWN_FRAMES, -1);
                space.settle(Counters.SWAPPED_PAGES, 1);
                self.retire(Retirement.frame(frame));
                return true;
            }
        }
    }
}

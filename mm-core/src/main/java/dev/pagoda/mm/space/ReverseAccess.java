package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.function.Supplier;

/**
 * How an object changes the slots that show its pages, in whichever space they are: for write-back, eviction and truncation.
 *
 * <p>Used by one thread at a time, outside of epochs. A slot is compared by <em>frame</em>, never by region alone. What it changes is
 * billed to the space, not to a view. Lock-free.
 */
public final class ReverseAccess {
    private static final int ROOM = 8;

    private final Core core;
    private final Supplier<Participant> actor;

    /**
     * Makes a way for one thread.
     *
     * @param core the kernel
     * @param actor the participant whose epochs the thread uses, asked for afresh each time
     */
    public ReverseAccess(Core core, Supplier<Participant> actor) {
        this.core = core;
        this.actor = actor;
    }

    /** The participant that is used now. */
    public Participant participant() {
        return actor.get();
    }

    /** Waits for a grace period: accesses that relied on what was taken away have ended afterwards. */
    public void awaitGrace() {
        actor.get().awaitGrace();
    }

    /** Takes DIRTY off the slot of a shared region that names the frame, so that the next store faults. */
    void withdrawStore(Region region, long index, long frame) {
        long page = region.pageOf(index);
        boolean done = page < 0 || page >= AddressSpace.PAGES;
        while (!done) {
            Participant self = actor.get();
            self.enter();
            try {
                done = !isAlive(region) || withdrawStoreAt(region.space(), page, frame);
            } finally {
                self.leave();
            }
            if (!done) {
                // A table that is being copied would carry the right to store into the copy.
                Shrink.help(core, region.space(), actor.get(), page);
            }
        }
    }

    /** Whether the slot is done with; false if its table is leaving. */
    private boolean withdrawStoreAt(AddressSpace space, long page, long frame) {
        Tables tables = core.tables();
        long table = space.root();
        int level = Tables.ROOT_LEVEL;
        while (true) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return false;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                continue;
            }
            boolean names = SpaceWord.isPresent(word)
                    && !SpaceWord.isOwn(word)
                    && SpaceWord.frame(word) == frame
                    && SpaceWord.isDirty(word);
            if (!names || RawMemory.compareAndSet(slot, word, SpaceWord.withoutDirty(word))) {
                return true;
            }
        }
    }

    /** Makes the slots of a region reserved that show a part of the object, on request but for locked ones. Waits for moves and forks of the space if copies go as well. */
    void unmap(Region region, long firstIndex, long endIndex, boolean copiesToo, boolean lockedToo) {
        if (!copiesToo || !Attributes.isPrivate(region.id())) {
            unmapSlots(region, firstIndex, endIndex, false, lockedToo);
            return;
        }
        // Copies travel: one that is between two places, or on its way to a child, would be missed.
        MoveTickets tickets = region.space().moveTickets();
        MoveTicket ticket = MoveTicket.ofAll();
        tickets.take(ticket);
        try {
            unmapSlots(region, firstIndex, endIndex, true, lockedToo);
        } finally {
            tickets.giveBack(ticket);
        }
    }

    private void unmapSlots(Region region, long firstIndex, long endIndex, boolean copiesToo, boolean lockedToo) {
        Shown shown = region.shown();
        long page = Math.max(0, region.pageOf(Math.max(firstIndex, shown.firstIndex())));
        long end = Math.min(AddressSpace.PAGES, region.pageOf(Math.min(endIndex, shown.endIndex())));
        while (page < end) {
            Participant self = actor.get();
            self.makeRoom(ROOM);
            self = actor.get();
            long next;
            self.enter();
            try {
                if (!isAlive(region)) {
                    return;
                }
                next = unmapOne(self, region, page, copiesToo, lockedToo);
            } finally {
                self.leave();
            }
            if (next == page) {
                Shrink.help(core, region.space(), actor.get(), page);
            }
            page = next;
        }
    }

    /** Empties one slot; returns the next page worth a look. */
    private long unmapOne(Participant self, Region region, long page, boolean copiesToo, boolean lockedToo) {
        Tables tables = core.tables();
        AddressSpace space = region.space();
        long table = space.root();
        int level = Tables.ROOT_LEVEL;
        long slot = tables.slot(table, page, level);
        long word = RawMemory.getAcquire(slot);
        while (SpaceWord.isTable(word)) {
            if (SpaceWord.isFrozen(word)) {
                return page;
            }
            table = SpaceWord.frame(word);
            level--;
            slot = tables.slot(table, page, level);
            word = RawMemory.getAcquire(slot);
        }
        if (SpaceWord.isFrozen(word)) {
            return page;
        }
        long next = Tables.slotEnd(page, level);
        boolean shows = SpaceWord.isPresent(word)
                && SpaceWord.region(word) == region.id()
                && (copiesToo || !SpaceWord.isOwn(word))
                && (lockedToo || !SpaceWord.isLocked(word));
        if (!shows) {
            return next;
        }
        if (!RawMemory.compareAndSet(slot, word, SpaceWord.reservedLike(word))) {
            return page;
        }
        space.settle(SpaceWord.isOwn(word) ? Counters.OWN_FRAMES : Counters.OBJECT_FRAMES, -1);
        self.retire(Retirement.frame(SpaceWord.frame(word)));
        return next;
    }

    /**
     * Whether pages are counted of the region, and with it its space's root is there: a space disposes of its regions one grace period before it gives up its root.
     * Inside the epoch of the use, so that the region's id becomes no other's before that ends. That the region stands in the table would not say so: it may be dead,
     * its grace period over, and be taken out the moment after (found by the model, regions.pml).
     */
    static boolean isAlive(Region region) {
        return region.pages() != 0;
    }
}

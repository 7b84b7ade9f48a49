package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Repairs the word of a page that an access could not use, by one CAS, or says why it cannot be repaired.
 *
 * <p>Each attempt is one epoch: the word is read and changed in it. What has to wait (a page to be read, memory to be reclaimed, a page that is on
 * the move) leaves the epoch, waits, and starts over from the root. Lock-free on anonymous memory.
 *
 * <p>Nothing is populated in a slot of 2 MiB or more, and huge pages are allowed there: one CAS maps a block that was zeroed before. A huge page that is
 * shared by fork is split at the first store, and one small page of it copied.
 */
final class Fault {
    private static final int REPAIRED = 0;
    private static final int AGAIN = 1;
    private static final int NOT_MAPPED = 2;
    private static final int FORBIDDEN = 3;
    private static final int BEYOND_END = 4;
    private static final int BRING_IN = 5;
    private static final int NO_FRAME = 6;
    private static final int WAIT = 7;
    private static final int WANTS_BLOCK = 8;
    private static final int SPLIT = 9;

    /** An object may refuse a page for reasons of its own, such as a bound, while frames are free: after so many tries the fault gives up. */
    private static final int MOST_OBJECT_REFUSALS = 16;

    private Fault() {}

    /**
     * Makes the page usable for one kind of access. Called outside of epochs.
     *
     * @throws MemoryFault if memory does not allow it
     */
    static void resolve(View view, long address, boolean store) {
        view.forgetHuge(address);
        view.hugeBlock().begin();
        try {
            resolveWithBlock(view, address, store);
        } finally {
            view.hugeBlock().end();
        }
    }

    private static void resolveWithBlock(View view, long address, boolean store) {
        int objectRefusals = 0;
        while (true) {
            int outcome = attempt(view, address, store);
            switch (outcome) {
                case REPAIRED -> {
                    view.counters().add(Counters.FAULTS, 1);
                    view.participant().tidy();
                    return;
                }
                case NOT_MAPPED -> {
                    if (!GrowDown.reach(view, address >>> PhysicalMemory.FRAME_SHIFT)) {
                        throw notMapped(address);
                    }
                }
                case FORBIDDEN -> throw forbidden(address, store);
                case BEYOND_END -> throw beyondEnd(address);
                case BRING_IN -> {
                    int found = bringIn(view, address);
                    if (found == NO_FRAME) {
                        objectRefusals++;
                        if (objectRefusals == MOST_OBJECT_REFUSALS) {
                            throw noFrame(address);
                        }
                        reclaim(view, address);
                    }
                }
                case NO_FRAME -> reclaim(view, address);
                case WANTS_BLOCK -> {
                    if (!view.hugeBlock().take()) {
                        throw noHugePage(address);
                    }
                }
                case WAIT -> View.pause();
                default -> Shrink.help(view, address >>> PhysicalMemory.FRAME_SHIFT);
            }
        }
    }

    private static int attempt(View view, long address, boolean store) {
        if (address < 0 || address >= AddressSpace.END) {
            return NOT_MAPPED;
        }
        view.core().payBack(view.stripe());
        view.makeRoom(2);
        Participant self = view.participant();
        self.enter();
        try {
            return repair(view, address, store);
        } finally {
            self.leave();
        }
    }

    private static int repair(View view, long address, boolean store) {
        Tables tables = view.core().tables();
        long page = address >>> PhysicalMemory.FRAME_SHIFT;
        long leafSlot = view.leafSlot(address);
        long sequence = view.space().retireSequence();
        long table = view.space().root();
        for (int level = leafSlot == 0 ? Tables.ROOT_LEVEL : 0; level >= 0; ) {
            long slot = leafSlot == 0 ? tables.slot(table, page, level) : leafSlot;
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                if (level == 0 && !view.use(table, sequence)) {
                    return AGAIN;
                }
                continue;
            }
            if (!SpaceWord.isMapped(word)) {
                return NOT_MAPPED;
            }
            if (!(store ? SpaceWord.isWritable(word) : SpaceWord.isReadable(word))) {
                return FORBIDDEN;
            }
            if (SpaceWord.isBusy(word)) {
                return WAIT;
            }
            if (SpaceWord.isPresent(word)) {
                int outcome = repairPresent(view, slot, word, level, page, store);
                if (outcome != SPLIT) {
                    return outcome;
                }
            } else if (level == 0) {
                return populate(view, slot, word, page, store);
            } else if (view.hugeBlock().isWanted(word, level, store)) {
                return populateHuge(view, slot, word, level, page);
            }
            if (!Edges.expand(view, slot, word, level, false)) {
                return NO_FRAME;
            }
        }
        return AGAIN;
    }

    // Pages that are there

    private static int repairPresent(View view, long slot, long word, int level, long page, boolean store) {
        if (!store) {
            return RawMemory.compareAndSet(slot, word, SpaceWord.withAccessed(word)) ? REPAIRED : AGAIN;
        }
        if (SpaceWord.isCopyOnWrite(word)) {
            return copy(view, slot, word, level, page);
        }
        if (SpaceWord.isOwn(word)) {
            return RawMemory.compareAndSet(slot, word, SpaceWord.withDirty(word)) ? REPAIRED : AGAIN;
        }
        return dirtyShared(view, slot, word, page);
    }

    private static int copy(View view, long slot, long word, int level, long page) {
        Frames frames = view.core().frames();
        long old = SpaceWord.frame(word);
        if (SpaceWord.isOwn(word)) {
            if (view.space().isForking()) {
                // A store that began before the page was shared may still land in the frame.
                return WAIT;
            }
            if (frames.count(old) == 1) {
                return takeOver(view, slot, word, page);
            }
        }
        if (level > 0) {
            return SPLIT;
        }
        boolean fromZero = old == frames.zeroFrame();
        long frame = fromZero
                ? frames.allocateZeroed(view.stripe(), FrameKind.ANONYMOUS)
                : frames.allocate(view.stripe(), FrameKind.ANONYMOUS);
        if (frame == Frames.REFUSED) {
            return NO_FRAME;
        }
        if (!fromZero) {
            RawMemory.copy(frames.address(old), frames.address(frame), PhysicalMemory.FRAME_BYTES);
        }
        frames.setOwner(frame, FrameOwner.of(view.space().number(), page));
        long copied = SpaceWord.populatedOwn(word, frame);
        if (!RawMemory.compareAndSet(slot, word, copied)) {
            frames.drop(view.stripe(), frame);
            return AGAIN;
        }
        view.bill(word, 0, -1);
        view.bill(copied, 0, 1);
        // Another view may still read the old frame under the old word.
        view.giveUpReference(word, slot);
        return REPAIRED;
    }

    /**
     * Nobody else refers to the frame, and nobody can come to: only a fork of this space raises its count, and that waits for this epoch before it
     * begins. Counts go down late, so whoever referred to it before reads it no more.
     */
    private static int takeOver(View view, long slot, long word, long page) {
        if (!RawMemory.compareAndSet(slot, word, SpaceWord.takenOver(word))) {
            return AGAIN;
        }
        view.core()
                .frames()
                .setOwner(SpaceWord.frame(word), FrameOwner.of(view.space().number(), page));
        return REPAIRED;
    }

    /**
     * One epoch for both words: the file's page is marked dirty, then the slot, then the file's word is read again, because a
     * write-back between the two would have left a writable slot over a page that counts as clean.
     */
    private static int dirtyShared(View view, long slot, long word, long page) {
        Region region = view.core().regions().get(SpaceWord.region(word));
        long index = region.indexOf(page);
        long frame = SpaceWord.frame(word);
        if (!region.pager().markDirty(index, frame, view.participant())) {
            // The object has replaced the frame, and its unmapping is on the way to this slot.
            return WAIT;
        }
        if (!RawMemory.compareAndSet(slot, word, SpaceWord.withDirty(word))) {
            return AGAIN;
        }
        return region.pager().markDirty(index, frame, view.participant()) ? REPAIRED : AGAIN;
    }

    // Pages that are not there yet

    private static int populate(View view, long slot, long word, long page, boolean store) {
        int id = SpaceWord.region(word);
        if (Attributes.isAnonymous(id)) {
            return populateAnonymous(view, slot, word, page, store);
        }
        Region region = view.core().regions().get(id);
        long frame = region.pager().map(region.indexOf(page));
        if (frame < 0) {
            return frame == Pager.BEYOND_END ? BEYOND_END : BRING_IN;
        }
        long populated =
                region.isShared() ? SpaceWord.populatedShared(word, frame) : SpaceWord.populatedCow(word, frame);
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            view.retireReference(populated);
            return AGAIN;
        }
        view.bill(word, 0, -1);
        view.bill(populated, 0, 1);
        return store ? AGAIN : REPAIRED;
    }

    private static int populateAnonymous(View view, long slot, long word, long page, boolean store) {
        Frames frames = view.core().frames();
        if (!store) {
            long zero = SpaceWord.populatedCow(word, frames.zeroFrame());
            return RawMemory.compareAndSet(slot, word, zero) ? REPAIRED : AGAIN;
        }
        long frame = frames.allocateZeroed(view.stripe(), FrameKind.ANONYMOUS);
        if (frame == Frames.REFUSED) {
            return NO_FRAME;
        }
        frames.setOwner(frame, FrameOwner.of(view.space().number(), page));
        long populated = SpaceWord.populatedOwn(word, frame);
        // The CAS publishes the zeroes; readers acquire them through the slot.
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            frames.drop(view.stripe(), frame);
            return AGAIN;
        }
        view.counters().add(Counters.OWN_FRAMES, 1);
        return REPAIRED;
    }

    /** One CAS for the whole slot; the block was zeroed outside of this epoch. */
    private static int populateHuge(View view, long slot, long word, int level, long page) {
        long block = view.hugeBlock().atHand(level);
        if (block < 0) {
            return WANTS_BLOCK;
        }
        view.core().frames().setOwner(block, FrameOwner.of(view.space().number(), Tables.slotStart(page, level)));
        long populated = SpaceWord.populatedOwn(word, block);
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            return AGAIN;
        }
        view.hugeBlock().mapped();
        view.bill(word, level, -1);
        view.bill(populated, level, 1);
        return REPAIRED;
    }

    /** Has the object read the page, holding the object meanwhile; the slot is looked up again afterwards. */
    private static int bringIn(View view, long address) {
        Region region = findRegion(view, address);
        if (region == null || !region.pager().hold()) {
            return AGAIN;
        }
        try {
            long answer = region.pager().bringIn(region.indexOf(address >>> PhysicalMemory.FRAME_SHIFT), view.stripe());
            if (answer == Pager.IO_ERROR) {
                throw new MemoryFault(
                        MemoryFault.SIGBUS,
                        MemoryFault.BUS_ADRERR,
                        address,
                        "the page could not be read from " + region.pager().name());
            }
            return answer == Pager.NO_MEMORY ? NO_FRAME : AGAIN;
        } finally {
            region.pager().letGo();
        }
    }

    private static Region findRegion(View view, long address) {
        Participant self = view.participant();
        self.enter();
        try {
            long slot = view.leafSlot(address);
            long word = slot == 0 ? SpaceWord.UNMAPPED : RawMemory.getAcquire(slot);
            int id = SpaceWord.region(word);
            return !SpaceWord.isMapped(word) || Attributes.isAnonymous(id)
                    ? null
                    : view.core().regions().get(id);
        } finally {
            self.leave();
        }
    }

    private static void reclaim(View view, long address) {
        if (!view.core().reclaim(view.stripe())) {
            throw noFrame(address);
        }
    }

    private static MemoryFault noFrame(long address) {
        return new MemoryFault(
                MemoryFault.SIGKILL,
                MemoryFault.SI_KERNEL,
                address,
                "no frame is free for the page and none could be reclaimed; boot with more memory");
    }

    private static MemoryFault noHugePage(long address) {
        return new MemoryFault(
                MemoryFault.SIGBUS,
                MemoryFault.BUS_ADRERR,
                address,
                "no block for a huge page is free, and none was set aside for the page at " + hex(address));
    }

    private static MemoryFault notMapped(long address) {
        return new MemoryFault(
                MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR, address, "nothing is mapped at " + hex(address));
    }

    private static MemoryFault forbidden(long address, boolean store) {
        return new MemoryFault(
                MemoryFault.SIGSEGV,
                MemoryFault.SEGV_ACCERR,
                address,
                "the protection forbids " + (store ? "stores" : "loads") + " at " + hex(address));
    }

    private static MemoryFault beyondEnd(long address) {
        return new MemoryFault(
                MemoryFault.SIGBUS,
                MemoryFault.BUS_ADRERR,
                address,
                "the page at " + hex(address) + " lies past the end of its object");
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}

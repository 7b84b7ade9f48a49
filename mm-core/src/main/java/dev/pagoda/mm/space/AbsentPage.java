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
 * Populates a page that is mapped and not there yet, from fresh memory or from the object that it shows. Part of {@link Fault}: inside its epoch, but for {@link #bringIn}.
 */
final class AbsentPage {
    /** Pages that one fault on an object may show: 64 KiB, as Linux's fault_around_bytes. */
    static final int AROUND_PAGES = 16;

    private AbsentPage() {}

    static int populate(View view, long slot, long word, long page, boolean store) {
        int id = SpaceWord.region(word);
        if (Attributes.isAnonymous(id)) {
            return populateAnonymous(view, slot, word, page, store);
        }
        Region region = view.core().regions().get(id);
        long frame = region.pager().map(region.indexOf(page));
        if (frame < 0) {
            return frame == Pager.BEYOND_END ? Fault.BEYOND_END : Fault.BRING_IN;
        }
        long populated =
                region.isShared() ? SpaceWord.populatedShared(word, frame) : SpaceWord.populatedCow(word, frame);
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            view.retireReference(populated);
            return Fault.AGAIN;
        }
        view.bill(word, 0, -1);
        view.bill(populated, 0, 1);
        if ((region.attributes() & Attributes.ACCESS_MASK) != Attributes.RANDOM) {
            mapNeighbours(view, region, slot, word, page);
        }
        return store ? Fault.AGAIN : Fault.REPAIRED;
    }

    /**
     * Shows those of the page's neighbours that the object has in memory and nobody has populated, of the aligned block around it, so that going through a file costs a fault for each block.
     * The block lies in one leaf table.
     */
    private static void mapNeighbours(View view, Region region, long slot, long word, long page) {
        long first = page & -AROUND_PAGES;
        for (long at = first; at < first + AROUND_PAGES; at++) {
            long near = slot + (at - page) * Long.BYTES;
            // Reserved words hold their identity and nothing else.
            if (at == page || RawMemory.getAcquire(near) != word) {
                continue;
            }
            long frame = region.pager().mapNeighbour(region.indexOf(at));
            if (frame < 0) {
                continue;
            }
            long populated =
                    region.isShared() ? SpaceWord.populatedShared(word, frame) : SpaceWord.populatedCow(word, frame);
            if (RawMemory.compareAndSet(near, word, populated)) {
                view.bill(word, 0, -1);
                view.bill(populated, 0, 1);
            } else {
                view.retireReference(populated);
            }
        }
    }

    private static int populateAnonymous(View view, long slot, long word, long page, boolean store) {
        Frames frames = view.core().frames();
        if (!store) {
            long zero = SpaceWord.populatedCow(word, frames.zeroFrame());
            return RawMemory.compareAndSet(slot, word, zero) ? Fault.REPAIRED : Fault.AGAIN;
        }
        long frame = frames.allocateZeroed(view.stripe(), FrameKind.ANONYMOUS);
        if (frame == Frames.REFUSED) {
            return Fault.NO_FRAME;
        }
        frames.setOwner(frame, FrameOwner.of(view.space().number(), page));
        long populated = SpaceWord.populatedOwn(word, frame);
        // The CAS publishes the zeroes; readers acquire them through the slot.
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            frames.drop(view.stripe(), frame);
            return Fault.AGAIN;
        }
        view.counters().add(Counters.OWN_FRAMES, 1);
        return Fault.REPAIRED;
    }

    /** One CAS for the whole slot; the block was zeroed outside of this epoch. */
    static int populateHuge(View view, long slot, long word, int level, long page) {
        long block = view.hugeBlock().atHand(level);
        if (block < 0) {
            return Fault.WANTS_BLOCK;
        }
        view.core().frames().setOwner(block, FrameOwner.of(view.space().number(), Tables.slotStart(page, level)));
        long populated = SpaceWord.populatedOwn(word, block);
        if (!RawMemory.compareAndSet(slot, word, populated)) {
            return Fault.AGAIN;
        }
        view.hugeBlock().mapped();
        view.bill(word, level, -1);
        view.bill(populated, level, 1);
        return Fault.REPAIRED;
    }

    /** Has the object read the page, holding the object meanwhile; the slot is looked up again afterwards. */
    static int bringIn(View view, long address) {
        Region region = findRegion(view, address);
        if (region == null || !region.pager().hold()) {
            return Fault.AGAIN;
        }
        try {
            long answer = region.pager()
                    .bringIn(
                            region.indexOf(address >>> PhysicalMemory.FRAME_SHIFT),
                            view.stripe(),
                            region.description(),
                            region.attributes());
            if (answer == Pager.IO_ERROR) {
                throw new MemoryFault(
                        MemoryFault.SIGBUS,
                        MemoryFault.BUS_ADRERR,
                        address,
                        "the page could not be read from " + region.pager().name());
            }
            if (answer == Pager.BEYOND_END) {
                // The object ended before the page, or what is behind it did, which a look at the object's size would
                // not tell.
                return Fault.BEYOND_END;
            }
            return answer == Pager.NO_MEMORY ? Fault.NO_FRAME : Fault.AGAIN;
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
}

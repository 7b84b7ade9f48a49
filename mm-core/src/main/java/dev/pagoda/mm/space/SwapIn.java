package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.swap.SwapArea;

/**
 * Brings a page back from swap, and with it those of its neighbours that went out with it: pages beside it whose slots lie beside its own, in one call of the device. Part of {@link Fault}; outside of epochs.
 *
 * <p>Slots that are read are referred to meanwhile: raised unless zero, the word read again. So whatever becomes of the words, what was read is what they named; and a word that still names the slot takes the frame by CAS.
 * Each process that shares a slot since a fork gets a copy of its own. Read-ahead takes no memory that is short, and what nobody has asked for yet counts as not used. Blocks for the device.
 */
final class SwapIn {
    /** Pages of one read: as many as Linux's page_cluster of 3 says. */
    private static final int CLUSTER = 8;

    private final View view;
    private final SwapArea swap;
    private final Frames frames;
    private final long page;
    /** The first page of the cluster, and its slot. */
    private long firstPage;

    private long firstSlot;
    /** How many neighbouring slots are held. */
    private int count;

    private final long[] pageFrames = new long[CLUSTER];
    private final long[] addresses = new long[CLUSTER];

    private SwapIn(View view, long page) {
        this.view = view;
        this.swap = view.core().swap();
        this.frames = view.core().frames();
        this.page = page;
    }

    /**
     * Brings the page at an address back, if it is in swap.
     *
     * @return {@link Fault#AGAIN}: it is to be looked up again; or {@link Fault#NO_FRAME}
     * @throws MemoryFault SIGBUS if it cannot be read
     */
    static int bringIn(View view, long address) {
        SwapIn step = new SwapIn(view, address >>> PhysicalMemory.FRAME_SHIFT);
        step.hold();
        if (step.count == 0) {
            return Fault.AGAIN;
        }
        try {
            return step.read(address);
        } finally {
            for (int i = 0; i < step.count; i++) {
                step.swap.drop(step.firstSlot + i);
            }
        }
    }

    /** Takes references to the slot of the page and to those of its neighbours that are in order. */
    private void hold() {
        Participant self = view.participant();
        self.enter();
        try {
            long slot = view.leafSlot(page << PhysicalMemory.FRAME_SHIFT);
            long word = slot == 0 ? SpaceWord.UNMAPPED : RawMemory.getAcquire(slot);
            if (!SpaceWord.isSwapped(word) || !hold(slot, SpaceWord.swapSlot(word))) {
                return;
            }
            firstPage = page;
            firstSlot = SpaceWord.swapSlot(word);
            count = 1;
            if (frames.isBelowLow()) {
                return;
            }
            // An aligned block of pages lies in one leaf table.
            long from = page & -CLUSTER;
            while (firstPage > from
                    && firstSlot > 1
                    && hold(slot + (firstPage - 1 - page) * Long.BYTES, firstSlot - 1)) {
                firstPage--;
                firstSlot--;
                count++;
            }
            while (firstPage + count < from + CLUSTER
                    && firstSlot + count < swap.slots()
                    && hold(slot + (firstPage + count - page) * Long.BYTES, firstSlot + count)) {
                count++;
            }
        } finally {
            self.leave();
        }
    }

    /** Refers to a slot of swap if a word names it. */
    private boolean hold(long slot, long swapSlot) {
        if (!names(RawMemory.getAcquire(slot), swapSlot) || !swap.raiseUnlessZero(swapSlot)) {
            return false;
        }
        // It may have been another page's when its count was raised.
        if (!names(RawMemory.getAcquire(slot), swapSlot)) {
            swap.drop(swapSlot);
            return false;
        }
        return true;
    }

    private static boolean names(long word, long swapSlot) {
        return SpaceWord.isSwapped(word) && SpaceWord.swapSlot(word) == swapSlot;
    }

    private int read(long address) {
        if (!takeFrames() && !takeFrameForPageAlone()) {
            return Fault.NO_FRAME;
        }
        int refused = swap.read(firstSlot, addresses, count);
        if (refused < 0 && count > 1) {
            // Perhaps it is a neighbour that cannot be read.
            giveFramesBack(count);
            if (!takeFrameForPageAlone()) {
                return Fault.NO_FRAME;
            }
            refused = swap.read(firstSlot, addresses, 1);
        }
        if (refused < 0) {
            giveFramesBack(count);
            throw FaultReason.swapUnreadable(address, swap.store().name(), -refused);
        }
        put();
        return Fault.AGAIN;
    }

    /** Takes a frame for each page of the cluster, or none. */
    private boolean takeFrames() {
        for (int i = 0; i < count; i++) {
            long frame = frames.allocate(view.stripe(), FrameKind.ANONYMOUS);
            if (frame < 0) {
                giveFramesBack(i);
                return false;
            }
            pageFrames[i] = frame;
            addresses[i] = frames.address(frame);
            frames.setOwner(frame, FrameOwner.of(view.space().number(), firstPage + i));
        }
        return true;
    }

    private boolean takeFrameForPageAlone() {
        int asked = (int) (page - firstPage);
        for (int i = 0; i < count; i++) {
            if (i != asked) {
                swap.drop(firstSlot + i);
            }
        }
        firstPage = page;
        firstSlot += asked;
        count = 1;
        return takeFrames();
    }

    /** Nobody has seen them. */
    private void giveFramesBack(int end) {
        for (int i = 0; i < end; i++) {
            frames.drop(view.stripe(), pageFrames[i]);
        }
    }

    private void put() {
        int arrived = 0;
        Participant self = view.participant();
        self.enter();
        try {
            for (int i = 0; i < count; i++) {
                if (put(i)) {
                    swap.drop(firstSlot + i);
                    arrived++;
                } else {
                    frames.drop(self.index(), pageFrames[i]);
                }
            }
        } finally {
            self.leave();
        }
        swap.countIn(arrived);
    }

    /** Gives a page its frame, if its word still names the slot; its reference to the slot is the caller's then. */
    private boolean put(int index) {
        long at = firstPage + index;
        long slot = view.leafSlot(at << PhysicalMemory.FRAME_SHIFT);
        while (slot != 0) {
            long word = RawMemory.getAcquire(slot);
            if (!names(word, firstSlot + index) || SpaceWord.isFrozen(word)) {
                return false;
            }
            long populated = at == page
                    ? SpaceWord.populatedOwn(word, pageFrames[index])
                    : SpaceWord.populatedUnused(word, pageFrames[index]);
            // The CAS publishes what was read; readers acquire it through the slot.
            if (RawMemory.compareAndSet(slot, word, populated)) {
                view.bill(word, 0, -1);
                view.bill(populated, 0, 1);
                return true;
            }
        }
        return false;
    }
}

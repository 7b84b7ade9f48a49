package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;

/**
 * Repairs the word of a page that is there: marks it accessed or dirty, copies what is shared, or takes over what nobody shares any more. Part of {@link Fault}; inside its
 * epoch. Lock-free, but that a copy waits for a fork or page-out under way.
 */
final class PresentPage {
    private PresentPage() {}

    static int repair(View view, long slot, long word, int level, long page, boolean store) {
        if (!store) {
            return RawMemory.compareAndSet(slot, word, SpaceWord.withAccessed(word)) ? Fault.REPAIRED : Fault.AGAIN;
        }
        if (SpaceWord.isCopyOnWrite(word)) {
            return copy(view, slot, word, level, page);
        }
        if (SpaceWord.isOwn(word)) {
            return RawMemory.compareAndSet(slot, word, SpaceWord.withDirty(word)) ? Fault.REPAIRED : Fault.AGAIN;
        }
        return dirtyShared(view, slot, word, page);
    }

    private static int copy(View view, long slot, long word, int level, long page) {
        Frames frames = view.core().frames();
        long old = SpaceWord.frame(word);
        if (SpaceWord.isOwn(word)) {
            if (view.space().isWithdrawing()) {
                // A store that began before the page was shared may still land in the frame.
                return Fault.WAIT;
            }
            if (frames.count(old) == 1) {
                return takeOver(view, slot, word, page);
            }
        }
        if (level > 0) {
            return Fault.SPLIT;
        }
        boolean fromZero = old == frames.zeroFrame();
        long frame = fromZero
                ? frames.allocateZeroed(view.stripe(), FrameKind.ANONYMOUS)
                : frames.allocate(view.stripe(), FrameKind.ANONYMOUS);
        if (frame == Frames.REFUSED) {
            return Fault.NO_FRAME;
        }
        if (!fromZero) {
            RawMemory.copy(frames.address(old), frames.address(frame), PhysicalMemory.FRAME_BYTES);
        }
        frames.setOwner(frame, FrameOwner.of(view.space().number(), page));
        long copied = SpaceWord.populatedOwn(word, frame);
        if (!RawMemory.compareAndSet(slot, word, copied)) {
            frames.drop(view.stripe(), frame);
            return Fault.AGAIN;
        }
        view.bill(word, 0, -1);
        view.bill(copied, 0, 1);
        // Another view may still read the old frame under the old word.
        view.giveUpReference(word, slot);
        return Fault.REPAIRED;
    }

    /**
     * Nobody else refers to the frame, and nobody can come to: only a fork or page-out of this space raises its count, and that waits for this epoch before it
     * begins. Counts go down late, so whoever referred to it before reads it no more.
     */
    private static int takeOver(View view, long slot, long word, long page) {
        if (!RawMemory.compareAndSet(slot, word, SpaceWord.takenOver(word))) {
            return Fault.AGAIN;
        }
        view.core()
                .frames()
                .setOwner(SpaceWord.frame(word), FrameOwner.of(view.space().number(), page));
        return Fault.REPAIRED;
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
            // The object has replaced the frame, and its unmapping is on the way to this slot; or it takes a copy to
            // write.
            return Fault.WAIT;
        }
        if (!RawMemory.compareAndSet(slot, word, SpaceWord.withDirty(word))) {
            return Fault.AGAIN;
        }
        return region.pager().markDirty(index, frame, view.participant()) ? Fault.REPAIRED_DIRTY : Fault.AGAIN;
    }
}

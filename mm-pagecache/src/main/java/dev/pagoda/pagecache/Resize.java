package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import dev.pagoda.mm.radix.Tables;
import dev.pagoda.mm.space.Pager;
import dev.pagoda.mm.space.Refusal;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/**
 * Cuts a file, makes it longer, or takes a part out of it: the operations below ftruncate(2) and fallocate(2).
 *
 * <p>What is taken away goes in this order: the cut and the size are set; the pages leave the tree; grace; every space's slots are emptied; grace;
 * the frames are dropped; the store is cut. A reader that has a ticket loses it, a page that is being written or evicted is waited for. A hole is made in the store before pages
 * leave: of what was written and not yet in the store memory has the only copy, and nothing may be lost by a punch that the store refuses. One at a time for each file; not lock-free.
 */
final class Resize {
    private final PagedObject object;

    Resize(PagedObject object) {
        this.object = object;
    }

    long truncate(long bytes) {
        if (bytes < 0) {
            return -HostErrors.EINVAL;
        }
        if (bytes > PagedObject.MAX_BYTES) {
            return -HostErrors.EFBIG;
        }
        object.resizing().lock();
        try {
            int refused = object.refusesSize(bytes);
            if (refused != 0) {
                return refused;
            }
            return bytes < object.size() ? shrink(bytes) : grow(bytes);
        } finally {
            object.endGrowth();
            object.resizing().unlock();
        }
    }

    /** Has room found for a range, and makes the file so long that it holds the range unless the size is to stay. */
    long allocate(long offset, long end, boolean keepSize) {
        if (end < 0 || end > PagedObject.MAX_BYTES) {
            return -HostErrors.EFBIG;
        }
        object.resizing().lock();
        try {
            // A seal against growth is asked even if the size is to stay (mm/shmem.c, shmem_fallocate).
            boolean beyond = end > object.size();
            boolean grows = !keepSize && beyond;
            int refused = beyond ? object.refusesSize(end) : 0;
            refused = refused != 0 ? refused : object.allocateStore(offset, end);
            return refused == 0 && grows ? grow(end) : refused;
        } finally {
            object.endGrowth();
            object.resizing().unlock();
        }
    }

    private int grow(long bytes) {
        if (bytes == object.size()) {
            return 0;
        }
        int refused = clearTail(object, PagedObject.MAX_BYTES);
        refused = refused != 0 ? refused : object.resizeStore(bytes);
        if (refused == 0) {
            object.setSize(bytes);
        }
        return refused;
    }

    private int shrink(long bytes) {
        Actor actor = object.actors().borrow();
        try {
            object.setCut(new Cut(bytes, Long.MAX_VALUE));
            object.setSize(bytes);
            clearRest(object, actor, bytes, PagedObject.MAX_BYTES);
            takeOut(actor, PagedObject.pagesOf(bytes), ObjectTree.MAX_PAGES);
            int refused = object.resizeStore(bytes);
            if (refused == 0) {
                object.setCut(null);
            }
            // Else the cut stays: what the store could not be rid of is never read, until a later change of the size
            // succeeds.
            return refused;
        } finally {
            object.actors().giveBack(actor);
        }
    }

    /**
     * Before a file grows: clears what maps stored behind its end, and has the store end there too. Under the lock; ended by {@link PagedObject#endGrowth}.
     *
     * @param until where the first byte will be written: what maps stored behind it stays
     * @return 0 or a negated errno
     */
    static int clearTail(PagedObject object, long until) {
        if (!object.hasStore()) {
            // What maps stored there is in the file's own memory, and shows when the file grows over it, as on tmpfs.
            return 0;
        }
        int refused = settleCut(object);
        if (refused != 0) {
            return refused;
        }
        object.beginGrowth();
        Actor actor = object.actors().borrow();
        try {
            clearRest(object, actor, object.size(), until);
        } finally {
            object.actors().giveBack(actor);
        }
        return 0;
    }

    /** Has the store end where the file ends, if a cut failed there. Under the lock. */
    static int settleCut(PagedObject object) {
        if (object.cut() == null) {
            return 0;
        }
        int refused = object.resizeStore(object.size());
        if (refused == 0) {
            object.setCut(null);
        }
        return refused;
    }

    /** Clears the rest of the page that holds the end, or a part of it, in memory; readers of it lose their tickets, its write-back is waited for. */
    private static void clearRest(PagedObject object, Actor actor, long end, long until) {
        int inPage = (int) (end & PagedObject.OFFSET_MASK);
        long bytes = Math.min(until - end, PagedObject.PAGE_BYTES - inPage);
        if (inPage == 0) {
            return;
        }
        long index = end >>> PagedObject.PAGE_SHIFT;
        Backoff backoff = new Backoff();
        while (!clearRest(object, actor.participant(), index, inPage, bytes)) {
            backoff.pause();
        }
        object.giveBackTables(index, actor.participant());
    }

    /** False if the page is being written or evicted. */
    private static boolean clearRest(PagedObject object, Participant self, long index, int inPage, long bytes) {
        self.enter();
        try {
            while (true) {
                long slot = object.tree().slot(index);
                long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
                if (ObjectWord.isVacant(word)) {
                    return true;
                }
                if (ObjectWord.isReading(word)) {
                    if (RawMemory.compareAndSet(slot, word, ObjectWord.ABSENT)) {
                        return true;
                    }
                } else if (ObjectWord.isValid(word) && !ObjectWord.isWriteback(word)) {
                    RawMemory.fill(object.frameAddress(word) + inPage, bytes, (byte) 0);
                    return true;
                } else {
                    return false;
                }
            }
        } finally {
            self.leave();
        }
    }

    /** Of what is cut off: nothing comes in there before the file grows, which takes turns with this. */
    private void takeOut(Actor actor, long firstIndex, long endIndex) {
        LongArrayList frames = new LongArrayList();
        LongArrayList removed = new LongArrayList();
        walk(actor, firstIndex, endIndex, (slot, index, word) -> remove(slot, index, frames, removed));
        // Whoever found a page before it left the tree has put it into a slot, or has given up, when this grace period
        // has passed.
        actor.participant().awaitGrace();
        object.mappings().unmap(firstIndex, endIndex, true, actor.reverse());
        actor.participant().awaitGrace();
        frames.forEach(object::dropFrame);
        removed.forEach(index -> object.giveBackTables(index, actor.participant()));
    }

    /** Walks a range, waiting where a callback says that a page is not to be had yet. */
    private void walk(Actor actor, long firstIndex, long endIndex, PageWalk.Slots slots) {
        PageWalk walk = object.tree().walk(firstIndex, endIndex);
        Backoff backoff = new Backoff();
        while (!walk.run(actor.participant(), slots)) {
            backoff.pause();
        }
    }

    /** Notes an ascending index, unless that of another page of the same table is noted: the tables on their way are given back together. */
    private static void note(LongArrayList indexes, long index) {
        if (indexes.isEmpty() || Tables.slotEnd(indexes.getLast(), 1) <= index) {
            indexes.add(index);
        }
    }

    /** False if the page has to be waited for. */
    private boolean remove(long slot, long index, LongArrayList frames, LongArrayList removed) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (ObjectWord.isVacant(word)) {
                return true;
            }
            if (ObjectWord.isWriteback(word) || ObjectWord.isLeaving(word)) {
                return false;
            }
            if (RawMemory.compareAndSet(slot, word, ObjectWord.ABSENT)) {
                object.noteChange(index, word, ObjectWord.ABSENT);
                if (ObjectWord.isPresent(word)) {
                    frames.add(ObjectWord.frame(word));
                }
                note(removed, index);
                return true;
            }
        }
    }

    // Holes

    /**
     * Of a hole: a page is leaving until no map shows it any more, and whoever wants it in memory waits so long. If something new came in before, it would be seen by some and by others what had
     * been there (mm/shmem.c and the invalidate_lock of file systems have faults and writes wait likewise).
     */
    private void takeOutHole(Actor actor, long firstIndex, long endIndex) {
        LongArrayList slots = new LongArrayList();
        LongArrayList removed = new LongArrayList();
        walk(actor, firstIndex, endIndex, (slot, index, word) -> markLeaving(slot, index, slots, removed));
        actor.participant().awaitGrace();
        object.mappings().unmap(firstIndex, endIndex, false, actor.reverse());
        actor.participant().awaitGrace();
        slots.forEach(slot -> {
            // Nobody else changes a word that is leaving, and it keeps its table.
            long frame = ObjectWord.frame(RawMemory.getAcquire(slot));
            RawMemory.setRelease(slot, ObjectWord.ABSENT);
            object.dropFrame(frame);
        });
        removed.forEach(index -> object.giveBackTables(index, actor.participant()));
    }

    /** False if the page has to be waited for; who is reading it loses his ticket. */
    private boolean markLeaving(long slot, long index, LongArrayList slots, LongArrayList removed) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (ObjectWord.isVacant(word)) {
                return true;
            }
            boolean isReading = ObjectWord.isReading(word);
            long after = isReading ? ObjectWord.ABSENT : ObjectWord.leavingForGood(word);
            if (!isReading && !ObjectWord.isValid(word) || ObjectWord.isWriteback(word)) {
                return false;
            }
            if (RawMemory.compareAndSet(slot, word, after)) {
                object.noteChange(index, word, after);
                note(removed, index);
                if (!isReading) {
                    slots.add(slot);
                }
                return true;
            }
        }
    }

    long punch(long offset, long length) {
        if (offset < 0 || length <= 0) {
            return -HostErrors.EINVAL;
        }
        object.resizing().lock();
        try {
            int refused = object.refusesWrite();
            if (refused != 0) {
                return refused;
            }
            // What maps stored behind the end goes only with a hole that reaches beyond it.
            long most = object.hasStore()
                    ? PagedObject.pagesOf(object.size()) << PagedObject.PAGE_SHIFT
                    : PagedObject.MAX_BYTES;
            boolean isBehind = object.hasStore() && offset >= object.size();
            long end = length > most - offset ? most : offset + length;
            return offset < end && !isBehind ? punchInside(offset, end) : 0;
        } finally {
            object.resizing().unlock();
        }
    }

    private int punchInside(long offset, long end) {
        int refused = settleCut(object);
        if (refused != 0) {
            return refused;
        }
        long firstWhole = PagedObject.pagesOf(offset);
        long endWhole = end >>> PagedObject.PAGE_SHIFT;
        if (firstWhole < endWhole) {
            refused = punchPages(firstWhole, endWhole);
        }
        long firstWholeByte = firstWhole << PagedObject.PAGE_SHIFT;
        if (refused == 0 && offset < Math.min(firstWholeByte, end)) {
            refused = clearPart(offset, Math.min(firstWholeByte, end));
        }
        long endWholeByte = endWhole << PagedObject.PAGE_SHIFT;
        if (refused == 0 && endWhole >= firstWhole && endWholeByte < end) {
            refused = clearPart(endWholeByte, end);
        }
        return refused;
    }

    private int punchPages(long first, long end) {
        long firstByte = first << PagedObject.PAGE_SHIFT;
        long endByte = end << PagedObject.PAGE_SHIFT;
        Actor actor = object.actors().borrow();
        try {
            object.setCut(new Cut(firstByte, endByte));
            // Those that began before the cut would undo what the store does now; later ones see the cut.
            object.awaitWriteBack(first, end);
            int refused = object.zeroStore(firstByte, endByte);
            if (refused == 0) {
                takeOutHole(actor, first, end);
            }
            return refused;
        } finally {
            object.setCut(null);
            object.actors().giveBack(actor);
        }
    }

    /** Clears a part of one page, as a write of zeroes does. */
    private int clearPart(long offset, long end) {
        long index = offset >>> PagedObject.PAGE_SHIFT;
        Actor actor = object.actors().borrow();
        Backoff backoff = new Backoff();
        try {
            while (true) {
                boolean busy;
                actor.participant().enter();
                try {
                    long slot = object.tree().slot(index);
                    long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
                    if (word == ObjectWord.ABSENT && !object.hasStore()) {
                        return 0;
                    }
                    busy = ObjectWord.isValid(word);
                    if (busy && object.markDirty(slot, index, ObjectWord.frame(word))) {
                        long raw = object.frameAddress(word) + (offset & PagedObject.OFFSET_MASK);
                        RawMemory.fill(raw, end - offset, (byte) 0);
                        return 0;
                    }
                } finally {
                    actor.participant().leave();
                }
                if (busy) {
                    backoff.pause();
                    continue;
                }
                long answer = object.require(index, actor.participant().index());
                if (answer == Pager.NO_MEMORY) {
                    return Refusal.NO_MEMORY;
                }
                if (answer == Pager.IO_ERROR) {
                    return Refusal.IO_ERROR;
                }
            }
        } finally {
            object.actors().giveBack(actor);
        }
    }
}

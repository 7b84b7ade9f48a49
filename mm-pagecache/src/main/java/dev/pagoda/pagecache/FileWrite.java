package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Pager;
import dev.pagoda.mm.space.Refusal;

/**
 * Writes a part of a file: the operation below write(2) and pwrite(2).
 *
 * <p>A page in memory is stored to in one epoch: DIRTY first, then the copy, then the new size if the write grows the file; a write-back that takes DIRTY
 * away waits for that epoch and sees all three. A page that is not in memory and will be new from end to end is filled aside and published whole, without
 * being read. Growing writes and appends of a file take turns with its truncations; others take no lock. The caller holds the object.
 */
final class FileWrite {
    /** As much as is written when a write is held up: one batch. */
    private static final long THROTTLE_BYTES = (long) Actor.Batch.PAGES << PagedObject.PAGE_SHIFT;

    /** The page is in memory. */
    private static final long PUBLISHED = 1;
    /** Another was faster, or the page may not come in. */
    private static final long MISSED = -1;

    /** What became of a step. */
    private enum Outcome {
        STORED,
        ABSENT,
        /** A write-back takes a copy, or an eviction the page away: soon over. */
        BUSY,
        /** The file ends before the last byte: the write has to take its turn as one that grows the file. */
        BEYOND_END,
        REFUSED
    }

    private final PagedObject object;
    private final Transfer transfer;
    private final Runnable storeStep = this::store;
    private final Runnable asideStep = this::copyAside;

    private final Backoff backoff = new Backoff();
    private boolean growing;
    private long throttledAt;
    private long done;
    private long position;
    private long index;
    private int inPage;
    private int bytes;
    private Outcome outcome;
    private int refusal;
    private long asideFrame;
    private long asideWord;
    private int asideDone;

    FileWrite(PagedObject object, Transfer transfer) {
        this.object = object;
        this.transfer = transfer;
    }

    /**
     * Writes.
     *
     * @param offset where; not looked at when appending
     * @param length how many bytes
     * @param append whether to write where the file ends
     * @return how many bytes were moved, or a negated errno if none was
     */
    Result run(long offset, long length, boolean append) {
        long start = offset;
        try {
            if (append || length > object.size() - offset) {
                startGrowing();
                start = append ? object.size() : offset;
            }
            if (length > 0 && start >= PagedObject.MAX_BYTES) {
                return new Result(-HostErrors.EFBIG, start);
            }
            refusal = moveOrGrow(start, Math.min(length, PagedObject.MAX_BYTES - start));
        } finally {
            if (growing) {
                object.endGrowth();
                object.resizing().unlock();
            }
        }
        object.throttle();
        return new Result(done > 0 ? done : refusal, start);
    }

    /**
     * What a write did.
     *
     * @param moved bytes, or a negated errno
     * @param start where the first byte went
     */
    record Result(long moved, long start) {}

    private void startGrowing() {
        object.resizing().lock();
        growing = true;
    }

    /**
     * A write whose first byte the program's memory refuses leaves the file as long as up to where it was to begin (mm/shmem.c, shmem_write_end; ext4
     * likewise), and looks at the program's memory again then: it may show what has just come about.
     */
    private int moveOrGrow(long start, long length) {
        while (true) {
            try {
                return move(start, length);
            } catch (MemoryFault fault) {
                if (done == 0 && growing && start > object.size()) {
                    int refused = object.resizeStore(start);
                    if (refused != 0) {
                        return refused;
                    }
                    object.setSize(start);
                    continue;
                }
                if (!object.hasStore()) {
                    // Linux has the page by then, and only then looks at the program's memory.
                    object.require(start + done >>> PagedObject.PAGE_SHIFT, transfer.stripe());
                }
                return FileRead.refusal(fault);
            }
        }
    }

    private int move(long start, long length) {
        boolean prepared = false;
        boolean aside = true;
        while (done < length) {
            position = start + done;
            if (!growing && position + Math.min(length - done, PagedObject.PAGE_BYTES) > object.size()) {
                startGrowing();
            }
            index = position >>> PagedObject.PAGE_SHIFT;
            inPage = (int) (position & PagedObject.OFFSET_MASK);
            int inThisPage = (int) Math.min(length - done, PagedObject.PAGE_BYTES - inPage);
            if (growing && position + inThisPage > object.size()) {
                int refused = prepareGrowth(position, position + inThisPage, prepared);
                if (refused != 0) {
                    return refused;
                }
                prepared = true;
            }
            bytes = Math.min(inThisPage, transfer.reach(done));
            transfer.inEpoch(done, false, storeStep);
            switch (outcome) {
                case STORED -> {
                    done += bytes;
                    aside = true;
                    throttleNowAndThen();
                }
                case BUSY -> backoff.pause();
                case BEYOND_END -> startGrowing();
                case REFUSED -> {
                    return refusal;
                }
                case ABSENT -> {
                    if (isNewPage() || aside && inThisPage == PagedObject.PAGE_BYTES) {
                        bytes = inThisPage;
                        aside = writeAside();
                        throttleNowAndThen();
                    } else {
                        long answer = object.require(index, transfer.stripe());
                        if (answer == Pager.NO_MEMORY) {
                            return Refusal.NO_MEMORY;
                        }
                        boolean isCut = answer == Pager.BEYOND_END && position < object.size();
                        if (answer == Pager.IO_ERROR || isCut) {
                            return Refusal.IO_ERROR;
                        }
                    }
                    if (outcome == Outcome.REFUSED) {
                        return refusal;
                    }
                }
            }
        }
        return 0;
    }

    /** A long write is held up while it is under way. */
    private void throttleNowAndThen() {
        if (done - throttledAt >= THROTTLE_BYTES) {
            throttledAt = done;
            object.throttle();
        }
    }

    /**
     * Under the lock: a seal is asked for each page; before the first, what lies between the old end and the write must be made zero. A write that begins no later than the end
     * leaves nothing between: what maps stored behind the end is written over, or stays behind the new one, as on Linux. The last page's write-back needs no word about such a
     * growth: the write stores to that page first, and waits there until it is copied.
     */
    private int prepareGrowth(long first, long end, boolean prepared) {
        int refused = object.refusesSize(end);
        if (refused == 0 && !prepared) {
            refused = first > object.size() ? Resize.clearTail(object, first) : Resize.settleCut(object);
        }
        return refused != 0 ? refused : object.reserveStore(first, end);
    }

    /** Whether nothing of the page is in the file yet. */
    private boolean isNewPage() {
        return growing && index << PagedObject.PAGE_SHIFT >= object.size();
    }

    private void store() {
        refusal = object.refusesWrite();
        if (refusal != 0) {
            outcome = Outcome.REFUSED;
            return;
        }
        long slot = object.tree().slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        if (!growing && position + bytes > object.size()) {
            outcome = Outcome.BEYOND_END;
        } else if (!ObjectWord.isValid(word)) {
            outcome = Outcome.ABSENT;
        } else if (!object.markDirty(slot, index, ObjectWord.frame(word))) {
            outcome = Outcome.BUSY;
        } else {
            transfer.supply(done, object.frameAddress(word) + inPage, bytes);
            raiseSize(bytes);
            outcome = Outcome.STORED;
        }
    }

    private void raiseSize(int count) {
        if (growing && position + count > object.size()) {
            object.setSize(position + count);
        }
    }

    /**
     * Fills a frame that nobody can see, which may fault and wait, and publishes it; false if this page must be written in place instead.
     */
    private boolean writeAside() {
        try (PageRoom room = object.requireRoom(index, transfer.stripe())) {
            return writeAside(room);
        }
    }

    private boolean writeAside(PageRoom room) {
        long frame = room.frame();
        if (frame == Frames.REFUSED) {
            refusal = Refusal.NO_MEMORY;
            outcome = Outcome.REFUSED;
            return false;
        }
        boolean published = false;
        try {
            asideFrame = object.core().frames().address(frame);
            if (bytes < PagedObject.PAGE_BYTES) {
                RawMemory.clear(asideFrame, PagedObject.PAGE_BYTES);
            }
            if (!fillAside()) {
                return false;
            }
            long slot = publish(room, frame);
            published = slot == PUBLISHED;
            if (published) {
                done += bytes;
                object.cameIn(index, asideWord);
                return true;
            }
            object.giveBackTables(index);
            if (slot == ObjectTree.REFUSED) {
                refusal = Refusal.NO_MEMORY;
                outcome = object.core().reclaim(transfer.stripe()) ? Outcome.ABSENT : Outcome.REFUSED;
                return true;
            }
            return false;
        } finally {
            if (!published) {
                object.dropFrame(frame);
            }
        }
    }

    /** False if the program's memory gave only a part: then the page is written in place, up to the byte that faults. */
    private boolean fillAside() {
        int planned = bytes;
        asideDone = 0;
        try {
            while (asideDone < planned) {
                bytes = Math.min(planned - asideDone, transfer.reach(done + asideDone));
                transfer.inEpoch(done + asideDone, false, asideStep);
                asideDone += bytes;
            }
        } catch (MemoryFault fault) {
            if (!isNewPage() || asideDone == 0) {
                if (asideDone == 0) {
                    throw fault;
                }
                return false;
            }
            // The rest of a new page is zero; the next round meets the fault again and ends the write.
            RawMemory.fill(asideFrame + inPage + asideDone, PagedObject.PAGE_BYTES - inPage - asideDone, (byte) 0);
        }
        bytes = asideDone;
        return true;
    }

    private void copyAside() {
        transfer.supply(done + asideDone, asideFrame + inPage + asideDone, bytes);
    }

    /** {@link #PUBLISHED}, {@link ObjectTree#REFUSED} if there is no frame for a table, or {@link #MISSED}. */
    private long publish(PageRoom room, long frame) {
        Participant self = transfer.participant();
        self.enter();
        try {
            refusal = object.refusesWrite();
            if (refusal != 0) {
                outcome = Outcome.REFUSED;
                return MISSED;
            }
            long slot = object.tree().ensureSlot(index, self.index(), room);
            if (slot == ObjectTree.REFUSED) {
                return slot;
            }
            long ticket = ObjectWord.reading(frame);
            if (slot < 0 || !RawMemory.compareAndSet(slot, ObjectWord.ABSENT, ticket)) {
                return MISSED;
            }
            // The size is read under the ticket: a truncation that comes later finds the ticket.
            boolean inside = growing || position + bytes <= object.size();
            long used = ObjectWord.used(object.announce(index, frame));
            asideWord = object.hasStore() ? ObjectWord.withDirty(used) : used;
            if (!inside || !RawMemory.compareAndSet(slot, ticket, asideWord)) {
                RawMemory.compareAndSet(slot, ticket, ObjectWord.ABSENT);
                return MISSED;
            }
            object.noteChange(index, ticket, asideWord);
            raiseSize(bytes);
            return PUBLISHED;
        } finally {
            self.leave();
        }
    }
}

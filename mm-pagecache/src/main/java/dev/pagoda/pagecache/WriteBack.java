package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Standstill;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * Writes the dirty pages of a range to the file's store. One use, one thread.
 *
 * <p>For a batch of pages: one CAS each takes DIRTY off and puts WRITEBACK on; the right to store is withdrawn from every slot; one grace period; then
 * nothing that relied on the old state still stores, and the size is final for what was stored before; the pages are copied, and stores may land again; the copies are
 * written, neighbours in one call; WRITEBACK goes off, and where the write failed DIRTY comes back in that same CAS. A page that another thread is writing is waited for, never while this one has pages
 * under write-back itself, and then looked at again.
 *
 * <p>What maps stored behind the end of the file, in the last page, is zeroed before that page is written (fs/ext4/page-io.c, ext4_bio_write_folio), unless the file is just
 * growing there, which zeroes it itself: {@link PagedObject#beginGrowth}.
 */
final class WriteBack {
    /** In place of the slot of a page that is not under write-back any more. */
    private static final long FINISHED = 0;

    private final CachedFile file;
    private final Actor actor;
    private final boolean patient;
    private final int batchPages;
    private final Actor.Batch batch;
    private final long[] slots;
    private final long[] indexes;
    private final long[] frames;
    private int count;
    private int begun;
    /** The walk was stopped by a page that another writes. */
    private boolean waits;

    private int firstError;

    WriteBack(CachedFile file, Actor actor, boolean patient) {
        this(file, actor, patient, Actor.Batch.PAGES);
    }

    /** With smaller batches. */
    WriteBack(CachedFile file, Actor actor, boolean patient, int batchPages) {
        this.batchPages = batchPages;
        this.file = file;
        this.actor = actor;
        this.patient = patient;
        this.batch = actor.batch();
        this.slots = batch.slots;
        this.indexes = batch.indexes;
        this.frames = batch.frames;
    }

    /** Writes; returns 0 or the first error, a negated errno. */
    int run(long firstIndex, long endIndex) {
        walk(firstIndex, endIndex, Integer.MAX_VALUE);
        return firstError;
    }

    /** Writes one batch of dirty pages from an index on; returns the index behind it, or the end if all is written. */
    long runBatch(long firstIndex, long endIndex) {
        return walk(firstIndex, endIndex, batchPages);
    }

    /** Writes dirty pages of a range until so many were begun; returns where it ended. */
    private long walk(long firstIndex, long endIndex, int most) {
        Participant self = actor.participant();
        PageWalk walk = file.tree().walkDirty(firstIndex, endIndex, file.beginWalk());
        try {
            Backoff backoff = new Backoff();
            boolean all = false;
            while (!all && begun < most) {
                waits = false;
                all = walk.run(self, (slot, index, word) -> begun < most && visit(slot, index));
                if (waits) {
                    // Nobody waits for another's page while he has pages under write-back himself.
                    flush();
                    backoff.pause();
                } else if (count == batchPages) {
                    flush();
                }
            }
            flush();
            return walk.at();
        } finally {
            self.enter();
            walk.abandon();
            self.leave();
            file.endWalk();
        }
    }

    private Standstill standstill() {
        return file.core().frames().standstill();
    }

    /** Pages that were written, or should have been. */
    int begun() {
        return begun;
    }

    /** The first error, a negated errno, or 0. */
    int firstError() {
        return firstError;
    }

    /** Begins to write a page if it is dirty; false if there is no room in the batch, or another's write is to be waited for. In an epoch. */
    private boolean visit(long slot, long index) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (!ObjectWord.isValid(word)) {
                return true;
            }
            if (ObjectWord.isWriteback(word)) {
                if (!patient && ObjectWord.isDirty(word)) {
                    // Left dirty: to be found again.
                    file.leftDirty(index);
                }
                waits = patient;
                return !patient;
            }
            if (!ObjectWord.isDirty(word)) {
                return true;
            }
            if (count == batchPages) {
                return false;
            }
            if (RawMemory.compareAndSet(slot, word, ObjectWord.withWritebackBegun(word))) {
                if (count == 0) {
                    standstill().begin();
                }
                slots[count] = slot;
                indexes[count] = index;
                frames[count] = ObjectWord.frame(word);
                count++;
                begun++;
                file.becameClean(1);
                return true;
            }
        }
    }

    /** Leaves no page under write-back: what lay in a hole is looked at again, and may make another batch. */
    private void flush() {
        while (count > 0) {
            flushBatch();
        }
    }

    private void flushBatch() {
        long[] put = new long[0];
        Cut cut;
        try {
            withdrawStores();
            // Before the size: one that is not growing now keeps its end where it is while its last page is under
            // write-back.
            boolean growing = file.isGrowing();
            long size = file.size();
            cut = file.cut();
            copy(size, growing);
            put = writeRuns(size, cut);
        } finally {
            // Only if something unexpected was thrown: a page left under write-back would be waited for for ever.
            for (int i = 0; i < count; i++) {
                if (slots[i] != FINISHED) {
                    finish(i, false);
                }
            }
            count = 0;
            standstill().end();
        }
        if (patient && put.length > 0) {
            Backoff backoff = new Backoff();
            while (file.cut() == cut) {
                backoff.pause();
            }
            for (long index : put) {
                visitAgain(index);
            }
        }
    }

    /** Begins to write a page that was put back, if it still is there and dirty, and waits for whoever else writes it. */
    private void visitAgain(long index) {
        PageWalk walk = file.tree().walk(index, index + 1);
        Backoff backoff = new Backoff();
        while (!walk.run(actor.participant(), (slot, at, word) -> visit(slot, at))) {
            flush();
            backoff.pause();
        }
    }

    /**
     * Sees to it that nobody stores to the batch's pages. A fault that had marked its page dirty before this write-back began may make its slot writable behind the back of the
     * first withdrawal; it marks the page once more then, so that those slots are known when it has ended, and are withdrawn again.
     */
    private void withdrawStores() {
        for (int i = 0; i < count; i++) {
            file.mappings().withdrawStores(indexes[i], frames[i], actor.reverse());
        }
        actor.participant().awaitGrace();
        boolean late = false;
        for (int i = 0; i < count; i++) {
            if (ObjectWord.isDirty(RawMemory.getAcquire(slots[i]))) {
                file.mappings().withdrawStores(indexes[i], frames[i], actor.reverse());
                late = true;
            }
        }
        if (late) {
            actor.participant().awaitGrace();
        }
    }

    /** Takes copies, so that stores need not wait for the device and yet never tear what it gets; and lets stores go on. */
    private void copy(long size, boolean growing) {
        for (int i = 0; i < count; i++) {
            long address = file.core().frames().address(frames[i]);
            long inPage = size - (indexes[i] << PagedObject.PAGE_SHIFT);
            if (!growing && inPage > 0 && inPage < PagedObject.PAGE_BYTES) {
                RawMemory.fill(address + inPage, PagedObject.PAGE_BYTES - inPage, (byte) 0);
            }
            RawMemory.copy(address, batch.copy(i), PagedObject.PAGE_BYTES);
            change(i, ObjectWord::withStoresAllowed);
        }
    }

    /** Writes the batch, several runs at a time where that helps; returns the index of each page that lies in a hole that is just being punched, dirty again. */
    private long[] writeRuns(long size, Cut cut) {
        long[] putBack = new long[count];
        int kept = 0;
        int runs = 0;
        for (int at = 0; at < count; ) {
            long start = indexes[at] << PagedObject.PAGE_SHIFT;
            if (start >= size) {
                // Behind the end: a truncation is on its way to it.
                finish(at++, true);
            } else if (cut != null && cut.meets(start, Math.min(size, start + PagedObject.PAGE_BYTES))) {
                putBack[kept++] = indexes[at];
                putBack(at++);
            } else {
                batch.firsts[runs] = at;
                at = endOfRun(at, size, cut);
                batch.ends[runs++] = at;
            }
        }
        IOException[] failures = new IOException[runs];
        file.writeAtOnce(runs, run -> failures[run] = write(batch.firsts[run], batch.ends[run], size));
        for (int run = 0; run < runs; run++) {
            if (failures[run] != null) {
                int errno = file.failedToWrite(failures[run]);
                firstError = firstError == 0 ? -errno : firstError;
            }
            for (int i = batch.firsts[run]; i < batch.ends[run]; i++) {
                finish(i, failures[run] == null);
            }
        }
        return Arrays.copyOf(putBack, kept);
    }

    private int endOfRun(int first, long size, Cut cut) {
        int end = first + 1;
        while (end < count && indexes[end] == indexes[end - 1] + 1) {
            long start = indexes[end] << PagedObject.PAGE_SHIFT;
            if (start >= size || cut != null && cut.meets(start, start + PagedObject.PAGE_BYTES)) {
                break;
            }
            end++;
        }
        return end;
    }

    /** Writes a run; returns why it failed, or null. By any thread. */
    private IOException write(int first, int end, long size) {
        long start = indexes[first] << PagedObject.PAGE_SHIFT;
        long[] addresses = new long[end - first];
        for (int i = first; i < end; i++) {
            addresses[i - first] = batch.copy(i);
        }
        try {
            file.writeStore(
                    start, addresses, (int) Math.min(size - start, (long) (end - first) << PagedObject.PAGE_SHIFT));
            file.cache().statistics().pagesWritten.add(end - first);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void finish(int which, boolean written) {
        change(which, written ? ObjectWord::withWritebackDone : ObjectWord::withWritebackFailed);
        slots[which] = FINISHED;
    }

    private void putBack(int which) {
        change(which, word -> ObjectWord.withDirty(ObjectWord.withWritebackDone(word)));
        slots[which] = FINISHED;
    }

    /** Of a page that is under write-back by this, which keeps its slot until WRITEBACK goes off; what follows on that needs the epoch. */
    private void change(int which, LongUnaryOperator to) {
        actor.participant().enter();
        try {
            long word;
            long after;
            do {
                word = RawMemory.getAcquire(slots[which]);
                after = to.applyAsLong(word);
            } while (!RawMemory.compareAndSet(slots[which], word, after));
            file.noteChange(indexes[which], word, after);
        } finally {
            actor.participant().leave();
        }
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes the dirty pages of a range to the file's store. One use, one thread.
 *
 * <p>For a batch of pages: one CAS each takes DIRTY off and puts WRITEBACK on; the right to store is withdrawn from every slot; one grace period; then
 * nothing that relied on the old state still stores, and the size is final for what was stored before; the pages are written, neighbours in one call; WRITEBACK
 * goes off, and where the write failed DIRTY comes back in that same CAS. A page that another thread is writing is waited for, never while this one has pages
 * under write-back itself, and then looked at again.
 *
 * <p>What maps stored behind the end of the file, in the last page, is zeroed before that page is written (fs/ext4/page-io.c, ext4_bio_write_folio), unless the file is just
 * growing there, which zeroes it itself: {@link PagedObject#beginGrowth}.
 */
final class WriteBack {
    /** Most pages that leave in one write: 256 KiB. */
    private static final int BATCH = 64;

    private final CachedFile file;
    private final Actor actor;
    private final boolean patient;
    private final long[] slots = new long[BATCH];
    private final long[] indexes = new long[BATCH];
    private final long[] frames = new long[BATCH];
    private int count;
    private int finished;
    private int firstError;

    WriteBack(CachedFile file, Actor actor, boolean patient) {
        this.file = file;
        this.actor = actor;
        this.patient = patient;
    }

    /** Writes; returns 0 or the first error, a negated errno. */
    int run(long firstIndex, long endIndex) {
        file.tree().forEach(firstIndex, endIndex, (slot, index, word) -> visit(slot, index));
        flush();
        return firstError;
    }

    private void visit(long slot, long index) {
        Backoff backoff = new Backoff();
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (!ObjectWord.isValid(word)) {
                return;
            }
            if (ObjectWord.isWriteback(word)) {
                if (!patient) {
                    return;
                }
                flush();
                backoff.pause();
                continue;
            }
            if (!ObjectWord.isDirty(word)) {
                return;
            }
            if (RawMemory.compareAndSet(slot, word, ObjectWord.withWritebackBegun(word))) {
                slots[count] = slot;
                indexes[count] = index;
                frames[count] = ObjectWord.frame(word);
                count++;
                if (count == BATCH) {
                    flush();
                }
                return;
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
        finished = 0;
        try {
            for (int i = 0; i < count; i++) {
                file.mappings().withdrawStores(indexes[i], frames[i], actor.reverse());
            }
            actor.participant().awaitGrace();
            cut = file.cut();
            put = writeRuns(cut);
        } finally {
            // Only if something unexpected was thrown: a page left under write-back would be waited for for ever.
            while (finished < count) {
                finish(finished++, false);
            }
            count = 0;
        }
        if (patient && put.length > 0) {
            Backoff backoff = new Backoff();
            while (file.cut() == cut) {
                backoff.pause();
            }
            for (int i = 0; i < put.length; i += 2) {
                visit(put[i], put[i + 1]);
            }
        }
    }

    /** Writes the batch; returns slot and index of each page that lies in a hole that is just being punched, dirty again. */
    private long[] writeRuns(Cut cut) {
        // Before the size: one that is not growing now keeps its end where it is while its last page is under
        // write-back.
        boolean growing = file.isGrowing();
        long size = file.size();
        long[] putBack = new long[2 * count];
        int kept = 0;
        while (finished < count) {
            long start = indexes[finished] << PagedObject.PAGE_SHIFT;
            if (start >= size) {
                // Behind the end: a truncation is on its way to it.
                finish(finished++, true);
            } else if (cut != null && cut.meets(start, Math.min(size, start + PagedObject.PAGE_BYTES))) {
                putBack[kept++] = slots[finished];
                putBack[kept++] = indexes[finished];
                putBack(finished++);
            } else {
                int end = endOfRun(finished, size, cut);
                if (!growing) {
                    clearBehind(size, end - 1);
                }
                boolean written = write(
                        finished, end, (int) Math.min(size - start, (long) (end - finished) << PagedObject.PAGE_SHIFT));
                while (finished < end) {
                    finish(finished++, written);
                }
            }
        }
        return Arrays.copyOf(putBack, kept);
    }

    /** Clears what a page holds behind the end of the file, if it is the one that holds the end. */
    private void clearBehind(long size, int last) {
        long inPage = size - (indexes[last] << PagedObject.PAGE_SHIFT);
        if (inPage < PagedObject.PAGE_BYTES) {
            RawMemory.fill(
                    file.core().frames().address(frames[last]) + inPage, PagedObject.PAGE_BYTES - inPage, (byte) 0);
        }
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

    private boolean write(int first, int end, int bytes) {
        long[] addresses = new long[end - first];
        for (int i = first; i < end; i++) {
            addresses[i - first] = file.core().frames().address(frames[i]);
        }
        try {
            file.writeStore(indexes[first] << PagedObject.PAGE_SHIFT, addresses, bytes);
            file.cache().statistics().pagesWritten.add(end - first);
            return true;
        } catch (IOException e) {
            int errno = file.failedToWrite(e);
            firstError = firstError == 0 ? -errno : firstError;
            return false;
        }
    }

    private void finish(int which, boolean written) {
        change(which, written, false);
    }

    private void putBack(int which) {
        change(which, true, true);
    }

    private void change(int which, boolean written, boolean dirtyAgain) {
        long slot = slots[which];
        while (true) {
            long word = RawMemory.getAcquire(slot);
            long after = written ? ObjectWord.withWritebackDone(word) : ObjectWord.withWritebackFailed(word);
            after = dirtyAgain ? ObjectWord.withDirty(after) : after;
            if (RawMemory.compareAndSet(slot, word, after)) {
                return;
            }
        }
    }
}

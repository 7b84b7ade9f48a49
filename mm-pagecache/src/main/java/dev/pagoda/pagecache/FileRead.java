package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Pager;
import dev.pagoda.mm.space.Refusal;

/**
 * Reads a part of a file: the operation below read(2) and pread(2).
 *
 * <p>A page in memory costs a walk and a copy in one epoch: no lock, no count. The size is read before and after each copy, so that bytes behind a
 * truncation that was done by then are not counted. Blocks where a page has to be read. The caller holds the object.
 */
final class FileRead {
    /** More than one call of the host reads. */
    private static final int MOST_WANTED = 1 << 16;
    /** What {@link #hit} answers where it has not read. */
    static final int NO_HIT = -1;

    private final PagedObject object;
    private final Transfer transfer;
    private final ReadAhead window;
    private final Runnable step = this::copy;

    private long done;
    private long index;
    private int inPage;
    private int bytes;
    private boolean copied;
    private boolean marked;

    /**
     * Plans a read.
     *
     * @param object what is read
     * @param transfer where it goes
     * @param window what the description reads in advance
     */
    FileRead(PagedObject object, Transfer transfer, ReadAhead window) {
        this.object = object;
        this.transfer = transfer;
        this.window = window;
    }

    /** Reads; returns how many bytes were moved, fewer at the end or before a page that refused, or a {@link Refusal} if none was. */
    long run(long offset, long length) {
        try {
            int refusal = move(offset, length);
            return done > 0 ? done : refusal;
        } catch (MemoryFault fault) {
            return done > 0 ? done : refusal(fault);
        }
    }

    private int move(long offset, long length) {
        while (done < length) {
            long position = offset + done;
            long left = Math.min(length - done, object.size() - position);
            if (left <= 0) {
                return 0;
            }
            index = position >>> PagedObject.PAGE_SHIFT;
            inPage = (int) (position & PagedObject.OFFSET_MASK);
            bytes = (int) Math.min(left, Math.min(PagedObject.PAGE_BYTES - inPage, transfer.reach(done)));
            transfer.inEpoch(done, true, step);
            if (copied) {
                long still = Math.min(bytes, object.size() - position);
                if (still <= 0) {
                    return 0;
                }
                done += still;
                if (marked) {
                    object.passMarker(index, window, window.advice());
                }
            } else {
                long wanted = PagedObject.pagesOf(inPage + left);
                long answer = object.require(
                        index, (int) Math.min(wanted, MOST_WANTED), window, window.advice(), transfer.stripe());
                if (answer == Pager.BEYOND_END && position < object.size()) {
                    // Somebody else cut the host's file.
                    return 0;
                }
                if (answer == Pager.NO_MEMORY) {
                    return Refusal.NO_MEMORY;
                }
                if (answer == Pager.IO_ERROR) {
                    return Refusal.IO_ERROR;
                }
            }
        }
        return 0;
    }

    private void copy() {
        long slot = object.tree().slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        copied = ObjectWord.isValid(word);
        if (copied) {
            marked = ObjectWord.isMarker(word);
            PagedObject.touch(slot, word);
            transfer.accept(done, object.frameAddress(word) + inPage, bytes);
        } else if (word == ObjectWord.ABSENT && !object.hasStore()) {
            // A hole of a file in memory is read without a page being made for it.
            long zeroes = object.core().frames().address(object.core().frames().zeroFrame());
            transfer.accept(done, zeroes + inPage, bytes);
            copied = true;
        }
    }

    /**
     * Reads what lies in one page that is in memory, and before the end of the file. In the caller's epoch, which takes the hold's place: the object is let go only
     * after a grace period. Writes nothing but the page's bit of use, once. Wait-free.
     *
     * @return the length, or {@link #NO_HIT} if there is more to do than that; bytes may have been moved then
     */
    static int hit(PagedObject object, byte[] bytes, int start, int length, long offset) {
        int inPage = (int) (offset & PagedObject.OFFSET_MASK);
        if (length > PagedObject.PAGE_BYTES - inPage || offset > object.size() - length) {
            return NO_HIT;
        }
        long index = offset >>> PagedObject.PAGE_SHIFT;
        long slot = object.tree().slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        if (!ObjectWord.isPlainHit(word)) {
            if (!ObjectWord.isValid(word) || ObjectWord.isMarker(word)) {
                return NO_HIT;
            }
            PagedObject.touch(slot, word);
        }
        // Two copies, so that the first one's address does not come from the word, which may be long in coming.
        long guess = object.guessFrame(index);
        if (ObjectWord.frame(word) == guess) {
            RawMemory.copyOut(object.core().frames().address(guess) + inPage, bytes, start, length);
        } else {
            RawMemory.copyOut(object.frameAddress(word) + inPage, bytes, start, length);
        }
        // A truncation that was done by now may have cleared what was copied.
        return offset <= object.size() - length ? length : NO_HIT;
    }

    static int refusal(MemoryFault fault) {
        return fault.signal() == MemoryFault.SIGKILL ? Refusal.NO_MEMORY : Refusal.BAD_ADDRESS;
    }
}

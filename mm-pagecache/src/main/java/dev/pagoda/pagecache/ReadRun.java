package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.Pager;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads neighbouring pages of a file that are not in memory, in one call of the host, into frames that need not be neighbours. One use, one thread.
 *
 * <p>Room and frames first, which may take an eviction; then a ticket into each page's word, up to the first page that is there or on its way: whoever misses one of these
 * pages waits for this read and shares it. The size is read again under the tickets, so that a truncation that comes later finds them, and whoever it took
 * a ticket from drops his frame; its table may have gone too, so each page is looked up again when it is published. Only the first page was asked for: what goes wrong with the others is left for whoever asks for them.
 */
final class ReadRun {
    private final CachedFile file;
    private final long first;
    private final int stripe;
    private final long[] frames;
    /** Frames taken. */
    private int taken;
    /** Pages with a ticket of this read, the first so many. */
    private int ticketed;
    /** Pages that are done with, the first so many; their frames are in words. */
    private int published;

    /**
     * Plans a read.
     *
     * @param file the file, held or visited by the caller
     * @param first the first page
     * @param most how many pages at most, at least 1
     * @param stripe the caller's stripe for allocations
     */
    ReadRun(CachedFile file, long first, int most, int stripe) {
        this.file = file;
        this.first = first;
        this.stripe = stripe;
        this.frames = new long[most];
    }

    /**
     * Reads; blocks, outside of epochs.
     *
     * @param marker the page to set a marker in if it comes in, or -1
     * @return 0 if the first page came in, {@link Pager#ABSENT} if another thread was faster or a truncation took it away, or why it did not come in
     */
    long run(long marker) {
        int wanted = countAbsent();
        if (wanted == 0) {
            return Pager.ABSENT;
        }
        try (PageRoom room = file.takeRoom(first, stripe)) {
            for (long frame = room.frame();
                    frame != Frames.REFUSED;
                    frame = file.cache().newFrameIfRoom(stripe)) {
                frames[taken++] = frame;
                if (taken == wanted) {
                    break;
                }
            }
            return taken == 0 ? Pager.NO_MEMORY : readUnderTickets(room, marker);
        } finally {
            release(0);
        }
    }

    /** How many pages came in. */
    int pages() {
        return published;
    }

    /** How many pages from the first on are absent now, at most as many as planned. */
    private int countAbsent() {
        return (int) file.actors().inEpoch(() -> {
            int count = 0;
            while (count < frames.length
                    && first + count < PagedObject.pagesOf(file.size())
                    && file.tree().word(first + count) == ObjectWord.ABSENT) {
                count++;
            }
            return count;
        });
    }

    private long readUnderTickets(PageRoom room, long marker) {
        long refused = file.actors().inEpoch(() -> putTickets(room));
        if (refused <= 0) {
            // Tables may have been made for a page that did not get its ticket.
            file.giveBackTables(first + ticketed);
        }
        if (ticketed == 0) {
            return refused == ObjectTree.REFUSED ? Pager.NO_MEMORY : Pager.ABSENT;
        }
        // The size is read again under the tickets.
        long inside = PagedObject.pagesOf(file.size()) - first;
        if (inside <= 0) {
            return Pager.BEYOND_END;
        }
        int pages = (int) Math.min(inside, ticketed);
        long answer = read(pages, marker);
        if (answer == Pager.IO_ERROR && pages > 1) {
            release(1);
            answer = read(1, marker);
        }
        return answer;
    }

    /** Puts a ticket into the word of each page for which there is a frame, up to one that is not absent; returns the last slot, or why there is none. In an epoch. */
    private long putTickets(PageRoom room) {
        long slot;
        do {
            slot = file.tree().ensureSlot(first + ticketed, stripe, room);
        } while (slot > 0
                && RawMemory.compareAndSet(slot, ObjectWord.ABSENT, ObjectWord.reading(frames[ticketed]))
                && ++ticketed < taken);
        return slot;
    }

    /** Changes the word of a page that has this read's ticket still; returns whether it had. */
    private boolean takeTicket(int which, long word) {
        return file.actors().inEpoch(() -> {
                    long slot = file.tree().slot(first + which);
                    return slot != 0 && RawMemory.compareAndSet(slot, ObjectWord.reading(frames[which]), word) ? 1 : 0;
                })
                != 0;
    }

    private boolean hasTicket(int which) {
        return file.actors().inEpoch(() -> file.tree().word(first + which)) == ObjectWord.reading(frames[which]);
    }

    /** Reads the first so many pages, but none that is just being taken away, and publishes them. */
    private long read(int pages, long marker) {
        Cut cut = file.cut();
        int whole = 0;
        while (whole < pages && (cut == null || !cut.meets(start(whole), start(whole + 1)))) {
            whole++;
        }
        // Of a page that is cut, what lies before the cut is still to be read.
        int bytes = whole > 0
                ? whole << PagedObject.PAGE_SHIFT
                : Math.clamp(cut.from() - start(0), 0, PagedObject.PAGE_BYTES);
        int count = Math.max(1, whole);
        long storeEnd = file.storeEnd();
        int got;
        try {
            got = bytes == 0 ? 0 : file.readStore(start(0), addresses(count), bytes);
        } catch (IOException e) {
            file.cache().statistics().failedReads.increment();
            return Pager.IO_ERROR;
        }
        file.cache().statistics().pagesRead.add(count);
        file.cache().statistics().reads.increment();
        if (isShortened(got, bytes, storeEnd)) {
            // Somebody else cut the host's file. Pages that came whole are good.
            count = got >>> PagedObject.PAGE_SHIFT;
            if (count == 0) {
                return hasTicket(0) ? Pager.BEYOND_END : Pager.ABSENT;
            }
        }
        return publish(count, got, marker);
    }

    /** Whether less came than the host's file had before, as far as it is this cache that makes it longer and shorter. */
    private boolean isShortened(int got, int bytes, long storeEnd) {
        return got < Math.min(bytes, storeEnd - start(0));
    }

    private long publish(int count, int got, long marker) {
        long answer = Pager.ABSENT;
        for (int i = 0; i < count; i++) {
            // What lies behind the end is zero, whatever the host's file holds there.
            int valid = Math.clamp(
                    Math.min(got - (i << PagedObject.PAGE_SHIFT), file.size() - start(i)), 0, PagedObject.PAGE_BYTES);
            RawMemory.fill(address(i) + valid, PagedObject.PAGE_BYTES - valid, (byte) 0);
            long word = file.announce(first + i, frames[i]);
            word = first + i == marker ? ObjectWord.withMarker(word) : word;
            if (takeTicket(i, word)) {
                file.cameIn(first + i, word);
                answer = i == 0 ? 0 : answer;
            } else {
                file.dropFrame(frames[i]);
            }
            published++;
        }
        return answer;
    }

    /** Gives back the tickets and frames from one on that were not published. */
    private void release(int from) {
        int keep = Math.max(from, published);
        for (int i = keep; i < taken; i++) {
            if (i < ticketed && takeTicket(i, ObjectWord.ABSENT)) {
                file.giveBackTables(first + i);
            }
            file.dropFrame(frames[i]);
        }
        taken = Math.min(taken, keep);
        ticketed = Math.min(ticketed, keep);
    }

    private long[] addresses(int count) {
        long[] addresses = new long[count];
        Arrays.setAll(addresses, this::address);
        return addresses;
    }

    private long address(int which) {
        return file.core().frames().address(frames[which]);
    }

    private long start(int which) {
        return first + which << PagedObject.PAGE_SHIFT;
    }
}

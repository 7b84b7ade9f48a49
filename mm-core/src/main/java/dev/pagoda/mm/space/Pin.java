package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the frames of a range for somebody who reaches them without looking at any word, such as a device: what the range shows may change meanwhile (munmap, MADV_DONTNEED, a
 * file that is cut, fork), the frames stay what they were until {@link #close}.
 *
 * <p>A page is pinned by a reference and a mark beside it, after which its word is read again: either whoever takes the page away, or shares it with a child, sees the mark, or this sees
 * the change and looks again. Who makes pages copy-on-write, fork and page-out, looks for pins after a grace period, and pins for stores wait from before that until the second one has passed.
 * So a pin for stores has the page that the program itself stores to, also after fork, which copies pinned pages at once (pin.pml). A pin for loads has
 * what a load would have found; if a store copies the page later, the pin keeps the old one. What is stored through a pin counts as stored: the pages are marked dirty when it ends.
 *
 * <p>Made by the view's thread, outside of epochs. Closed by that thread, or, after the view was closed, by any. Lock-free, but that pins for stores wait for a fork or page-out of the space that is between its grace periods. Costs an atomic add to two words a page; the references
 * go down after a grace period, which nobody waits for.
 */
public final class Pin implements AutoCloseable {
    /** Most pages: 1 GiB. */
    private static final long MOST_PAGES = 1 << 18;

    private static final int PAGE_SHIFT = PhysicalMemory.FRAME_SHIFT;
    private static final long OFFSET_MASK = PhysicalMemory.FRAME_BYTES - 1;

    private final View view;
    private final Frames allFrames;
    private final long address;
    private final long length;
    private final boolean forStore;
    private final long[] frames;
    /** The object that each page belongs to, for pages that were pinned for stores. */
    private final Pager[] pagers;

    private final long[] indexes;
    private final List<Pager> held = new ArrayList<>();
    private int pinned;
    private Arena arena;
    private boolean closed;

    private Pin(View view, long address, long length, boolean forStore) {
        this.view = view;
        this.allFrames = view.core().frames();
        this.address = address;
        this.length = length;
        this.forStore = forStore;
        int pages = (int) ((address & OFFSET_MASK) + length + OFFSET_MASK >>> PAGE_SHIFT);
        this.frames = new long[length == 0 ? 0 : pages];
        this.pagers = new Pager[forStore ? frames.length : 0];
        this.indexes = new long[pagers.length];
    }

    /**
     * Pins a range, faulting in what is not there.
     *
     * @param view the caller's
     * @param address first byte
     * @param length in bytes, at most 1 GiB
     * @param forStore whether the memory will be stored to, and not only loaded from
     * @throws MemoryFault at the first page that does not allow it; nothing is pinned then
     */
    public static Pin of(View view, long address, long length, boolean forStore) {
        if (length < 0 || length > MOST_PAGES << PAGE_SHIFT) {
            throw new IllegalArgumentException("a range of " + length + " bytes cannot be pinned: it may have 1 GiB");
        }
        Pin pin = new Pin(view, address, length, forStore);
        try {
            pin.pinAll();
            return pin;
        } catch (Throwable refused) {
            pin.close();
            throw refused;
        }
    }

    private void pinAll() {
        for (; pinned < frames.length; pinned++) {
            long at = Math.max(address, (address & ~OFFSET_MASK) + ((long) pinned << PAGE_SHIFT));
            while (!pinOne(at)) {
                if (forStore && view.space().isWithdrawing()) {
                    View.pause();
                } else {
                    Fault.resolve(view, at, forStore);
                }
            }
        }
    }

    private boolean pinOne(long at) {
        view.makeRoom(1);
        Participant self = view.participant();
        self.enter();
        try {
            long slot = view.accessSlot(at);
            long word = slot == 0 ? SpaceWord.UNMAPPED : RawMemory.getAcquire(slot);
            if (!(forStore ? SpaceWord.allowsStore(word) : SpaceWord.allowsLoad(word))) {
                return false;
            }
            if (forStore && SpaceWord.isOwn(word) && view.space().isWithdrawing()) {
                // Who is about to make the page copy-on-write has looked for pins, perhaps.
                return false;
            }
            long frame = allFrames.frameAt(view.rawAddress(word, at));
            if (frame != allFrames.zeroFrame() && !take(slot, word, frame)) {
                return false;
            }
            frames[pinned] = frame;
            return true;
        } finally {
            self.leave();
        }
    }

    private boolean take(long slot, long word, long frame) {
        if (!allFrames.raiseUnlessZero(frame)) {
            return false;
        }
        allFrames.pin(frame);
        // Volatile, after the full fence of the pin: whoever changed the word and did not see the pin is seen here.
        boolean stays =
                RawMemory.getVolatile(slot) == word && (!forStore || SpaceWord.isOwn(word) || hold(word, frame));
        if (!stays) {
            allFrames.unpin(frame);
            view.participant().retire(Retirement.frame(frame));
        }
        return stays;
    }

    /** Keeps the object whose page is pinned for stores, so that it can be told of them. */
    private boolean hold(long word, long frame) {
        Region region = view.core().regions().get(SpaceWord.region(word));
        Pager pager = region.pager();
        if (!held.contains(pager)) {
            if (!pager.hold()) {
                return false;
            }
            held.add(pager);
        }
        pagers[pinned] = pager;
        indexes[pinned] = region.indexOf((address >>> PAGE_SHIFT) + pinned);
        return true;
    }

    /** First byte of the range. */
    public long address() {
        return address;
    }

    /** Bytes of the range. */
    public long length() {
        return length;
    }

    /**
     * The memory, a segment for each run of frames that lie side by side, in ascending order; read-only unless pinned for stores. They end with the pin, on whichever thread they
     * are used.
     *
     * @throws IllegalStateException if the pin was closed
     */
    public List<MemorySegment> segments() {
        if (closed) {
            throw new IllegalStateException("the pin of " + length + " bytes at 0x" + Long.toHexString(address)
                    + " was closed: its frames may be other memory by now");
        }
        if (arena == null) {
            arena = Arena.ofShared();
        }
        List<MemorySegment> segments = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= frames.length; i++) {
            if (i == frames.length || frames[i] != frames[i - 1] + 1) {
                segments.add(segment(first, i));
                first = i;
            }
        }
        return segments;
    }

    private MemorySegment segment(int first, int end) {
        long inPage = first == 0 ? address & OFFSET_MASK : 0;
        long from = first == 0 ? 0 : ((long) first << PAGE_SHIFT) - (address & OFFSET_MASK);
        long to = Math.min(length, ((long) end << PAGE_SHIFT) - (address & OFFSET_MASK));
        MemorySegment run = RawMemory.segment(allFrames.address(frames[first]) + inPage, to - from, arena);
        return forStore ? run : run.asReadOnly();
    }

    /** Ends the pin, and every segment of it. A second call does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (arena != null) {
            // Throws if I/O on a segment is still under way: the pin is open then.
            arena.close();
            arena = null;
        }
        closed = true;
        if (view.isClosed()) {
            try (Participant self = view.core().epochs().join("unpinning")) {
                release(self);
            }
        } else {
            release(null);
        }
        held.forEach(Pager::letGo);
    }

    /** Gives everything back, by a participant, or by the view's whichever it is at the moment. */
    private void release(Participant other) {
        for (int i = 0; i < pinned; i++) {
            long frame = frames[i];
            if (frame == allFrames.zeroFrame()) {
                continue;
            }
            if (other == null) {
                view.makeRoom(1);
            } else {
                other.makeRoom(1);
            }
            Participant self = other == null ? view.participant() : other;
            self.enter();
            try {
                if (forStore && pagers[i] != null) {
                    pagers[i].markDirty(indexes[i], frame, self);
                } else if (forStore && other == null) {
                    markDirty((address & ~OFFSET_MASK) + ((long) i << PAGE_SHIFT), frame);
                }
            } finally {
                self.leave();
            }
            allFrames.unpin(frame);
            self.retire(Retirement.frame(frame));
        }
        Arrays.fill(frames, 0);
    }

    /** A private page may have been declared free while it was pinned; what was stored to it is not. */
    private void markDirty(long at, long frame) {
        long slot = view.accessSlot(at);
        while (slot != 0) {
            long word = RawMemory.getAcquire(slot);
            boolean shows = SpaceWord.isPresent(word)
                    && !SpaceWord.isFrozen(word)
                    && SpaceWord.isOwn(word)
                    && !SpaceWord.isDirty(word)
                    && allFrames.frameAt(view.rawAddress(word, at)) == frame;
            if (!shows || RawMemory.compareAndSet(slot, word, SpaceWord.withDirty(word))) {
                return;
            }
        }
    }
}

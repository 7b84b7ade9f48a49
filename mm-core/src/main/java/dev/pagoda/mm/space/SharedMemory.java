package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * The nameless object behind a shared anonymous map: pages that are zero at first and live as long as a region maps them.
 *
 * <p>Its size is fixed; growing a map of it shows its end. Its tables stay as long as it does, so that slots are valid outside of epochs too. Any thread may call. Lock-free but for holes: {@link #punchPages} waits for two grace periods,
 * and whoever wants one of its pages meanwhile waits for it.
 */
public final class SharedMemory implements Pager, FrameHolder {
    private final Core core;
    private final ObjectTree tree;
    private final long pages;
    private final int number;
    private final Mappings mappings = new Mappings();
    /** What the kernel promised for it. */
    private final long promisedPages;
    /** One for its maker until {@link #letGo}, one for each region. */
    private final AtomicInteger holds = new AtomicInteger(1);

    /**
     * Makes an object, held by the caller.
     *
     * @param core the kernel
     * @param pages its size
     */
    public SharedMemory(Core core, long pages) {
        this(core, pages, 0);
    }

    /**
     * Makes an object for which the kernel promises memory, held by the caller.
     *
     * @param view the caller's
     * @param pages its size
     * @return null if the kernel does not promise that much
     */
    public static SharedMemory promised(View view, long pages) {
        long mappedPages = view.space().mappedBytes() >>> PhysicalMemory.FRAME_SHIFT;
        return view.core().commitment().promise(pages, mappedPages)
                ? new SharedMemory(view.core(), pages, pages)
                : null;
    }

    private SharedMemory(Core core, long pages, long promisedPages) {
        this.core = core;
        this.promisedPages = promisedPages;
        this.tree = new ObjectTree(core.tables());
        this.pages = pages;
        this.number = core.nextHolderNumber();
        core.holders().put(this, Boolean.TRUE);
    }

    /**
     * Puts the frames of a block, zeroed, into pages from an index on; by its maker, before anybody maps it. The block is the object's from here on, whatever comes of it.
     *
     * @return false if there is no frame for a table; the rest of the block is given back then
     */
    boolean fill(long index, long block, int stripe) {
        Frames frames = core.frames();
        long count = 1L << frames.order(block);
        frames.split(block, 1);
        boolean filled = true;
        for (long i = 0; i < count; i++) {
            long slot = filled ? tree.ensureSlot(index + i, stripe) : ObjectTree.REFUSED;
            filled = slot != ObjectTree.REFUSED
                    && RawMemory.compareAndSet(slot, ObjectWord.ABSENT, ObjectWord.valid(block + i));
            if (!filled) {
                frames.drop(stripe, block + i);
            }
        }
        return filled;
    }

    @Override
    public long map(long index) {
        if (index < 0 || index >= pages) {
            return BEYOND_END;
        }
        long slot = tree.slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        // The object's own count keeps the frame while the object lives, so it is never found at zero.
        return ObjectWord.isValid(word) && core.frames().raiseUnlessZero(ObjectWord.frame(word))
                ? ObjectWord.frame(word)
                : ABSENT;
    }

    @Override
    public long bringIn(long index, int stripe, Object description, int attributes) {
        if (index < 0 || index >= pages) {
            return BEYOND_END;
        }
        long slot = tree.ensureSlot(index, stripe);
        if (slot == ObjectTree.REFUSED) {
            return NO_MEMORY;
        }
        long word = RawMemory.getAcquire(slot);
        if (ObjectWord.isLeaving(word)) {
            View.pause();
        }
        if (word != ObjectWord.ABSENT) {
            return 0;
        }
        Frames frames = core.frames();
        long frame = frames.allocateZeroed(stripe, FrameKind.OBJECT);
        if (frame == Frames.REFUSED) {
            return NO_MEMORY;
        }
        frames.setOwner(frame, FrameOwner.of(number, index));
        if (!RawMemory.compareAndSet(slot, ObjectWord.ABSENT, ObjectWord.valid(frame))) {
            frames.drop(stripe, frame);
        }
        return 0;
    }

    @Override
    public boolean markDirty(long index, long frame, Participant participant) {
        return true;
    }

    @Override
    public int sync(long firstIndex, long endIndex, Object description) {
        return 0;
    }

    @Override
    public void willNeed(long firstIndex, long endIndex) {
        // Nothing to read: its pages are in memory or zero.
    }

    /**
     * Marked as leaving; grace, for faults that found the page before; out of all spaces; out of the tree; the frames go after grace. Whoever wants a page that is leaving waits: if a new
     * one came in before, some would see that and others what had been there.
     */
    @Override
    public int punchPages(long firstIndex, long endIndex) {
        try (Participant self = core.epochs().join("punching shared memory")) {
            long first = Math.max(0, firstIndex);
            long end = Math.min(endIndex, pages);
            for (long index = first; index < end; index = Tables.slotEnd(index, 1)) {
                punchTable(self, index, Math.min(end, Tables.slotEnd(index, 1)));
            }
        }
        return 0;
    }

    private void punchTable(Participant self, long first, long end) {
        LongStream.Builder marked = LongStream.builder();
        PageWalk walk = tree.walk(first, end);
        while (!walk.run(self, (slot, index, word) -> markLeaving(slot, marked))) {
            View.pause();
        }
        long[] slots = marked.build().toArray();
        if (slots.length == 0) {
            return;
        }
        self.awaitGrace();
        mappings.unmap(first, end, false, new ReverseAccess(core, () -> self));
        self.makeRoom(slots.length);
        for (long slot : slots) {
            // Nobody else changes a word that is leaving.
            long frame = ObjectWord.frame(RawMemory.getAcquire(slot));
            RawMemory.setRelease(slot, ObjectWord.ABSENT);
            self.retire(Retirement.frame(frame));
        }
    }

    /** False if the page is another hole's, which is to be waited for. */
    private static boolean markLeaving(long slot, LongStream.Builder marked) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (word == ObjectWord.ABSENT || ObjectWord.isLeaving(word)) {
                return word == ObjectWord.ABSENT;
            }
            if (RawMemory.compareAndSet(slot, word, ObjectWord.leavingForGood(word))) {
                marked.add(slot);
                return true;
            }
        }
    }

    @Override
    public boolean isResident(long index) {
        long slot = index < 0 || index >= pages ? 0 : tree.slot(index);
        return slot != 0 && ObjectWord.isValid(RawMemory.getAcquire(slot));
    }

    @Override
    public boolean isOnlyMemory() {
        return true;
    }

    @Override
    public String name() {
        return "/dev/zero (deleted)";
    }

    @Override
    public Mappings mappings() {
        return mappings;
    }

    @Override
    public boolean hold() {
        return holds.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    @Override
    public void letGo() {
        if (holds.decrementAndGet() == 0) {
            core.holders().remove(this);
            core.commitment().takeBack(promisedPages);
            tree.drain(word -> core.frames().drop(ObjectWord.frame(word)));
        }
    }

    @Override
    public void forEachReference(References references) {
        tree.forEachAtRest(references::count, word -> references.count(ObjectWord.frame(word)));
    }
}

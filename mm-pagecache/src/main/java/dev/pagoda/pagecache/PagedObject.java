package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.TableRoom;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.FrameHolder;
import dev.pagoda.mm.space.Mappings;
import dev.pagoda.mm.space.Pager;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file's pages in memory: one tree of words, read, written, mapped and cut. What becomes of them outside of memory is the subclass's business.
 *
 * <p>No lock over the tree: a page's word changes by compare-and-set, and a hit is a walk and a copy in one epoch. What waits for what:
 *
 * <pre>
 *  a page that is being read         whoever misses the same page waits for it and shares the read
 *  a page that is being evicted      whoever needs it waits for one grace period
 *  a page that is being written      reads go on, and stores as soon as it is copied; a sync, a truncation or eviction of the page waits
 *  a table that is being given back  whoever needs a page of it waits for up to 512 compare-and-sets
 *  truncation, punching, appending,  one at a time for each file ({@link #resizing}); everything else goes on
 *  writing beyond the end
 * </pre>
 *
 * <p>A write inside the file's size and a truncation may meet: each page ends as one of the two left it.
 */
public abstract class PagedObject implements Pager, FrameHolder {
    static final int PAGE_SHIFT = PhysicalMemory.FRAME_SHIFT;
    static final int PAGE_BYTES = PhysicalMemory.FRAME_BYTES;
    static final long OFFSET_MASK = PAGE_BYTES - 1;

    /** Most bytes that a file can have: 256 TiB. */
    public static final long MAX_BYTES = ObjectTree.MAX_PAGES << PAGE_SHIFT;

    /** Times that a caller asks for memory to be reclaimed before it gives up. */
    private static final int MOST_RECLAIMS = 16;

    private static final long ONE_HOLD = 1;
    /** Raised by each hold, so that the last user sees whether the file was used again while it wrote pages back. */
    private static final long HOLD_VERSION = 1L << 32;

    private static final long COUNT_MASK = HOLD_VERSION - 1;
    private static final long ENDED = 1L << 32;

    private final Core core;
    private final Actors actors;
    private final FrameGuesses guesses;
    private final ObjectTree tree;
    /** By which frames name it. */
    private final int number;

    private final Mappings mappings = new Mappings();
    private final AtomicLong holds = new AtomicLong(ONE_HOLD);
    /** Visits under way, and {@link #ENDED} when the last hold is given up. */
    private final AtomicLong visits = new AtomicLong();
    /** Held by whoever changes the size or punches. Never waited for inside an epoch or by eviction and write-back. */
    private final ReentrantLock resizing = new ReentrantLock();
    /** In bytes; changed under {@link #resizing}. */
    private volatile long size;
    /** Set under {@link #resizing}. */
    private volatile Cut cut;
    /** Set under {@link #resizing}. */
    private volatile boolean growing;

    PagedObject(Core core, Actors actors, FrameGuesses guesses, TableRoom room, long size, int number) {
        this.core = core;
        this.actors = actors;
        this.guesses = guesses;
        this.tree = new ObjectTree(core.tables(), room);
        this.size = size;
        this.number = number;
        core.holders().put(this, Boolean.TRUE);
    }

    // What differs between files and memory

    /** A frame for a page that is about to come in, any content, and room for the tables on its way. Outside of epochs; may wait. */
    abstract PageRoom takeRoom(long index, int stripe);

    /** Takes back a frame that no word ever named, or that no word names since a grace period. */
    abstract void dropFrame(long frame);

    /**
     * Brings in a page that was absent a moment ago, and what else is worth it; outside of epochs, may block.
     *
     * @return 0, {@link #ABSENT} if another thread was faster or a truncation took the page away, or why it cannot be had
     */
    abstract long fetch(long index, int wanted, ReadAhead window, ReadAhead.Advice advice, int stripe);

    /** Starts to read what comes behind a page that carried a marker. */
    abstract void readOn(long index, ReadAhead window, ReadAhead.Advice advice);

    /** The word of a clean page that comes in, in a frame that shows nothing else. */
    abstract long newWord(long frame);

    /** The word for a frame that is about to be put into a page's word; {@link #cameIn} is to be told if it was. */
    final long announce(long index, long frame) {
        core.frames().setOwner(frame, FrameOwner.of(number, index));
        guesses.note(number, index, frame);
        return newWord(frame);
    }

    /** To be told, outside of epochs, of a page that came in, with the word that it came in with: from then on it may leave. */
    abstract void cameIn(long index, long word);

    /** Told of a page that became dirty by a change of its word; does not wait, may be inside an epoch. */
    abstract void becameDirty(long index);

    /** Told of pages that are dirty no more, or under write-back. */
    abstract void becameClean(long pages);

    /** To be called after a change of a page's word that may have made it dirty or clean, by whoever changed it. */
    final void noteChange(long index, long before, long after) {
        if (ObjectWord.isDirty(before) != ObjectWord.isDirty(after)) {
            if (ObjectWord.isDirty(after)) {
                becameDirty(index);
            } else {
                becameClean(1);
            }
        }
    }

    /** Holds up whoever made pages dirty while there are too many; outside of epochs. */
    abstract void throttle();

    /** Whether pages have to be written anywhere. */
    abstract boolean hasStore();

    /** Changes the size of what lies outside of memory; returns 0 or a negated errno. */
    abstract int resizeStore(long bytes);

    /**
     * Has room found for bytes that a write is about to add, so that want of it is known at the write and not when the pages leave. Under {@link #resizing}. Returns 0 or a negated errno.
     */
    abstract int reserveStore(long first, long end);

    /** Has room found for a range, wherever it lies; where that cannot be asked for nothing is done. Returns 0 or a negated errno. */
    abstract int allocateStore(long first, long end);

    /** Makes a part of what lies outside of memory zero; returns 0 or a negated errno. */
    abstract int zeroStore(long first, long end);

    /** Writes everything back before the object may go; called by the only one who still holds it. */
    abstract void finish();

    /** The object is gone: nobody can reach it any more. */
    abstract void gone();

    /** Why bytes may not be written now: 0 or a negated errno. Inside an epoch. */
    int refusesWrite() {
        return 0;
    }

    /** Why the size may not become this: 0 or a negated errno. Under {@link #resizing}. */
    int refusesSize(long bytes) {
        return 0;
    }

    // Pager

    @Override
    public final long map(long index) {
        if (index < 0 || index >= pagesOf(size)) {
            return BEYOND_END;
        }
        long slot = tree.slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        long frame = ObjectWord.frame(word);
        // A marker has to be passed outside of the epoch: bringing in does that.
        return ObjectWord.isMarker(word) ? ABSENT : raise(slot, word, frame, true);
    }

    @Override
    public final long mapNeighbour(long index) {
        long slot = index < 0 || index >= pagesOf(size) ? 0 : tree.slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        return ObjectWord.isMarker(word) ? ABSENT : raise(slot, word, ObjectWord.frame(word), false);
    }

    /** Raises the count of the page's frame, if it is still the page's afterwards. */
    private long raise(long slot, long word, long frame, boolean use) {
        if (!ObjectWord.isValid(word) || !core.frames().raiseUnlessZero(frame)) {
            return ABSENT;
        }
        long again = RawMemory.getAcquire(slot);
        again = use ? touch(slot, again) : again;
        if (ObjectWord.isValid(again) && ObjectWord.frame(again) == frame) {
            return frame;
        }
        // On its way out: the count goes down late, as every count does.
        actors.retire(Retirement.frame(frame));
        return ABSENT;
    }

    @Override
    public final long bringIn(long index, int stripe, Object description, int attributes) {
        ReadAhead window = description instanceof OpenFile file ? file.readAhead() : null;
        ReadAhead.Advice advice = window == null ? ReadAhead.Advice.RANDOM : window.advice();
        advice = switch (attributes & Attributes.ACCESS_MASK) {
            case Attributes.RANDOM -> ReadAhead.Advice.RANDOM;
            case Attributes.SEQUENTIAL -> ReadAhead.Advice.SEQUENTIAL;
            default -> advice;
        };
        return bringIn(index, 1, window, advice, stripe);
    }

    /**
     * Brings a page into memory, and others with it that are worth it.
     *
     * @param wanted how many pages from there on are about to be used
     * @param window what the description reads in advance, or null for nothing
     */
    final long bringIn(long index, int wanted, ReadAhead window, ReadAhead.Advice advice, int stripe) {
        Backoff backoff = new Backoff();
        while (true) {
            if (index < 0 || index >= pagesOf(size)) {
                return BEYOND_END;
            }
            long word = actors.inEpoch(() -> tree.word(index));
            if (ObjectWord.isValid(word)) {
                if (ObjectWord.isMarker(word)) {
                    passMarker(index, window, advice);
                }
                return 0;
            }
            long answer = word == ObjectWord.ABSENT ? fetch(index, wanted, window, advice, stripe) : ABSENT;
            if (answer != ABSENT) {
                return answer;
            }
            backoff.pause();
        }
    }

    /** Takes a marker off, and starts the next read-ahead if nobody was faster. Outside of epochs. */
    final void passMarker(long index, ReadAhead window, ReadAhead.Advice advice) {
        if (actors.inEpoch(() -> takeMarker(index)) != 0 && window != null) {
            readOn(index, window, advice);
        }
    }

    /** 1 if the page had a marker that this took off, else 0. */
    private long takeMarker(long index) {
        long slot = tree.slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        return ObjectWord.isValid(word)
                        && ObjectWord.isMarker(word)
                        && RawMemory.compareAndSet(slot, word, ObjectWord.withoutMarker(word))
                ? 1
                : 0;
    }

    @Override
    public final boolean markDirty(long index, long frame, Participant participant) {
        long slot = index < 0 ? 0 : tree.slot(index);
        return slot != 0 && markDirty(slot, index, frame);
    }

    /**
     * Marks a page as newer than its store, if it still is in this frame. Inside the epoch of the store.
     *
     * <p>A page that a write-back is about to copy is marked all the same, and the answer is no: a slot that was made writable in spite of the write-back shows by
     * that, and is looked for once more before the copy is taken.
     *
     * @return whether the store may go on
     */
    final boolean markDirty(long slot, long index, long frame) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            if (!ObjectWord.isValid(word) || ObjectWord.frame(word) != frame) {
                return false;
            }
            long after = hasStore() ? ObjectWord.used(ObjectWord.withDirty(word)) : word;
            if (after == word) {
                return ObjectWord.allowsStores(word);
            }
            if (RawMemory.compareAndSet(slot, word, after)) {
                noteChange(index, word, after);
                return ObjectWord.allowsStores(word);
            }
        }
    }

    @Override
    public final boolean isResident(long index) {
        long slot = index < 0 || index >= pagesOf(size) ? 0 : tree.slot(index);
        return slot != 0 && ObjectWord.isValid(RawMemory.getAcquire(slot));
    }

    @Override
    public final Mappings mappings() {
        return mappings;
    }

    @Override
    public final boolean hold() {
        while (true) {
            long seen = holds.get();
            if ((seen & COUNT_MASK) == 0) {
                return false;
            }
            if (holds.compareAndSet(seen, seen + HOLD_VERSION + ONE_HOLD)) {
                return true;
            }
        }
    }

    @Override
    public final void letGo() {
        while (true) {
            long seen = holds.get();
            boolean last = (seen & COUNT_MASK) == ONE_HOLD;
            if (last) {
                // Before the hold is given up, so that whoever opens the file meanwhile shares these pages, and whoever
                // comes later finds them in the
                // store.
                finish();
            }
            if (holds.compareAndSet(seen, seen - ONE_HOLD)) {
                if (last && visits.getAndUpdate(seenVisits -> seenVisits | ENDED) == 0) {
                    dispose();
                }
                return;
            }
        }
    }

    /**
     * Keeps the object's pages where they are for a while, for those who work in the background: unlike {@link #hold} it does not make anybody wait who lets the object go. Ended by
     * {@link #leave}.
     *
     * @return false if its last user is gone
     */
    final boolean visit() {
        while (true) {
            long seen = visits.get();
            if ((seen & ENDED) != 0) {
                return false;
            }
            if (visits.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    /** Ends a {@link #visit}; the last one disposes of an object that has no user any more. */
    final void leave() {
        if (visits.decrementAndGet() == ENDED) {
            dispose();
        }
    }

    private void dispose() {
        core.holders().remove(this);
        gone();
        tree.drain(word -> {
            if (ObjectWord.isPresent(word)) {
                dropFrame(ObjectWord.frame(word));
            }
        });
    }

    @Override
    public final void forEachReference(References references) {
        tree.forEachAtRest(references::count, word -> {
            if (ObjectWord.isPresent(word)) {
                references.count(ObjectWord.frame(word));
            }
        });
    }

    // The file's content; the caller holds the object

    /** The size in bytes. */
    public final long size() {
        return size;
    }

    /** Cuts the file or makes it longer; returns 0 or a negated errno. May block; outside of epochs. */
    public final long truncate(long bytes) {
        return new Resize(this).truncate(bytes);
    }

    /** Largest size in bytes that the file system allows such a file, whether or not it could hold it. */
    abstract long largestSize();

    @Override
    public final int punchPages(long firstIndex, long endIndex) {
        long first = Math.max(0, firstIndex);
        if (endIndex > largestSize() >>> PAGE_SHIFT) {
            // As vfs_fallocate of Linux's fs/open.c, which MADV_REMOVE goes through.
            return -HostErrors.EFBIG;
        }
        long end = Math.min(endIndex, ObjectTree.MAX_PAGES);
        return first < end ? (int) punch(first << PAGE_SHIFT, (end - first) << PAGE_SHIFT) : 0;
    }

    /** Makes a range zero, private copies excepted; the size stays. Returns 0 or a negated errno. May block; outside of epochs. */
    public final long punch(long offset, long length) {
        return new Resize(this).punch(offset, length);
    }

    /**
     * Has room found for a range, and makes the file so long that it holds the range unless the size is to stay; returns 0 or a negated errno. May block; outside of epochs.
     */
    public final long allocate(long offset, long end, boolean keepSize) {
        return new Resize(this).allocate(offset, end, keepSize);
    }

    /** Whether a page with that word holds content that the store need not have. */
    abstract boolean holdsContent(long word);

    /** As {@link Store#data}; a negated errno if the store refuses. */
    abstract long dataInStore(long offset);

    /** As {@link Store#hole}; a negated errno if the store refuses. */
    abstract long holeInStore(long offset);

    // For the operations of this package

    final Core core() {
        return core;
    }

    final Actors actors() {
        return actors;
    }

    final ObjectTree tree() {
        return tree;
    }

    final ReentrantLock resizing() {
        return resizing;
    }

    final void setSize(long bytes) {
        size = bytes;
    }

    /**
     * From here to {@link #endGrowth} the end of the file may move upwards. Under {@link #resizing}, before the last page's write-back is waited for: whoever begins to
     * write that page later sees it, and leaves alone what lies behind the end.
     */
    final void beginGrowth() {
        growing = true;
        VarHandle.fullFence();
    }

    /** Under {@link #resizing}, when the size is set. */
    final void endGrowth() {
        growing = false;
    }

    final boolean isGrowing() {
        return growing;
    }

    final Cut cut() {
        return cut;
    }

    final void setCut(Cut range) {
        cut = range;
    }

    /** Waits until no page of a range is being written that was when this was called. */
    final void awaitWriteBack(long firstIndex, long endIndex) {
        Actor actor = actors.borrow();
        try {
            // Takes no bits away, so it need not be alone.
            PageWalk walk = tree.walkDirty(firstIndex, endIndex, false);
            Backoff backoff = new Backoff();
            while (!walk.run(
                    actor.participant(), (slot, index, word) -> !ObjectWord.isWriteback(RawMemory.getAcquire(slot)))) {
                backoff.pause();
            }
        } finally {
            actors.giveBack(actor);
        }
    }

    /** Gives back the tables on the way to a page that was made absent by the caller, or for which he has made tables in vain. Outside of epochs; the caller holds or visits the object. */
    final void giveBackTables(long index) {
        Actor actor = actors.borrow();
        try {
            giveBackTables(index, actor.participant());
        } finally {
            actors.giveBack(actor);
        }
    }

    /** As {@link #giveBackTables(long)}; returns how many tables were retired. */
    final int giveBackTables(long index, Participant self) {
        self.makeRoom(ObjectTree.MOST_GIVEN_BACK);
        return tree.giveBack(index, self);
    }

    final long frameAddress(long word) {
        return core.frames().address(ObjectWord.frame(word));
    }

    /** The frame that a page may lie in; see {@link FrameGuesses}. */
    final long guessFrame(long index) {
        return guesses.frame(number, index);
    }

    /** What {@link #guessFrame} asks, for who asks often. */
    final FrameGuesses guesses() {
        return guesses;
    }

    /** By which {@link #guesses} knows this. */
    final int guessNumber() {
        return number;
    }

    /** Notes a use, if the word does not tell of one already; returns the word as it is then. */
    static long touch(long slot, long word) {
        if (ObjectWord.isUsed(word) || !ObjectWord.isValid(word)) {
            return word;
        }
        long touched = ObjectWord.used(word);
        long found = RawMemory.compareAndExchange(slot, word, touched);
        return found == word ? touched : found;
    }

    /** Brings a page in and nothing else, reclaiming memory where that is needed. */
    final long require(long index, int stripe) {
        return require(index, 1, null, ReadAhead.Advice.RANDOM, stripe);
    }

    /** As {@link #bringIn(long, int, ReadAhead, ReadAhead.Advice, int)}, reclaiming memory where that is needed. */
    final long require(long index, int wanted, ReadAhead window, ReadAhead.Advice advice, int stripe) {
        long answer = bringIn(index, wanted, window, advice, stripe);
        for (int i = 0; answer == NO_MEMORY && i < MOST_RECLAIMS && core.reclaim(stripe); i++) {
            answer = bringIn(index, wanted, window, advice, stripe);
        }
        return answer;
    }

    /** As {@link #takeRoom}, reclaiming memory where that is needed. */
    final PageRoom requireRoom(long index, int stripe) {
        PageRoom room = takeRoom(index, stripe);
        for (int i = 0; room.frame() == Frames.REFUSED && i < MOST_RECLAIMS && core.reclaim(stripe); i++) {
            room.close();
            room = takeRoom(index, stripe);
        }
        return room;
    }

    static long pagesOf(long bytes) {
        return bytes + OFFSET_MASK >>> PAGE_SHIFT;
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/**
 * A file of the host with its pages in memory: read when missed, written by sync, by eviction and before the last user lets it go.
 *
 * <p>Dirty pages are found by the bits that the tables' words carry for them. Any thread may call, outside of epochs where nothing else is said: what misses, syncs or cuts blocks on the device; a hit is
 * lock-free.
 */
public final class CachedFile extends PagedObject {
    /** As on ext4 with blocks of 4 KiB: 2^32 - 1 of them. */
    private static final long LARGEST_FILE = 0xffffffffL << 12;

    private static final String DELETED = " (deleted)";

    /** A file that grows has room reserved for an eighth of it ahead, at most so many bytes. */
    private static final int AHEAD_PART = 8;

    private static final long MOST_AHEAD = 16 << 20;
    /** What is read in the background is read by several threads, each so many pages in one call. */
    private static final int PAGES_AT_ONCE = 256;
    /** Writes of one batch in flight at one time where each goes to the device. */
    private static final int WRITES_AT_ONCE = 16;

    private final PageCache cache;
    private final Store store;
    /** How far the device has room, if that lies behind the end; under the lock for resizing. */
    private long reserved;
    /** Whether the device can be asked for room; under the lock for resizing. */
    private boolean reserves = true;

    /** {@link #dirtySince} of a file that became dirty not once since it was last written as a whole. */
    static final long CLEAN = 0;

    private volatile long dirtySince = CLEAN;
    /** Walks over dirty pages that are under way. */
    private final AtomicLong walks = new AtomicLong();
    /** Where the next batch in the background begins; a hint. */
    private volatile long batchFrom;
    /** One at a time asks the host to keep what it has. */
    private final ReentrantLock forcing = new ReentrantLock();

    private final AtomicLong forcesBegun = new AtomicLong();
    /** Numbers of the last forces that went well, of any and of those with metadata; under the lock. */
    private long lastForce;

    private long lastFullForce;
    /** Raised under the lock. */
    private volatile long failedForces;

    private final Object identity;
    private final int number;
    /** Pages that came in, about: makes their tags. */
    private int arrivals;

    private final AtomicLong storeEnd;
    private final String name;
    private final ErrorSequence errors = new ErrorSequence();

    CachedFile(PageCache cache, Store store, Object identity, String name, long size, int number) {
        super(cache.core(), cache.actors(), cache.guesses(), cache.tableRoom(), size, number);
        this.number = number;
        this.cache = cache;
        this.store = store;
        this.identity = identity;
        this.name = name;
        this.storeEnd = new AtomicLong(size);
    }

    @Override
    public String name() {
        return name;
    }

    /** A file whose name is gone, or is another's by now, is shown as deleted, as on Linux. */
    @Override
    public String shownName() {
        try {
            return identity.equals(PageCache.identity(Path.of(name))) ? name : name + DELETED;
        } catch (IOException | InvalidPathException gone) {
            return name + DELETED;
        }
    }

    @Override
    long largestSize() {
        return LARGEST_FILE;
    }

    /** Has the host allow this file to be written; returns 0, or why it does not, a negated errno. The caller holds the file. Blocks on the host. */
    public int makeWritable() {
        return store.makeWritable();
    }

    /** Whether its pages go straight between the device and memory; if not, the host keeps them in memory as well. */
    public boolean isDirect() {
        return store.isDirect();
    }

    @Override
    public int sync(long firstIndex, long endIndex, Object description) {
        return description instanceof OpenFile file
                ? file.sync(firstIndex, endIndex, false)
                : sync(firstIndex, endIndex, false);
    }

    /** Writes a range back and has the device keep it; returns 0 or what failed in this call, a negated errno. */
    int sync(long firstIndex, long endIndex, boolean metadataToo) {
        while (true) {
            long failuresBefore = failedForces;
            int refused = writeBack(firstIndex, endIndex, true);
            int uncut = settleCut();
            refused = refused != 0 ? refused : uncut;
            int failed = force(metadataToo);
            if (refused != 0 || failed != 0) {
                return refused != 0 ? refused : failed;
            }
            if (failuresBefore == failedForces) {
                return 0;
            }
            // The device failed another thread meanwhile, and may have lost what this one wrote: it is dirty again.
        }
    }

    /**
     * Waits for a truncation that is under way, and has the store end where the file does if one failed there; returns 0 or a negated errno. After a write-back: it passed over
     * pages that a truncation takes, or has taken, out of memory unwritten, where the store holds something older until it is cut. If no cut is seen now, every page
     * was met that was there.
     */
    private int settleCut() {
        if (cut() == null) {
            return 0;
        }
        resizing().lock();
        try {
            return Resize.settleCut(this);
        } finally {
            resizing().unlock();
        }
    }

    /**
     * Has the device keep what was written before this call; returns 0 or a negated errno. A force that was begun by another thread meanwhile serves as well.
     *
     * <p>A device that fails here may have lost what it took before, and the host tells so once. So all that was written since it came into memory becomes dirty again,
     * before anybody else asks the host and is told that all is well.
     */
    private int force(boolean metadataToo) {
        long before = forcesBegun.get();
        forcing.lock();
        try {
            if (before < lastForce && (!metadataToo || before < lastFullForce)) {
                return 0;
            }
            long self = forcesBegun.incrementAndGet();
            cache.io().call(() -> {
                store.force(metadataToo);
                return 0;
            });
            lastForce = self;
            lastFullForce = metadataToo ? self : lastFullForce;
            return 0;
        } catch (IOException e) {
            int errno = failedToWrite(e);
            makeDirtyAgain();
            // After that: who reads the new number finds those pages dirty.
            failedForces++;
            return -errno;
        } finally {
            forcing.unlock();
        }
    }

    /** About how many threads wait for another's force to end. */
    int waitForForce() {
        return forcing.getQueueLength();
    }

    private void makeDirtyAgain() {
        Actor actor = actors().borrow();
        try {
            tree().walk(0, ObjectTree.MAX_PAGES)
                    .run(actor.participant(), (slot, index, word) -> makeDirtyAgain(slot, index));
        } finally {
            actors().giveBack(actor);
        }
    }

    private boolean makeDirtyAgain(long slot, long index) {
        while (true) {
            long word = RawMemory.getAcquire(slot);
            // One that is just being written may be lost as well.
            boolean wasWritten =
                    ObjectWord.isValid(word) && (ObjectWord.isWritten(word) || ObjectWord.isWriteback(word));
            if (!wasWritten || ObjectWord.isDirty(word)) {
                return true;
            }
            long dirty = ObjectWord.withDirty(word);
            if (RawMemory.compareAndSet(slot, word, dirty)) {
                noteChange(index, word, dirty);
                return true;
            }
        }
    }

    /** Counts a write that the host failed, for every description to hear of; returns the error number. */
    int failedToWrite(IOException error) {
        int errno = HostErrors.errno(error);
        cache.statistics().failedWrites.increment();
        errors.record(errno);
        return errno;
    }

    /** The writes that failed. */
    ErrorSequence errors() {
        return errors;
    }

    /**
     * Writes the dirty pages of a range to the host.
     *
     * @param patient whether pages that others are writing are waited for; if not, they are left to them
     * @return 0 or the first error, a negated errno; pages that could not be written stay dirty
     */
    int writeBack(long firstIndex, long endIndex, boolean patient) {
        Actor actor = actors().borrow();
        try {
            return new WriteBack(this, actor, patient).run(firstIndex, endIndex);
        } finally {
            actors().giveBack(actor);
        }
    }

    /** Writes one batch in the background, from where the last one ended; returns how many pages, 0 if others write them all, or -1 if the host refused. */
    int writeBatch() {
        Actor actor = actors().borrow();
        try {
            WriteBack batch = new WriteBack(this, actor, false);
            long from = batchFrom;
            if (from == 0) {
                dirtySince = CLEAN;
            }
            long next = batch.runBatch(from, ObjectTree.MAX_PAGES);
            if (batch.begun() == 0 && from != 0) {
                dirtySince = CLEAN;
                next = batch.runBatch(0, ObjectTree.MAX_PAGES);
            }
            boolean all = next >= ObjectTree.MAX_PAGES;
            batchFrom = all ? 0 : next;
            if (!all && batch.begun() != 0) {
                // There may be more.
                noteDirtySince();
            }
            return batch.firstError() != 0 ? -1 : batch.begun();
        } finally {
            actors().giveBack(actor);
        }
    }

    /** Writes all that is dirty now in the background, but for what others write. */
    void writeInBackground() {
        dirtySince = CLEAN;
        writeBack(0, ObjectTree.MAX_PAGES, false);
    }

    /** Since when the file is dirty, in nanoseconds of {@link System#nanoTime}, or {@link #CLEAN}. */
    long dirtySince() {
        return dirtySince;
    }

    private void noteDirtySince() {
        // A walk that is to find the page takes the time away before it begins: either it sees the page, or this sees
        // that.
        if (dirtySince == CLEAN) {
            long now = System.nanoTime();
            dirtySince = now == CLEAN ? 1 : now;
        }
    }

    /** Begins a walk over dirty pages; returns whether no other is under way. Ended by {@link #endWalk}, when the pages that it found are written. */
    boolean beginWalk() {
        return walks.getAndIncrement() == 0;
    }

    void endWalk() {
        walks.getAndDecrement();
    }

    @Override
    void becameDirty(long index) {
        tree().noteDirty(index);
        noteDirtySince();
        cache.flusher().becameDirty();
    }

    /** As {@link #becameDirty}, of a page that counts as dirty already and that a walk passes over. */
    void leftDirty(long index) {
        tree().noteDirty(index);
        noteDirtySince();
    }

    @Override
    void becameClean(long pages) {
        cache.flusher().becameClean(pages);
    }

    @Override
    void throttle() {
        cache.flusher().throttle();
    }

    @Override
    public void willNeed(long firstIndex, long endIndex) {
        long first = Math.max(0, firstIndex);
        readRange(first, Math.min(Math.min(endIndex, pagesOf(size())), first + cache.mostReadAhead()), -1);
    }

    @Override
    public void deactivate(long firstIndex, long endIndex) {
        forgetUses(firstIndex, endIndex, true);
    }

    /** Has pages count as not used, and on request leave before others. */
    private void forgetUses(long firstIndex, long endIndex, boolean aside) {
        Actor actor = actors().borrow();
        try {
            PageWalk walk = tree().walk(firstIndex, endIndex);
            LongArrayList cold = new LongArrayList();
            boolean all;
            do {
                all = walk.run(actor.participant(), (slot, index, word) -> {
                    // If somebody uses the page at this moment, it is not cold.
                    if (ObjectWord.isValid(word)
                            && RawMemory.compareAndSet(slot, word, ObjectWord.cold(word))
                            && aside) {
                        cold.add(index);
                        cold.add(word);
                    }
                    return cold.size() < 2 * PAGES_AT_ONCE;
                });
                // Outside of the epoch: it may wait.
                for (int i = 0; i < cold.size(); i += 2) {
                    cache.replacement().setAside(CachedPages.number(cold.get(i + 1)), hash(cold.get(i)));
                }
                cold.clear();
            } while (!all);
        } finally {
            actors().giveBack(actor);
        }
    }

    @Override
    public void pageOut(long firstIndex, long endIndex) {
        new Eviction(cache).pageOut(this, firstIndex, endIndex);
    }

    Store store() {
        return store;
    }

    Object identity() {
        return identity;
    }

    PageCache cache() {
        return cache;
    }

    @Override
    PageRoom takeRoom(long index, int stripe) {
        return cache.takeRoom(actors().inEpoch(() -> tree().missingTables(index)), stripe);
    }

    @Override
    void dropFrame(long frame) {
        cache.dropFrame(frame);
    }

    @Override
    long fetch(long index, int wanted, ReadAhead window, ReadAhead.Advice advice, int stripe) {
        long spare = cache.mostReadAhead();
        ReadAhead.Window read = window == null
                ? ReadAhead.Window.only(index, (int) Math.clamp(wanted, 1, spare))
                : window.onMiss(index, wanted, advice, spare);
        if (read.pages() > 1) {
            makeRoom(index, index + read.pages());
        }
        return new ReadRun(this, index, read.pages(), stripe).run(read.marker());
    }

    @Override
    void readOn(long index, ReadAhead window, ReadAhead.Advice advice) {
        long spare = cache.mostReadAhead();
        long end = pagesOf(size());
        ReadAhead.Window next = window.onMarker(index, firstAbsent(index + 1, index + 1 + spare), advice, spare);
        long stop = Math.min(end, next.first() + next.pages());
        for (long at = next.first(); at < stop; at += PAGES_AT_ONCE) {
            readLater(at, Math.min(stop, at + PAGES_AT_ONCE), next.marker());
        }
        if (advice == ReadAhead.Advice.SEQUENTIAL) {
            forgetUses(index - 2L * next.pages(), index, false);
        }
    }

    private long firstAbsent(long first, long end) {
        return actors().inEpoch(() -> {
            long index = first;
            while (index < end && !ObjectWord.isVacant(tree().word(index))) {
                index++;
            }
            return index;
        });
    }

    /** Makes room for those pages of a range that the file has and that are not in memory: for others nothing need leave. */
    private void makeRoom(long first, long end) {
        long stop = Math.min(end, pagesOf(size()));
        cache.makeRoom(actors().inEpoch(() -> {
            long absent = 0;
            for (long index = first; index < stop; index++) {
                absent += ObjectWord.isVacant(tree().word(index)) ? 1 : 0;
            }
            return absent;
        }));
    }

    private void readLater(long first, long end, long marker) {
        if (!visit()) {
            return;
        }
        boolean will = cache.io().later(() -> {
            try {
                readRange(first, end, marker);
            } finally {
                leave();
            }
        });
        if (!will) {
            leave();
        }
    }

    /** Reads those pages of a range that are absent, a run at a time, until something is in the way. */
    private void readRange(long first, long end, long marker) {
        makeRoom(first, end);
        int stripe = FrameAllocator.stripeOfThread();
        for (long at = firstAbsent(first, end); at < end; at = firstAbsent(at, end)) {
            ReadRun run = new ReadRun(this, at, (int) Math.min(end - at, ReadAhead.MOST_PAGES), stripe);
            long answer = run.run(marker);
            if (answer != 0 && answer != ABSENT) {
                return;
            }
            cache.statistics().pagesReadAhead.add(run.pages());
            at += Math.max(1, run.pages());
        }
    }

    /** Reads from the host; what a guest thread cannot read by itself another thread reads for it. */
    int readStore(long offset, long[] pages, int bytes) throws IOException {
        int read = Thread.currentThread().isVirtual() ? store.readAsGuest(offset, pages, bytes) : 0;
        if (read == bytes) {
            cache.statistics().readsOfGuests.increment();
            return read;
        }
        return cache.io().call(() -> store.readRest(offset, pages, read, bytes));
    }

    /** Makes so many calls of {@link #writeStore} and waits for all: several at a time if each waits for the device, else one after the other. */
    void writeAtOnce(int count, IntConsumer call) {
        cache.io().all(count, store.isDirect() ? WRITES_AT_ONCE : 1, call);
    }

    /** Writes to the host. */
    void writeStore(long offset, long[] pages, int bytes) throws IOException {
        store.writeAll(offset, pages, bytes);
        storeEnd.accumulateAndGet(offset + bytes, Math::max);
    }

    /**
     * Where the store ends, as far as this cache knows. What was read before must be there to be read: if it is not, somebody else has cut the host's file.
     */
    long storeEnd() {
        return storeEnd.get();
    }

    /** Tags follow each other as at random, so that a frame that comes back has another one in most cases. */
    @Override
    long newWord(long frame) {
        int random = (int) (mix(++arrivals) >>> Integer.SIZE);
        return ObjectWord.fresh(frame, Integer.remainderUnsigned(random, ObjectWord.TAGS));
    }

    @Override
    void cameIn(long index, long word) {
        cache.replacement().admit(CachedPages.number(word), hash(index));
    }

    /** Of a page, the same whenever this file is open. */
    long hash(long index) {
        return mix(mix(identity.hashCode()) + index);
    }

    /** The finalizer of SplitMix64: bijective, and every bit of the number changes half of the hash. */
    private static long mix(long number) {
        long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** By which frames name it. */
    int number() {
        return number;
    }

    @Override
    boolean hasStore() {
        return true;
    }

    @Override
    boolean holdsContent(long word) {
        return ObjectWord.isDirtyOrWriteback(word);
    }

    @Override
    long dataInStore(long offset) {
        try {
            return store.data(offset);
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    long holeInStore(long offset) {
        try {
            return store.hole(offset);
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    int resizeStore(long bytes) {
        try {
            store.resize(bytes);
            storeEnd.set(bytes);
            reserved = bytes;
            return 0;
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    int reserveStore(long first, long end) {
        long need = pagesOf(end) << PAGE_SHIFT;
        if (end <= reserved || !reserves) {
            return 0;
        }
        long from = Math.max(reserved, first & -PAGE_BYTES);
        // More than is needed, so that a file that grows byte by byte asks seldom; less if there is not so much.
        long ahead = Math.min(size() / AHEAD_PART & -PAGE_BYTES, MOST_AHEAD);
        try {
            reserves = reserveOrLess(from, need, Math.min(need + ahead, largestSize()));
            return 0;
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    int allocateStore(long first, long end) {
        try {
            store.reserve(first, end);
            return 0;
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    private boolean reserveOrLess(long from, long need, long most) throws IOException {
        try {
            boolean known = store.reserve(from, most);
            reserved = most;
            return known;
        } catch (IOException e) {
            if (most == need) {
                throw e;
            }
            return reserveOrLess(from, need, need);
        }
    }

    @Override
    int zeroStore(long first, long end) {
        try {
            store.zero(first, end);
            if (end >= size() && store.size() < size()) {
                // The page that would have made the store longer went with the hole.
                return resizeStore(size());
            }
            return 0;
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    void finish() {
        int refused = writeBack(0, ObjectTree.MAX_PAGES, true);
        resizing().lock();
        try {
            // If somebody else has made the host's file longer, what lies behind our end is his.
            if (refused == 0 && reserved > size() && store.size() == size()) {
                int cut = resizeStore(size());
                if (cut != 0) {
                    errors.record(-cut);
                }
            }
        } catch (IOException e) {
            failedToWrite(e);
        } finally {
            resizing().unlock();
        }
    }

    @Override
    void gone() {
        long[] lost = new long[1];
        tree().forEachAtRest(table -> {}, word -> lost[0] += ObjectWord.isDirty(word) ? 1 : 0);
        cache.statistics().pagesLost.add(lost[0]);
        becameClean(lost[0]);
        cache.forget(this);
        try {
            store.close();
        } catch (IOException e) {
            failedToWrite(e);
        }
    }
}

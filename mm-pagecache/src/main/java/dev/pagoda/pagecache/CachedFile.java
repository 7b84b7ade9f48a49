package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import java.io.IOException;

/**
 * A file of the host with its pages in memory: read when missed, written by sync, by eviction and before the last user lets it go.
 *
 * <p>Dirty pages are found by a walk over the part of the tree that has tables; there is no index of them.
 */
public final class CachedFile extends PagedObject {
    /** As on ext4 with blocks of 4 KiB: 2^32 - 1 of them. */
    private static final long LARGEST_FILE = 0xffffffffL << 12;

    /** A file that grows has room reserved for an eighth of it ahead, at most so many bytes. */
    private static final int AHEAD_PART = 8;

    private static final long MOST_AHEAD = 16 << 20;

    private final PageCache cache;
    private final Store store;
    /** How far the device has room, if that lies behind the end; under the lock for resizing. */
    private long reserved;
    /** Whether the device can be asked for room; under the lock for resizing. */
    private boolean reserves = true;

    private final Object identity;
    private final String name;
    private final ErrorSequence errors = new ErrorSequence();

    CachedFile(PageCache cache, Store store, Object identity, String name, long size) {
        super(cache.core(), cache.actors(), size);
        this.cache = cache;
        this.store = store;
        this.identity = identity;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    long largestSize() {
        return LARGEST_FILE;
    }

    /** Whether the host allows this file to be written. */
    public boolean isWritable() {
        return store.isWritable();
    }

    @Override
    public int sync(long firstIndex, long endIndex, Object description) {
        return description instanceof OpenFile file
                ? file.sync(firstIndex, endIndex, false)
                : sync(firstIndex, endIndex, false);
    }

    /** Writes a range back and has the device keep it; returns 0 or what failed in this call, a negated errno. */
    int sync(long firstIndex, long endIndex, boolean metadataToo) {
        int refused = writeBack(firstIndex, endIndex, true);
        try {
            store.force(metadataToo);
        } catch (IOException e) {
            int errno = failedToWrite(e);
            refused = refused == 0 ? -errno : refused;
        }
        return refused;
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

    @Override
    public void willNeed(long firstIndex, long endIndex) {
        long first = Math.max(0, firstIndex);
        long end = Math.min(Math.min(endIndex, pagesOf(size())), first + cache.mostReadAhead());
        Actor actor = actors().borrow();
        try {
            for (long index = first; index < end; index++) {
                if (bringIn(index, actor.participant().index()) != 0) {
                    return;
                }
            }
        } finally {
            actors().giveBack(actor);
        }
    }

    @Override
    public void deactivate(long firstIndex, long endIndex) {
        tree().forEach(firstIndex, endIndex, (slot, index, word) -> {
            if (ObjectWord.isValid(word) && ObjectWord.isAccessed(word)) {
                // If somebody uses the page at this moment, it is not cold.
                RawMemory.compareAndSet(slot, word, ObjectWord.withoutAccessed(word));
            }
        });
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
    long newFrame(int stripe) {
        return cache.newFrame(stripe);
    }

    @Override
    void dropFrame(long frame) {
        cache.dropFrame(frame);
    }

    @Override
    boolean load(long index, long frame) {
        long first = index << PAGE_SHIFT;
        long raw = core().frames().address(frame);
        Cut gone = cut();
        int wanted = gone == null || gone.from() >= first + PAGE_BYTES || gone.end() <= first
                ? PAGE_BYTES
                : (int) Math.max(0, gone.from() - first);
        int got = 0;
        try {
            if (wanted > 0) {
                got = store.readAll(first, new long[] {raw}, wanted);
                cache.statistics().pagesRead.increment();
            }
        } catch (IOException e) {
            cache.statistics().failedReads.increment();
            return false;
        }
        // What lies behind the end is zero, whatever the host's file holds there.
        got = Math.clamp(size() - first, 0, got);
        RawMemory.fill(raw + got, PAGE_BYTES - got, (byte) 0);
        return true;
    }

    @Override
    void publishing(long index, long frame) {
        cache.clock().set(frame, this, index);
    }

    @Override
    boolean hasStore() {
        return true;
    }

    @Override
    int resizeStore(long bytes) {
        try {
            store.resize(bytes);
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
                store.resize(size());
            }
            return 0;
        } catch (IOException e) {
            return -HostErrors.errno(e);
        }
    }

    @Override
    void finish() {
        writeBack(0, ObjectTree.MAX_PAGES, true);
    }

    @Override
    void gone() {
        long[] lost = new long[1];
        tree().forEach(0, ObjectTree.MAX_PAGES, (slot, index, word) -> lost[0] += ObjectWord.isDirty(word) ? 1 : 0);
        cache.statistics().pagesLost.add(lost[0]);
        cache.forget(this);
        try {
            if (lost[0] == 0 && reserved > size()) {
                store.resize(size());
            }
        } catch (IOException e) {
            failedToWrite(e);
        }
        try {
            store.close();
        } catch (IOException e) {
            failedToWrite(e);
        }
    }
}

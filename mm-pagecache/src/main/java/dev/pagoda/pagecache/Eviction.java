package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pages out of memory that their files can give again: a clock, with a second chance for pages used since the hand passed. One use, one thread.
 *
 * <p>A clean page is marked as leaving, which no fault, read or store gets past; every space's slot that shows it is emptied; one grace period serves the
 * whole batch; then the frame goes if the file holds its only count, else the page stays. Dirty pages are written back if nothing clean was found, and taken then.
 * Whoever needs a leaving page waits for this thread, which waits for grace only.
 */
final class Eviction {
    private static final int MOST_AT_ONCE = 256;
    /** Dirty pages around a dirty one leave in the same write. */
    private static final int CLUSTER_PAGES = 16;
    /** The first round may take all second chances away, the second finds what was not used meanwhile. */
    private static final int ROUNDS = 2;

    private record Page(CachedFile file, long index, long frame) {}

    private final PageCache cache;
    private final Clock clock;
    private final List<Page> leaving = new ArrayList<>();
    private final List<Page> dirty = new ArrayList<>();

    Eviction(PageCache cache) {
        this.cache = cache;
        this.clock = cache.clock();
    }

    /** Evicts about so many pages, outside of epochs; returns how many. */
    long run(long wanted) {
        int target = Math.clamp(wanted, 1, MOST_AT_ONCE);
        clock.scan(ROUNDS * clock.frames(), frame -> {
            CachedFile file = clock.file(frame);
            if (file != null) {
                consider(file, clock.index(frame), frame);
            }
            return leaving.size() < target && dirty.size() < MOST_AT_ONCE;
        });
        if (leaving.isEmpty()) {
            cleanDirty();
        }
        return leaving.isEmpty() ? 0 : evict();
    }

    /** Evicts the clean pages of a range that its caller can do without, used or not, and has the dirty ones written, which stay. Outside of epochs; the caller holds the file. */
    void pageOut(CachedFile file, long firstIndex, long endIndex) {
        boolean[] foundDirty = new boolean[1];
        file.tree().forEach(firstIndex, endIndex, (slot, index, word) -> {
            boolean idle = ObjectWord.isValid(word) && !ObjectWord.isWriteback(word);
            foundDirty[0] |= idle && ObjectWord.isDirty(word);
            if (idle && !ObjectWord.isDirty(word) && file.hold()) {
                if (RawMemory.compareAndSet(slot, word, ObjectWord.leaving(ObjectWord.withoutAccessed(word)))) {
                    leaving.add(new Page(file, index, ObjectWord.frame(word)));
                } else {
                    file.letGo();
                }
            }
            if (leaving.size() == MOST_AT_ONCE) {
                evict();
                leaving.clear();
            }
        });
        if (!leaving.isEmpty()) {
            evict();
        }
        if (foundDirty[0]) {
            // Not the page that holds the end: to write it clears what maps stored behind the end, and no advice may
            // change what is read.
            file.writeBack(firstIndex, Math.min(endIndex, file.size() >>> PagedObject.PAGE_SHIFT), false);
        }
    }

    private void consider(CachedFile file, long index, long frame) {
        if (!file.hold()) {
            return;
        }
        boolean marked = false;
        try {
            marked = mark(file, index, frame);
        } finally {
            if (!marked) {
                file.letGo();
            }
        }
    }

    /** Marks a clean page that was not used; the file stays held then. */
    private boolean mark(CachedFile file, long index, long frame) {
        long slot = file.tree().slot(index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        if (!ObjectWord.isValid(word) || ObjectWord.frame(word) != frame || ObjectWord.isWriteback(word)) {
            return false;
        }
        if (ObjectWord.isAccessed(word)) {
            RawMemory.compareAndSet(slot, word, ObjectWord.withoutAccessed(word));
            return false;
        }
        if (ObjectWord.isDirty(word)) {
            dirty.add(new Page(file, index, frame));
            return false;
        }
        if (!RawMemory.compareAndSet(slot, word, ObjectWord.leaving(word))) {
            return false;
        }
        leaving.add(new Page(file, index, frame));
        return true;
    }

    private void cleanDirty() {
        List<Page> found = List.copyOf(dirty);
        for (Page page : found) {
            if (page.file.hold()) {
                try {
                    long slot = page.file.tree().slot(page.index);
                    if (slot != 0 && ObjectWord.isDirty(RawMemory.getAcquire(slot))) {
                        long first = page.index & -CLUSTER_PAGES;
                        page.file.writeBack(first, first + CLUSTER_PAGES, false);
                    }
                } finally {
                    page.file.letGo();
                }
                consider(page.file, page.index, page.frame);
            }
        }
    }

    private long evict() {
        Actor actor = cache.actors().borrow();
        try {
            for (Page page : leaving) {
                page.file.mappings().unmap(page.index, page.index + 1, false, actor.reverse());
            }
            // One grace period, and with it every count goes that was to be dropped late: this batch's and those of
            // earlier munmaps.
            cache.core().epochs().reclaimAll(actor.participant().index());
            long evicted = 0;
            for (Page page : leaving) {
                evicted += take(page, actor.participant().index()) ? 1 : 0;
            }
            cache.statistics().pagesEvicted.add(evicted);
            return evicted;
        } finally {
            cache.actors().giveBack(actor);
            leaving.forEach(page -> page.file.letGo());
        }
    }

    private boolean take(Page page, int stripe) {
        long slot = page.file.tree().slot(page.index);
        // Nobody else changes a word that is leaving.
        long word = RawMemory.getAcquire(slot);
        clock.clear(page.frame);
        if (cache.core().frames().dropIfLast(stripe, page.frame)) {
            RawMemory.setRelease(slot, ObjectWord.ABSENT);
            cache.uncount();
            return true;
        }
        clock.set(page.frame, page.file, page.index);
        RawMemory.setRelease(slot, ObjectWord.stayed(word));
        return false;
    }
}

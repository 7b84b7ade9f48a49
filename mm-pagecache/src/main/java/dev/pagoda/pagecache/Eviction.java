package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.PageWalk;
import dev.pagoda.pagecache.replacement.Replacement;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pages out of memory that their files can give again, those that the replacement names. One use, one thread.
 *
 * <p>A clean page is marked as leaving, which no fault, read or store gets past; every space's slot that shows it is emptied unless it is locked; one grace period serves the
 * whole batch; then the frame goes if the file holds its only count, else the page stays: it is locked, or pinned, or was mapped meanwhile. Dirty pages are written back if no clean one could leave, and taken then.
 * Whoever needs a leaving page waits for this thread, which waits for grace only. Pages that cannot leave are put back when the others are on their way, so that none is named twice.
 */
final class Eviction {
    /** Pages that leave at once at most. */
    static final int MOST_AT_ONCE = 256;

    /** Pages that cannot leave, after which it looks no further. */
    private static final int MOST_BUSY = 1024;
    /** Dirty pages around a dirty one leave in the same write. */
    private static final int CLUSTER_PAGES = 16;

    /** In place of a victim: the replacement was not asked, and the page still has its place there. */
    private static final int UNASKED = Replacement.NONE;

    private record Page(CachedFile file, long index, int victim) {}

    /** Which pages are looked at. */
    private interface Order {
        /** As {@link Replacement#evict}. */
        int take(int[] victims, int wanted);
    }

    private final PageCache cache;
    private final CachedPages pages;
    private final Replacement replacement;
    private final List<Page> leaving = new ArrayList<>();
    private final List<Page> dirty = new ArrayList<>();
    private final List<Page> busy = new ArrayList<>();
    private long looked;

    Eviction(PageCache cache) {
        this.cache = cache;
        this.pages = cache.cachedPages();
        this.replacement = cache.replacement();
    }

    /** Evicts about so many pages, outside of epochs; returns how many. */
    long run(long wanted) {
        return run(wanted, replacement::evict);
    }

    /** As {@link #run}, from each part of the cache alike. */
    long runEverywhere(long wanted) {
        return run(wanted, replacement::evictEverywhere);
    }

    private long run(long wanted, Order order) {
        int target = Math.clamp(wanted, 1, MOST_AT_ONCE);
        int[] victims = new int[target];
        while (leaving.size() < target && dirty.size() < MOST_AT_ONCE && busy.size() < MOST_BUSY) {
            int found = order.take(victims, target - leaving.size());
            if (found == 0) {
                break;
            }
            looked += found;
            for (int i = 0; i < found; i++) {
                consider(victims[i]);
            }
        }
        putBack(busy);
        long evicted = evictLeaving();
        if (evicted == 0) {
            // Nothing was clean, or what is clean is locked.
            cleanDirty();
        }
        putBack(dirty);
        putBack(busy);
        return evicted == 0 ? evictLeaving() : evicted;
    }

    /** Pages that were looked at. */
    long looked() {
        return looked;
    }

    private void putBack(List<Page> found) {
        found.forEach(page -> replacement.putBack(page.victim, page.file.hash(page.index)));
        found.clear();
    }

    /** Evicts the clean pages of a range that its caller can do without, used or not, and has the dirty ones written, which stay. Outside of epochs; the caller holds the file. */
    void pageOut(CachedFile file, long firstIndex, long endIndex) {
        boolean[] foundDirty = new boolean[1];
        Actor actor = cache.actors().borrow();
        try {
            PageWalk walk = file.tree().walk(firstIndex, endIndex);
            boolean all;
            do {
                all = walk.run(actor.participant(), (slot, index, word) -> {
                    if (leaving.size() == MOST_AT_ONCE) {
                        return false;
                    }
                    boolean idle = ObjectWord.isValid(word) && !ObjectWord.isWriteback(word);
                    foundDirty[0] |= idle && ObjectWord.isDirty(word);
                    if (idle
                            && !ObjectWord.isDirty(word)
                            && RawMemory.compareAndSet(slot, word, ObjectWord.leaving(ObjectWord.cold(word)))) {
                        leaving.add(new Page(file, index, UNASKED));
                    }
                    return true;
                });
                if (!leaving.isEmpty()) {
                    evict(actor);
                    leaving.clear();
                }
            } while (!all);
        } finally {
            cache.actors().giveBack(actor);
        }
        if (foundDirty[0]) {
            // Not the page that holds the end: to write it clears what maps stored behind the end, and no advice may
            // change what is read.
            file.writeBack(firstIndex, Math.min(endIndex, file.size() >>> PagedObject.PAGE_SHIFT), false);
        }
    }

    /** Marks a victim if it is clean, and visits its file then; else it is to be put back, unless it is gone. */
    private void consider(int victim) {
        int number = Replacement.page(victim);
        CachedFile file = pages.file(number);
        if (file == null || !file.visit()) {
            return;
        }
        Page page = new Page(file, pages.index(number), victim);
        boolean marked = false;
        try {
            marked = cache.actors().inEpoch(() -> mark(page, number)) != 0;
        } finally {
            if (!marked) {
                file.leave();
            }
        }
    }

    /** 1 if it is leaving now, else 0. In an epoch. */
    private long mark(Page page, int number) {
        long slot = page.file.tree().slot(page.index);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        if (!CachedPages.isOf(number, word)) {
            return 0;
        }
        boolean idle = ObjectWord.isValid(word) && !ObjectWord.isWriteback(word) && !ObjectWord.isAccessed(word);
        if (idle && ObjectWord.isDirty(word)) {
            dirty.add(page);
        } else if (idle && RawMemory.compareAndSet(slot, word, ObjectWord.leaving(word))) {
            leaving.add(page);
            return 1;
        } else {
            busy.add(page);
        }
        return 0;
    }

    private void cleanDirty() {
        List<Page> found = List.copyOf(dirty);
        dirty.clear();
        for (Page page : found) {
            if (page.file.hold()) {
                try {
                    long word = cache.actors().inEpoch(() -> page.file.tree().word(page.index));
                    if (ObjectWord.isDirty(word)) {
                        long first = page.index & -CLUSTER_PAGES;
                        page.file.writeBack(first, first + CLUSTER_PAGES, false);
                    }
                } finally {
                    page.file.letGo();
                }
                consider(page.victim);
            }
        }
    }

    /** Evicts what is marked, of files that are visited; returns how many went. */
    private long evictLeaving() {
        if (leaving.isEmpty()) {
            return 0;
        }
        Actor actor = cache.actors().borrow();
        try {
            return evict(actor);
        } finally {
            cache.actors().giveBack(actor);
            leaving.forEach(page -> page.file.leave());
            leaving.clear();
        }
    }

    private long evict(Actor actor) {
        for (Page page : leaving) {
            page.file.mappings().evict(page.index, actor.reverse());
        }
        int stripe = actor.participant().index();
        // One grace period, and with it every count goes that was to be dropped late: this batch's and those of
        // earlier munmaps.
        cache.core().epochs().reclaimAll(stripe);
        long evicted = 0;
        for (Page page : leaving) {
            evicted += take(page, stripe) ? 1 : 0;
        }
        int tables = 0;
        for (Page page : leaving) {
            tables += page.file.giveBackTables(page.index, actor.participant());
        }
        if (tables > 0) {
            // They count until they are disposed of, and more pages would be evicted in their place.
            cache.core().epochs().reclaimAll(stripe);
        }
        cache.statistics().pagesEvicted.add(evicted);
        return evicted;
    }

    private boolean take(Page page, int stripe) {
        // Nobody else changes a word that is leaving, and it keeps its table.
        long slot = page.file.tree().slot(page.index);
        long word = RawMemory.getAcquire(slot);
        if (cache.core().frames().dropIfLast(stripe, ObjectWord.frame(word))) {
            RawMemory.setRelease(slot, ObjectWord.ABSENT);
            cache.uncountPage();
            return true;
        }
        RawMemory.setRelease(slot, ObjectWord.stayed(word));
        if (page.victim != UNASKED) {
            replacement.keep(page.victim, page.file.hash(page.index));
        }
        return false;
    }
}

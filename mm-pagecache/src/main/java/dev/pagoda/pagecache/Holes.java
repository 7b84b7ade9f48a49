package dev.pagoda.pagecache;

import dev.pagoda.mm.radix.ObjectWord;

/**
 * Finds content and holes of a file: lseek(2) with SEEK_DATA and SEEK_HOLE. Content is what memory has and the store need not have, and what the store has; both know of it by pages.
 *
 * <p>Memory is looked at first, then the store. A page that is written back meanwhile goes from the one to the other, and is in the store before it is clean in memory: so it is seen in one
 * of the two. What is written or punched meanwhile may be seen or not. Blocks on the store; outside of epochs; the caller holds the object.
 */
final class Holes {
    private Holes() {}

    /** Where content begins at or behind an offset below the size; ENXIO if there is none, or the store's error. */
    static long data(PagedObject object, long offset, long size) {
        long end = PagedObject.pagesOf(size);
        long index = firstInMemory(object, offset >>> PagedObject.PAGE_SHIFT, end);
        long inMemory = index == end ? Long.MAX_VALUE : Math.max(offset, index << PagedObject.PAGE_SHIFT);
        long inStore = object.dataInStore(offset);
        long first = Math.min(inMemory, inStore);
        return first < size ? first : -HostErrors.ENXIO;
    }

    private static long firstInMemory(PagedObject object, long first, long end) {
        Actor actor = object.actors().borrow();
        try {
            return object.tree().first(first, end, actor.participant(), object::holdsContent);
        } finally {
            object.actors().giveBack(actor);
        }
    }

    /** Where a hole begins at or behind an offset below the size; the size if none comes before, or the store's error. */
    static long hole(PagedObject object, long offset, long size) {
        long at = offset;
        while (at < size) {
            long index = at >>> PagedObject.PAGE_SHIFT;
            if (holdsContent(object, index)) {
                at = index + 1 << PagedObject.PAGE_SHIFT;
            } else {
                long hole = object.holeInStore(at);
                if (hole <= at) {
                    return hole;
                }
                // The store may end inside a page that the file goes on behind.
                at = PagedObject.pagesOf(hole) << PagedObject.PAGE_SHIFT;
            }
        }
        return size;
    }

    private static boolean holdsContent(PagedObject object, long index) {
        long word = object.actors().inEpoch(() -> object.tree().word(index));
        return !ObjectWord.isVacant(word) && object.holdsContent(word);
    }
}

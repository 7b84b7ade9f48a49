package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.pagecache.replacement.Replacement;
import dev.pagoda.pagecache.replacement.Residents;

/**
 * What the replacement knows pages by, and how it learns whether they were used: the number of a page is its frame and its tag, the frame table names file and index, and the file's word decides. So
 * there is nothing to be kept up for a page but its word.
 */
final class CachedPages implements Residents {
    private static final int FRAME_BITS = 28;
    private static final int FRAME_MASK = (1 << FRAME_BITS) - 1;

    private final Frames frames;
    private final FileNumbers files;
    private final Actors actors;

    CachedPages(Frames frames, FileNumbers files, Actors actors) {
        this.frames = frames;
        this.files = files;
        this.actors = actors;
    }

    /** The number of the page that came in with a word. At most {@link Replacement#LARGEST_PAGE}, as there is one tag less than its bits allow. */
    static int number(long word) {
        return ObjectWord.tag(word) << FRAME_BITS | (int) ObjectWord.frame(word);
    }

    static long frame(int page) {
        return page & FRAME_MASK;
    }

    /** Whether a word is that of the page, in whatever state; not if its frame was given back since, and only by chance if it was used again. */
    static boolean isOf(int page, long word) {
        return ObjectWord.isPresent(word) && number(word) == page;
    }

    /** The file that may hold the page, or null. */
    CachedFile file(int page) {
        return files.get(FrameOwner.holder(frames.owner(frame(page))));
    }

    /** The page's index there. */
    long index(int page) {
        return FrameOwner.page(frames.owner(frame(page)));
    }

    @Override
    public int takeUse(int page) {
        CachedFile file = file(page);
        if (file == null || !file.visit()) {
            return GONE;
        }
        try {
            return (int) actors.inEpoch(() -> takeUse(page, file.tree().slot(index(page))));
        } finally {
            file.leave();
        }
    }

    private int takeUse(int page, long slot) {
        while (slot != 0) {
            long word = RawMemory.getAcquire(slot);
            if (!isOf(page, word)) {
                return GONE;
            }
            if (!ObjectWord.isAccessed(word)) {
                return ObjectWord.isNew(word) ? UNUSED : IDLE;
            }
            if (RawMemory.compareAndSet(slot, word, ObjectWord.withoutAccessed(word))) {
                frames.standstill().passedOver();
                return USED;
            }
        }
        return GONE;
    }

    @Override
    public boolean isHere(int page) {
        CachedFile file = file(page);
        if (file == null || !file.visit()) {
            return false;
        }
        try {
            return isOf(page, actors.inEpoch(() -> file.tree().word(index(page))));
        } finally {
            file.leave();
        }
    }

    @Override
    public long hash(int page) {
        CachedFile file = file(page);
        return file == null ? 0 : file.hash(index(page));
    }
}

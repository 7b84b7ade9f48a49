package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Says that a range will not be used soon, or gives its memory up at once: the operations below MADV_COLD and MADV_PAGEOUT. What memory holds does not change, but for
 * content that was declared free.
 *
 * <p>Pages of objects that this range shows go through their objects; private anonymous pages go to swap, if there is one, or lose their second chance. Map by map, ascending; a locked one ends it
 * (madvise_cold and madvise_pageout of Linux's mm/madvise.c). Lock-free where nothing is written; blocks where pages are.
 */
public final class PageOut {
    private PageOut() {}

    /**
     * Gives a range up, or only lets it age.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param atOnce whether what can be read again goes now (MADV_PAGEOUT), or is only the first to go when memory is short (MADV_COLD)
     * @return 0; {@link Refusal#INVALID} at a locked map; else {@link Refusal#NO_MEMORY} if part is not mapped
     */
    public static int range(View view, long page, long pages, boolean atOnce) {
        boolean[] hole = new boolean[1];
        boolean[] locked = new boolean[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            if (identity == 0) {
                hole[0] = true;
                return true;
            }
            locked[0] = SpaceWord.isLocked(identity);
            if (locked[0]) {
                return false;
            }
            new Age(view, atOnce).run(first, end);
            if (atOnce
                    && Attributes.isAnonymous(SpaceWord.region(identity))
                    && view.core().swap() != null) {
                SwapOut.range(view, first, end);
            }
            if (!Attributes.isAnonymous(SpaceWord.region(identity))) {
                giveUpObject(view, SpaceWord.region(identity), first, end, atOnce);
            }
            return true;
        });
        return locked[0] ? Refusal.INVALID : hole[0] ? Refusal.NO_MEMORY : 0;
    }

    private static void giveUpObject(View view, int id, long first, long end, boolean atOnce) {
        Region region = view.core().regions().get(id);
        if (region == null || region.space() != view.space() || !region.pager().hold()) {
            return;
        }
        try {
            for (long page = first; page < end; ) {
                long shown = endOfShown(view, id, page, end);
                if (shown == page) {
                    page = nextShown(view, id, page, end);
                } else if (atOnce) {
                    region.pager().pageOut(region.indexOf(page), region.indexOf(shown));
                    page = shown;
                } else {
                    region.pager().deactivate(region.indexOf(page), region.indexOf(shown));
                    page = shown;
                }
            }
        } finally {
            region.pager().letGo();
        }
    }

    /** The end of the run of pages that show the object itself, within one leaf table. */
    private static long endOfShown(View view, int id, long page, long end) {
        long stop = Math.min(end, Tables.slotEnd(page, 1));
        Participant self = view.participant();
        self.enter();
        try {
            long at = page;
            while (at < stop && showsObject(view, id, at)) {
                at++;
            }
            return at;
        } finally {
            self.leave();
        }
    }

    private static long nextShown(View view, int id, long page, long end) {
        Participant self = view.participant();
        self.enter();
        try {
            if (view.leafSlot(page << 12) == 0) {
                return Math.min(end, Tables.slotEnd(page, 1));
            }
            long stop = Math.min(end, Tables.slotEnd(page, 1));
            long at = page + 1;
            while (at < stop && !showsObject(view, id, at)) {
                at++;
            }
            return at;
        } finally {
            self.leave();
        }
    }

    private static boolean showsObject(View view, int id, long page) {
        long word = Runs.wordAt(view, page);
        return SpaceWord.isPresent(word) && !SpaceWord.isOwn(word) && SpaceWord.region(word) == id;
    }

    /** Takes ACCESSED off where it is looked at, and drops content that nobody needs. */
    private static final class Age extends Rewrite {
        private final boolean atOnce;

        Age(View view, boolean atOnce) {
            super(view);
            this.atOnce = atOnce;
        }

        @Override
        boolean keeps(long word) {
            return !SpaceWord.isPresent(word);
        }

        @Override
        long change(long word, long page, int level) {
            if (!atOnce && view.core().swap() != null && SwapBatch.isSwappable(word)) {
                return SpaceWord.withoutAccessed(word);
            }
            if (!FreedPages.isUnneeded(word)
                    || view.core().frames().isAnyPinned(SpaceWord.frame(word), Tables.pagesAt(level))) {
                return word;
            }
            return atOnce ? SpaceWord.reservedLike(word) : SpaceWord.withoutAccessed(word);
        }

        @Override
        void changed(long before, long after, long page, int level) {
            super.changed(before, after, page, level);
            if (atOnce) {
                giveUpReference(before, level);
            }
        }

        @Override
        boolean passesHole(long page) {
            return true;
        }
    }
}

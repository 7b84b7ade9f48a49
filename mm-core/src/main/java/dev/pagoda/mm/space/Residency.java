package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/** Tells which pages are in memory: the operation below mincore. Lock-free; one walk a page. */
public final class Residency {
    /** The page is mapped and in memory. */
    public static final int RESIDENT = 1;
    /** The page is mapped and not in memory. */
    public static final int ABSENT = 0;
    /** Nothing maps the page. */
    public static final int NOT_MAPPED = -1;

    private Residency() {}

    /**
     * Looks at one page.
     *
     * @return {@link #RESIDENT}, {@link #ABSENT} or {@link #NOT_MAPPED}
     */
    public static int of(View view, long page) {
        Participant self = view.participant();
        self.enter();
        try {
            long word = Runs.wordAt(view, page);
            if (!SpaceWord.isMapped(word)) {
                return NOT_MAPPED;
            }
            int id = SpaceWord.region(word);
            int level = HugeTlb.levelOf(view.core(), id);
            if (level > 0) {
                return isAnyUsed(view, page, level) ? RESIDENT : ABSENT;
            }
            if (SpaceWord.isPresent(word)) {
                return RESIDENT;
            }
            if (Attributes.isAnonymous(id)) {
                return ABSENT;
            }
            Region region = view.core().regions().get(id);
            return region.pager().isResident(region.indexOf(page)) ? RESIDENT : ABSENT;
        } finally {
            self.leave();
        }
    }

    /** Where the line of maps that holds a page ends, or the end of the range if that comes first; the page itself if nothing maps it. Lock-free. */
    public static long endOfLine(View view, long page, long end) {
        long[] found = {page};
        Runs.forEachLine(view.core(), view.space(), view::participant, page, end, (identity, from, to) -> {
            found[0] = identity == 0 ? from : to;
            return false;
        });
        return found[0];
    }

    /** A promised huge page is resident as a whole, from its first use on. */
    private static boolean isAnyUsed(View view, long page, int level) {
        long first = Tables.slotStart(page, level);
        for (long at = first; at < first + Tables.pagesAt(level); at++) {
            long word = Runs.wordAt(view, at);
            if (SpaceWord.isPresent(word)) {
                // One word for all of it, unless fork or an object split it.
                return SpaceWord.isAccessed(word);
            }
        }
        return false;
    }
}

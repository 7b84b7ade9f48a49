package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;

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
            if (SpaceWord.isPresent(word)) {
                return RESIDENT;
            }
            int id = SpaceWord.region(word);
            if (Attributes.isAnonymous(id)) {
                return ABSENT;
            }
            Region region = view.core().regions().get(id);
            return region.pager().isResident(region.indexOf(page)) ? RESIDENT : ABSENT;
        } finally {
            self.leave();
        }
    }
}

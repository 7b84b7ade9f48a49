package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/**
 * Maps that grow down: an access in the gap below one grows it to the page of the access, as a stack does.
 *
 * <p>Growth is a claim of the pages between: of two threads that grow the same map one is first, and the other looks again. It comes before the protection is looked at, and
 * stays. A gap is kept to an accessible map below, and places that the kernel chooses keep it too; a program's fixed address need not. Lock-free as claims are.
 */
final class GrowDown {
    /** Pages that stay free below: Linux's stack_guard_gap. */
    static final long GAP_PAGES = 256;

    /** Lowest page to which a map grows: Linux's mmap_min_addr. */
    private static final long LOWEST_PAGE = 0x10;

    private GrowDown() {}

    /** Whether pages under such a word, or identity, belong to a map that grows down. */
    static boolean isGrowingDown(long word) {
        int id = SpaceWord.region(word);
        return Attributes.isAnonymous(id) && (id & Attributes.GROWSDOWN) != 0;
    }

    /**
     * Grows the map above a page to it, if that map grows down and nothing is against it. Outside of epochs.
     *
     * @return whether something is mapped there now
     */
    static boolean reach(View view, long page) {
        if (page < LOWEST_PAGE || !view.space().mayGrowDownTo(page)) {
            return false;
        }
        while (true) {
            Runs.Found above = Runs.firstMapped(view, page, AddressSpace.PAGES);
            if (above == null) {
                return false;
            }
            if (above.page() == page) {
                return true;
            }
            if (!isGrowingDown(above.identity()) || !isWithinStackLimit(view, page, above) || !keepsGap(view, page)) {
                return false;
            }
            long pages = above.page() - page;
            if (view.core().commitment().isObviouslyTooMuch(pages) && Counters.isCommitted(above.identity())
                    || view.budget().askToMap(above.identity(), pages) != 0) {
                return false;
            }
            view.space().noteGrowDown(page, page);
            int refused = view.claim().run(page, above.page(), SpaceWord.reservedLike(above.identity()));
            view.budget().settle();
            if (refused != Refusal.EXISTS) {
                return refused == 0;
            }
            // Somebody grew or mapped it a moment ago.
        }
    }

    /** The whole map counts, from the page of the access to its end; no more of it is looked at than the limit allows. */
    private static boolean isWithinStackLimit(View view, long page, Runs.Found above) {
        long bytes = view.space().limits().stackBytes();
        if (bytes >>> 12 >= AddressSpace.PAGES) {
            return true;
        }
        long bound = Math.min(AddressSpace.PAGES, page + (bytes >>> 12) + 1);
        if (bound <= above.page()) {
            return false;
        }
        long[] end = new long[1];
        Runs.forEach(view.core(), view.space(), view::participant, above.page(), bound, (identity, from, to) -> {
            end[0] = to;
            return false;
        });
        return end[0] - page << 12 <= bytes;
    }

    /** The nearest map below keeps its distance, unless nothing may access it or it grows down itself. */
    private static boolean keepsGap(View view, long page) {
        long[] below = new long[1];
        long from = Math.max(0, page - GAP_PAGES);
        Runs.forEach(view.core(), view.space(), view::participant, from, page, (identity, first, end) -> {
            below[0] = identity != 0 ? identity : below[0];
            return true;
        });
        return below[0] == 0 || isGrowingDown(below[0]) || SpaceWord.protection(below[0]) == 0;
    }

    /**
     * How many pages below a page belong to the gap of a map above it. Costs two loads where no map that grows down is near.
     *
     * @param end one above the last page of a place that the kernel would choose
     */
    static long gapBelow(View view, long end) {
        if (!view.space().mayGrowDownNear(end, GAP_PAGES)) {
            return 0;
        }
        Runs.Found above = Runs.firstMapped(view, end, Math.min(AddressSpace.PAGES, end + GAP_PAGES));
        return above != null && isGrowingDown(above.identity()) ? GAP_PAGES - (above.page() - end) : 0;
    }
}

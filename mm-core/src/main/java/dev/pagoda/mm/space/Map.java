package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Maps memory: the operation below mmap.
 *
 * <p>Lock-free but for ranges of several slots that meet another thread's. Costs one CAS for each slot: a page, or 2 MiB, 1 GiB and 512 GiB at
 * once where the range covers them. Nothing is populated; see {@link Populate}.
 */
public final class Map {
    /** How a range is chosen. */
    public enum Where {
        /** Exactly there, replacing what is mapped. */
        FIXED,
        /** Exactly there, and only if nothing is mapped. */
        FIXED_UNLESS_MAPPED,
        /** There if nothing is mapped, else anywhere. */
        HINT,
        /** Anywhere. */
        ANYWHERE,
        /** In the low 2 GiB: there if a page is named, ends below them and nothing is mapped, else anywhere. */
        LOW
    }

    private static final long LOW_FIRST_PAGE = 0x40000000L >>> 12;
    private static final long LOW_END_PAGE = 0x80000000L >>> 12;

    private Map() {}

    /**
     * Maps private anonymous memory.
     *
     * @param view the caller's
     * @param where how the range is chosen
     * @param page the first page, where it matters
     * @param pages length, at least 1, inside the space
     * @param protection in Linux's bits
     * @param attributes {@link Attributes}; bit 0 is set by this method
     * @param locked whether pages are to stay in memory
     * @return the first page, or a {@link Refusal}
     */
    public static long anonymous(
            View view, Where where, long page, long pages, int protection, int attributes, boolean locked) {
        long word = SpaceWord.reserved(attributes | Attributes.PLAIN, protection, locked);
        int refused =
                isTooMuch(view, word, pages, attributes) ? Refusal.NO_MEMORY : ask(view, where, word, page, pages);
        if (refused != 0) {
            return refused;
        }
        long mapped = placeAnonymous(view, where, page, pages, word);
        view.budget().settle();
        if ((attributes & Attributes.GROWSDOWN) != 0 && mapped >= 0) {
            view.space().noteGrowDown(mapped, mapped + pages);
        }
        return mapped;
    }

    private static boolean isTooMuch(View view, long word, long pages, int attributes) {
        return view.core().commitment().isObviouslyTooMuch(pages)
                && (attributes & Attributes.NORESERVE) == 0
                && Counters.isCommitted(word);
    }

    /** Asks for room under the limits, before anything is changed. */
    private static int ask(View view, Where where, long word, long page, long pages) {
        return where == Where.FIXED
                ? view.budget().askToReplace(word, page, pages)
                : view.budget().askToMap(word, pages);
    }

    private static long placeAnonymous(View view, Where where, long page, long pages, long word) {
        if (where == Where.FIXED) {
            int refused = view.replace().run(page, page + pages, word, null);
            // The tables in the middle went; those at the edges may hold the same word everywhere now.
            view.emptied().note(page);
            view.emptied().note(page + pages - 1);
            return refused == 0 ? page : refused;
        }
        if (where == Where.FIXED_UNLESS_MAPPED || isHint(view, where, page, pages)) {
            int refused = view.claim().run(page, page + pages, word);
            if (refused == 0) {
                return page;
            }
            if (where == Where.FIXED_UNLESS_MAPPED || refused == Refusal.NO_MEMORY) {
                return refused;
            }
        }
        if (where == Where.ANYWHERE) {
            long below = view.placement().nextInWindow(pages);
            if (below >= 0
                    && GrowDown.gapBelow(view, below + pages) == 0
                    && view.claim().inLeaf(below, pages, word)) {
                view.placement().placed(below);
                return below;
            }
        }
        while (true) {
            long found = findFree(view, where, pages, Tables.pagesAt(Attributes.hugeLevel(SpaceWord.region(word))));
            if (found < 0) {
                return Refusal.NO_MEMORY;
            }
            int refused = view.claim().run(found, found + pages, word);
            if (refused == 0) {
                view.placement().placed(found);
                return found;
            }
            if (refused == Refusal.NO_MEMORY) {
                return refused;
            }
        }
    }

    /**
     * Maps private anonymous memory whose pages may be dropped at any time, written or not, when memory is short (MAP_DROPPABLE). It is not accounted, zero in a child after
     * fork and left out of dumps. Parameters and answer as {@link #anonymous}.
     */
    public static long droppable(View view, Where where, long page, long pages, int protection, int attributes) {
        int droppable = Attributes.DROPPABLE | Attributes.NORESERVE | Attributes.WIPEONFORK | Attributes.DONTDUMP;
        long mapped = anonymous(view, where, page, pages, protection, attributes | droppable, false);
        if (mapped >= 0) {
            view.core().freedPages().note(view.space());
        }
        return mapped;
    }

    /**
     * Maps an object.
     *
     * @param view the caller's
     * @param where how the range is chosen
     * @param page the first page, where it matters
     * @param pages length, at least 1, inside the space
     * @param protection in Linux's bits
     * @param locked whether pages are to stay in memory
     * @param source what is mapped
     * @return the first page, or a {@link Refusal}
     */
    public static long object(
            View view, Where where, long page, long pages, int protection, boolean locked, Source source) {
        int kind = source.shared ? Regions.SOME_SHARED : Regions.SOME_PRIVATE;
        long like = SpaceWord.reserved(kind, protection, locked);
        int refused = isTooMuch(view, like, pages, source.attributes)
                ? Refusal.NO_MEMORY
                : ask(view, where, like, page, pages);
        if (refused != 0) {
            return refused;
        }
        long mapped = placeObject(view, where, page, pages, protection, locked, source);
        view.budget().settle();
        return mapped;
    }

    private static long placeObject(
            View view, Where where, long page, long pages, int protection, boolean locked, Source source) {
        if (where == Where.FIXED) {
            return objectAt(view, true, page, pages, protection, locked, source);
        }
        if (where == Where.FIXED_UNLESS_MAPPED || isHint(view, where, page, pages)) {
            long mapped = objectAt(view, false, page, pages, protection, locked, source);
            if (mapped != Refusal.EXISTS || where == Where.FIXED_UNLESS_MAPPED) {
                return mapped;
            }
        }
        while (true) {
            int level = (source.attributes & Attributes.HUGETLB_MASK) >>> Attributes.HUGETLB_SHIFT;
            long found = findFree(view, where, pages, Tables.pagesAt(level));
            if (found < 0) {
                return Refusal.NO_MEMORY;
            }
            long mapped = objectAt(view, false, found, pages, protection, locked, source);
            if (mapped != Refusal.EXISTS) {
                view.placement().placed(found);
                return mapped;
            }
        }
    }

    /**
     * What is mapped of an object.
     *
     * @param pager the object
     * @param description the open file description, or the object itself
     * @param shared whether stores reach the object
     * @param firstIndex the index in the object of the first page
     * @param mostProtection the protection the map may ever get, in Linux's bits
     * @param attributes {@link Attributes} beside the kind
     */
    public record Source(
            Pager pager, Object description, boolean shared, long firstIndex, int mostProtection, int attributes) {}

    private static long objectAt(
            View view, boolean replace, long page, long pages, int protection, boolean locked, Source source) {
        Region.Key key = new Region.Key(
                source.pager,
                source.description,
                source.shared,
                source.firstIndex - page,
                source.mostProtection,
                source.attributes);
        Region region = view.core().regions().acquire(view.space(), key, page, pages);
        if (region == null) {
            // The ids may be in use by dead regions, whose grace period nobody waited for.
            view.core().epochs().reclaimAll(view.stripe());
            region = view.core().regions().acquire(view.space(), key, page, pages);
        }
        if (region == null) {
            return Refusal.NO_MEMORY;
        }
        long word = SpaceWord.reserved(region.id(), protection, locked);
        int refused = replace
                ? view.replace().run(page, page + pages, word, null)
                : view.claim().run(page, page + pages, word);
        if (replace) {
            view.emptied().note(page);
            view.emptied().note(page + pages - 1);
        }
        if (refused == 0) {
            return page;
        }
        giveBack(view, region, pages);
        return refused;
    }

    static void giveBack(View view, Region region, long pages) {
        view.makeRoom(1);
        view.core().regions().lower(region, pages, view.participant());
    }

    /** A free range that leaves the gap below a map that grows down, at a multiple of so many pages; negative if there is none. */
    static long findFree(View view, Where where, long pages, long alignment) {
        long found = search(view, where, pages);
        // Of a hole that is larger by the gap, the lower part has the gap above it.
        if (found >= 0 && GrowDown.gapBelow(view, found + pages) != 0) {
            found = search(view, where, pages + GrowDown.GAP_PAGES);
        }
        // Large ranges get the alignment of the largest slot that fits into them, unless no such hole is left.
        return (found & alignment - 1) == 0 ? found : Refusal.NO_MEMORY;
    }

    /** Whether a page that was named is to be tried. */
    private static boolean isHint(View view, Where where, long page, long pages) {
        boolean named = where == Where.HINT || where == Where.LOW && page > 0 && page <= LOW_END_PAGE - pages;
        return named && GrowDown.gapBelow(view, page + pages) == 0;
    }

    private static long search(View view, Where where, long pages) {
        return where == Where.LOW
                ? view.placement().findBetween(pages, LOW_FIRST_PAGE, LOW_END_PAGE)
                : view.placement().find(pages);
    }

    /** Whether anything is mapped in a range. Lock-free; looks at one slot after the other. */
    public static boolean isAnyMapped(View view, long page, long pages) {
        boolean[] mapped = new boolean[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            mapped[0] |= identity != 0;
            return !mapped[0];
        });
        return mapped[0];
    }

    /** Whether a place that ends there leaves the gap below a map that grows down. Lock-free. */
    public static boolean keepsGapAbove(View view, long end) {
        return GrowDown.gapBelow(view, end) == 0;
    }

    /** Whether a range lies inside the part of the space that programs may use. */
    public static boolean isInside(long page, long pages) {
        return page >= 0
                && pages >= 0
                && pages <= AddressSpace.PAGES
                && page <= AddressSpace.PAGES - pages
                && pages <= Tables.pagesAt(Tables.LEVELS);
    }
}

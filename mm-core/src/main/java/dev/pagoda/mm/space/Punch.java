package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/**
 * Makes a range of shared maps zero and gives its memory back, in the objects themselves: the operation below MADV_REMOVE. Private copies are spared.
 *
 * <p>Map by map, ascending; an error ends it, and what came before stays punched (madvise_remove of Linux's mm/madvise.c). Blocks: one hole at a time is made in an object.
 */
public final class Punch {
    private static final int PROT_WRITE = 2;

    private Punch() {}

    /**
     * Punches a range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @return 0; {@link Refusal#INVALID} at a locked map or anonymous memory; {@link Refusal#DENIED} at a private map, or a shared one that may never be written; a negated
     *     errno of the object; else {@link Refusal#NO_MEMORY} if part is not mapped
     */
    public static int range(View view, long page, long pages) {
        int[] refused = new int[1];
        boolean[] hole = new boolean[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            hole[0] |= identity == 0;
            refused[0] = identity == 0 ? 0 : punch(view, identity, first, end);
            return refused[0] == 0;
        });
        return refused[0] != 0 ? refused[0] : hole[0] ? Refusal.NO_MEMORY : 0;
    }

    private static int punch(View view, long identity, long first, long end) {
        int id = SpaceWord.region(identity);
        if (SpaceWord.isLocked(identity) || Attributes.isAnonymous(id)) {
            return Refusal.INVALID;
        }
        Region region = view.core().regions().get(id);
        if (region == null || region.space() != view.space()) {
            // Unmapped since the look at it.
            return 0;
        }
        if (!region.isShared() || (region.mostProtection() & PROT_WRITE) == 0) {
            return Refusal.DENIED;
        }
        if (!region.pager().hold()) {
            return 0;
        }
        try {
            return region.pager().punchPages(region.indexOf(first), region.indexOf(end));
        } finally {
            region.pager().letGo();
        }
    }
}

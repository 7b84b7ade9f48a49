package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/**
 * Removes every map of a range: the operation below munmap. All or nothing; a range with nothing in it is fine.
 *
 * <p>Lock-free. One CAS for each slot that is mapped, one for a whole table where the range covers it. A frame is free again at once if no other
 * view has reached its table, else after a grace period; the call itself waits for one only if shared pages were removed and the space has other views.
 */
public final class Unmap {
    private Unmap() {}

    /**
     * Unmaps a range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @return 0, or {@link Refusal#NO_MEMORY} if a table to split the range cannot be had; nothing has changed then
     */
    public static int range(View view, long page, long pages) {
        int refused = view.replace().run(page, page + pages, SpaceWord.UNMAPPED, null);
        view.budget().settlePart();
        if (refused == 0) {
            view.placement().freed(page, pages);
            if (!view.placement().isInWindow(page, pages)) {
                // The tables in the middle went with the range; those at its edges may have become empty.
                view.emptied().note(page);
                view.emptied().note(page + pages - 1);
            }
        }
        return refused;
    }
}

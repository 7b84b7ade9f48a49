package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/** Writes a range of shared maps back to their objects: the operation below msync. Blocks on the device. */
public final class Sync {
    private Sync() {}

    /**
     * Writes back, or only checks the range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param write whether to write and wait
     * @param refuseLocked whether locked pages are refused, as MS_INVALIDATE does
     * @return 0, {@link Refusal#NO_MEMORY} if part is not mapped (all mapped parts are written), {@link Refusal#BUSY} or a negated errno
     *     of the device
     */
    public static int range(View view, long page, long pages, boolean write, boolean refuseLocked) {
        boolean[] hole = new boolean[1];
        int[] refused = new int[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            if (identity == 0) {
                hole[0] = true;
                return true;
            }
            if (refuseLocked && SpaceWord.isLocked(identity)) {
                refused[0] = Refusal.BUSY;
                return false;
            }
            if (write) {
                refused[0] = writeRun(view, identity, first, end);
            }
            return refused[0] == 0;
        });
        return refused[0] != 0 ? refused[0] : hole[0] ? Refusal.NO_MEMORY : 0;
    }

    private static int writeRun(View view, long identity, long first, long end) {
        int id = SpaceWord.region(identity);
        if (Attributes.isPrivate(id)) {
            return 0;
        }
        Region region = view.core().regions().get(id);
        if (region == null || region.space() != view.space() || !region.pager().hold()) {
            return 0;
        }
        try {
            return region.pager().sync(region.indexOf(first), region.indexOf(end), region.description());
        } finally {
            region.pager().letGo();
        }
    }
}

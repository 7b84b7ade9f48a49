package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/**
 * Shows other pages of the same object in a range of a shared map: the operation below remap_file_pages, which Linux has emulated by a fixed map since 4.0 (mm/mmap.c).
 *
 * <p>By the view's thread, outside of epochs. As {@link Map} with a fixed place: lock-free but for the wait of who replaces a shared map, one CAS a page.
 */
public final class Rearrange {
    private Rearrange() {}

    /**
     * What a range shows.
     *
     * @param region the region of its first page
     * @param protection in Linux's bits
     * @param locked whether it is locked
     */
    public record Shown(Region region, int protection, boolean locked) {
        private boolean isLike(Shown other) {
            Region first = region;
            Region second = other.region;
            return first.pager() == second.pager()
                    && first.description() == second.description()
                    && first.isShared() == second.isShared()
                    && first.mostProtection() == second.mostProtection()
                    && first.attributes() == second.attributes()
                    && protection == other.protection
                    && locked == other.locked;
        }
    }

    /** What a range shows, if all of it is one object under one protection, whatever the order of its pages; else null. Lock-free. */
    public static Shown find(View view, long page, long pages) {
        Shown[] found = new Shown[1];
        boolean[] mixed = new boolean[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            Shown shown = shown(view, identity);
            mixed[0] = shown == null || found[0] != null && !shown.isLike(found[0]);
            found[0] = found[0] == null ? shown : found[0];
            return !mixed[0];
        });
        return mixed[0] ? null : found[0];
    }

    private static Shown shown(View view, long identity) {
        int id = SpaceWord.region(identity);
        Region region = identity == 0 || Attributes.isAnonymous(id)
                ? null
                : view.core().regions().get(id);
        // The identity was read in an epoch that has ended: the id may name a region of another space by now.
        return region == null || region.space() != view.space()
                ? null
                : new Shown(region, SpaceWord.protection(identity), SpaceWord.isLocked(identity));
    }

    /**
     * Maps other pages of what {@link #find} found over a range.
     *
     * @param firstIndex the index in the object of the first page
     * @param future what maps made now are to be: locked, though the range is not, and locked on fault only if maps made now are
     * @return 0, {@link Refusal#INVALID} if the object is gone, {@link Refusal#AGAIN} if the limit of locked memory refuses it, or {@link Refusal#NO_MEMORY}, with nothing changed
     */
    public static int run(View view, Shown shown, long page, long pages, long firstIndex, Mlock.Future future) {
        Region region = shown.region;
        if (!region.pager().hold()) {
            return Refusal.INVALID;
        }
        try {
            int attributes = future == Mlock.Future.LOCKED_ON_FAULT ? Attributes.LOCK_ON_FAULT : 0;
            Map.Source source = new Map.Source(
                    region.pager(), region.description(), true, firstIndex, region.mostProtection(), attributes);
            boolean locked = shown.locked || future != Mlock.Future.UNLOCKED;
            long mapped = Map.object(view, Map.Where.FIXED, page, pages, shown.protection, locked, source);
            return mapped < 0 ? (int) mapped : 0;
        } finally {
            region.pager().letGo();
        }
    }
}

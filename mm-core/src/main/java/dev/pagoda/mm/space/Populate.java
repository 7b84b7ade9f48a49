package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;

/** Fills a range in advance: MAP_POPULATE, MAP_LOCKED and MADV_POPULATE. Costs one fault a page; blocks where pages have to be read. */
public final class Populate {
    private static final int PROT_READ = 1;

    private Populate() {}

    /**
     * Populates a range for one kind of access.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param store whether pages are made writable, copies included
     * @return 0, {@link Refusal#NO_MEMORY} at a page that is not mapped or cannot be found a frame for, {@link Refusal#INVALID} where the
     *     protection forbids it (a page asked for without read can be loaded from, and yet is refused, as on Linux), or {@link Refusal#BAD_ADDRESS} past the end of an object
     */
    public static int range(View view, long page, long pages, boolean store) {
        for (long at = page; at < page + pages; at++) {
            long word = wordAt(view, at);
            if (!SpaceWord.isMapped(word)) {
                // Not left to the access, which would grow a stack above the hole.
                return Refusal.NO_MEMORY;
            }
            if (!store && (SpaceWord.protection(word) & PROT_READ) == 0) {
                return Refusal.INVALID;
            }
            try {
                touch(view, at << 12, store);
            } catch (MemoryFault fault) {
                return refusal(fault);
            }
        }
        return 0;
    }

    /** Populates as mmap and mlock do: writable private memory for stores, the rest for loads; PROT_NONE is a refusal. A map that is locked when it is touched is left as it is. */
    public static int asMapped(View view, long page, long pages) {
        for (long at = page; at < page + pages; at++) {
            long word = wordAt(view, at);
            if (!SpaceWord.isMapped(word)) {
                return Refusal.NO_MEMORY;
            }
            if (isLockedOnFault(view, word)) {
                return 0;
            }
            try {
                boolean store = SpaceWord.isWritable(word) && Attributes.isPrivate(SpaceWord.region(word));
                touch(view, at << 12, store);
            } catch (MemoryFault fault) {
                return refusal(fault);
            }
        }
        return 0;
    }

    private static long wordAt(View view, long page) {
        Participant self = view.participant();
        self.enter();
        try {
            return Runs.wordAt(view, page);
        } finally {
            self.leave();
        }
    }

    /**
     * Fills a range that was locked, map by map; what is locked when it is touched is passed over.
     *
     * @return 0, {@link Refusal#NO_MEMORY} at a page that cannot be filled, or {@link Refusal#AGAIN} without a frame: the errnos of mlock
     */
    static int locked(View view, long page, long pages) {
        int[] refused = new int[1];
        Runs.forEach(view.core(), view.space(), view::participant, page, page + pages, (identity, first, end) -> {
            refused[0] = isToFill(view, identity) ? asMapped(view, first, end - first) : 0;
            return refused[0] == 0;
        });
        return refused[0] == Refusal.NO_MEMORY ? Refusal.AGAIN : refused[0] == 0 ? 0 : Refusal.NO_MEMORY;
    }

    /** Fills every map that there is, each up to the first page that cannot be filled. */
    static void everything(View view) {
        Runs.forEach(view.core(), view.space(), view::participant, 0, AddressSpace.PAGES, (identity, first, end) -> {
            if (isToFill(view, identity)) {
                asMapped(view, first, end - first);
            }
            return true;
        });
    }

    /** Whether locking fills a map: droppable memory is not locked and yet filled (mm/gup.c, __mm_populate). */
    private static boolean isToFill(View view, long identity) {
        int id = SpaceWord.region(identity);
        boolean droppable = Attributes.isAnonymous(id) && (id & Attributes.DROPPABLE) != 0;
        return droppable || SpaceWord.isLocked(identity) && !isLockedOnFault(view, identity);
    }

    /** Whether a map is locked only where it is touched. */
    private static boolean isLockedOnFault(View view, long identity) {
        if (!SpaceWord.isLocked(identity)) {
            return false;
        }
        int id = SpaceWord.region(identity);
        if (Attributes.isAnonymous(id)) {
            return (id & Attributes.LOCK_ON_FAULT) != 0;
        }
        Region region = view.core().regions().get(id);
        return region != null && (region.attributes() & Attributes.LOCK_ON_FAULT) != 0;
    }

    private static void touch(View view, long address, boolean store) {
        view.access(address, store, raw -> {});
    }

    private static int refusal(MemoryFault fault) {
        if (fault.signal() == MemoryFault.SIGBUS) {
            return Refusal.BAD_ADDRESS;
        }
        return fault.signal() == MemoryFault.SIGSEGV && fault.code() == MemoryFault.SEGV_ACCERR
                ? Refusal.INVALID
                : Refusal.NO_MEMORY;
    }
}

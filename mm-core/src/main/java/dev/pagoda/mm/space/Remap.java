package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;

/**
 * Resizes, moves or shows a map a second time: the operation below mremap.
 *
 * <p>Growing in place and shrinking are lock-free. Moves are done by {@link Move}, one at a time for each page of a space.
 */
public final class Remap {
    private Remap() {}

    /**
     * What is asked for.
     *
     * @param page first page of the old range
     * @param oldPages its length; 0 asks for a second view of a shared map
     * @param newPages the length it is to have
     * @param mayMove whether it may go elsewhere
     * @param fixedPage where it has to go, or -1
     * @param keepSource whether the old range stays mapped, empty
     * @param hintPage where it goes rather than anywhere if that place is free, or -1
     */
    public record Request(
            long page,
            long oldPages,
            long newPages,
            boolean mayMove,
            long fixedPage,
            boolean keepSource,
            long hintPage) {
        /** Without a hint. */
        public Request(long page, long oldPages, long newPages, boolean mayMove, long fixedPage, boolean keepSource) {
            this(page, oldPages, newPages, mayMove, fixedPage, keepSource, -1);
        }
    }

    /**
     * Carries a request out. The caller has checked alignment, flags, bounds and overlap.
     *
     * @param view the caller's
     * @return the first page of the map, or a {@link Refusal}
     */
    public static long run(View view, Request request) {
        long word = wordAt(view, request.page);
        if (!SpaceWord.isMapped(word)) {
            return Refusal.BAD_ADDRESS;
        }
        if (request.oldPages == 0) {
            return duplicate(view, request, word);
        }
        if (request.fixedPage >= 0) {
            return moveFixed(view, request, word);
        }
        if (request.newPages < request.oldPages) {
            int refused = Unmap.range(view, request.page + request.newPages, request.oldPages - request.newPages);
            return refused == 0 ? request.page : refused;
        }
        if (request.keepSource) {
            return isOneMap(view, request.page, request.oldPages)
                    ? moveKeepingSource(view, request, word)
                    : Refusal.BAD_ADDRESS;
        }
        if (request.newPages == request.oldPages) {
            return request.page;
        }
        if (!isOneMap(view, request.page, request.oldPages)) {
            return Refusal.BAD_ADDRESS;
        }
        int refused = askToGrow(view, request, word);
        if (refused != 0) {
            return refused;
        }
        long grown = grow(view, request, word);
        view.budget().settle();
        return grown;
    }

    private static long grow(View view, Request request, long word) {
        int refused = growInPlace(view, request, word);
        if (refused == 0) {
            return request.page;
        }
        return refused == Refusal.EXISTS && request.mayMove ? Move.anywhere(view, request) : Refusal.NO_MEMORY;
    }

    private static int askToGrow(View view, Request request, long word) {
        long pages = request.newPages - request.oldPages;
        return view.core().commitment().isObviouslyTooMuch(pages) && Counters.isCommitted(word)
                ? Refusal.NO_MEMORY
                : view.budget().askToMap(word, pages);
    }

    private static long moveKeepingSource(View view, Request request, long word) {
        // The lock travels, so only what is mapped becomes more.
        int refused = view.budget().askToMap(SpaceWord.withLocked(word, false), request.newPages);
        if (refused != 0) {
            return refused;
        }
        Rest rest = Rest.of(view, request, word);
        long moved = Move.anywhere(view, request);
        if (moved >= 0) {
            rest.unlock(view, request, moved);
        }
        view.budget().settle();
        return moved;
    }

    /**
     * What a map that a part is moved from, and that stays mapped, has around that part: Linux takes the lock off all of it (mm/mremap.c, dontunmap_complete).
     *
     * @param start the first page of the map
     * @param end one above its last page; not above start if the map is not locked
     */
    private record Rest(long start, long end) {
        static Rest of(View view, Request request, long word) {
            if (!SpaceWord.isLocked(word)) {
                return new Rest(0, 0);
            }
            long start = Runs.startOf(view.core(), view.space(), view::participant, request.page);
            long last = request.page + request.oldPages - 1;
            return new Rest(start < 0 ? request.page : start, Residency.endOfLine(view, last, AddressSpace.PAGES));
        }

        /** When the part has moved to where it was to go, which may have cut the map. */
        void unlock(View view, Request request, long target) {
            if (end <= start) {
                return;
            }
            long targetEnd = target + request.newPages;
            long from = target < request.page ? Math.max(start, targetEnd) : start;
            long to = target < request.page ? end : Math.min(end, target);
            // What the part left behind is unlocked already, and no longer to be locked when it is touched.
            Mlock.unlock(view, from, to - from);
        }
    }

    /** Whether the page is locked; for callers that fill what they grow. */
    public static boolean isLocked(View view, long page) {
        return SpaceWord.isLocked(wordAt(view, page));
    }

    private static long moveFixed(View view, Request request, long word) {
        if (request.newPages != request.oldPages
                && !isOneMap(view, request.page, Math.min(request.oldPages, request.newPages))) {
            return Refusal.BAD_ADDRESS;
        }
        if (request.newPages < request.oldPages) {
            int refused = Unmap.range(view, request.page + request.newPages, request.oldPages - request.newPages);
            if (refused != 0) {
                return refused;
            }
        }
        if (request.keepSource) {
            return copyRuns(view, request);
        }
        int refused = askToMoveFixed(view, request, word);
        if (refused != 0) {
            return refused;
        }
        long moved = Move.fixed(view, request);
        view.budget().settle();
        return moved;
    }

    /** Growth is looked at while the target still is what it was. */
    private static int askToMoveFixed(View view, Request request, long word) {
        if (request.newPages > request.oldPages) {
            return askToGrow(view, request, word);
        }
        view.budget().begin();
        return 0;
    }

    /**
     * Moves what stays mapped, map after map as Linux does (mm/mremap.c, remap_move): each asks for its own room, for which what its target replaces
     * makes way, and those before the one that is refused have moved.
     */
    private static long copyRuns(View view, Request request) {
        long up = request.fixedPage - request.page;
        long[] answer = {request.fixedPage};
        Runs.forEachLine(
                view.core(),
                view.space(),
                view::participant,
                request.page,
                request.page + request.oldPages,
                (identity, first, end) -> {
                    if (identity != 0) {
                        Request run = new Request(first, end - first, end - first, true, first + up, true);
                        long moved = copyRun(view, run, identity);
                        answer[0] = moved < 0 ? moved : answer[0];
                    }
                    return answer[0] >= 0;
                });
        return answer[0];
    }

    private static long copyRun(View view, Request run, long word) {
        int refused = view.budget().askToCopyOver(SpaceWord.withLocked(word, false), run.fixedPage, run.newPages);
        if (refused != 0) {
            // As Linux: this limit is looked at when the target is cleared.
            Unmap.range(view, run.fixedPage, run.newPages);
            return refused;
        }
        Rest rest = Rest.of(view, run, word);
        long moved = Move.fixed(view, run);
        if (moved >= 0) {
            rest.unlock(view, run, run.fixedPage);
        }
        view.budget().settle();
        return moved;
    }

    private static int growInPlace(View view, Request request, long word) {
        long first = request.page + request.oldPages;
        long end = request.page + request.newPages;
        if (!Map.isInside(request.page, request.newPages)) {
            return Refusal.EXISTS;
        }
        int id = SpaceWord.region(word);
        Region region = Attributes.isAnonymous(id) ? null : acquireLike(view, id, 0, first, end - first);
        if (region == null && !Attributes.isAnonymous(id)) {
            return Refusal.NO_MEMORY;
        }
        long reserved = SpaceWord.reservedLike(region == null ? word : SpaceWord.withRegion(word, region.id()));
        int refused = view.claim().run(first, end, reserved);
        if (refused != 0 && region != null) {
            Map.giveBack(view, region, end - first);
        }
        return refused;
    }

    /** A second view of a shared map: the same object, from the same page of it on. */
    private static long duplicate(View view, Request request, long word) {
        int id = SpaceWord.region(word);
        if (Attributes.isPrivate(id)) {
            return Refusal.INVALID;
        }
        // All of it counts as growth, whatever it will replace (mm/mremap.c, check_prep_vma).
        int room = view.budget().askToMap(word, request.newPages);
        if (room != 0) {
            return room;
        }
        view.budget().settle();
        // After the limits, which have an answer of their own.
        if (!request.mayMove) {
            return Refusal.NO_MEMORY;
        }
        if (request.fixedPage == request.page) {
            // The destination is cleared before the source is looked for again (mm/mremap.c, mremap_to).
            int refused = Unmap.range(view, request.page, request.newPages);
            return refused != 0 ? refused : Refusal.BAD_ADDRESS;
        }
        Region region = view.core().regions().get(id);
        if (region == null || region.space() != view.space() || !region.pager().hold()) {
            return Refusal.BAD_ADDRESS;
        }
        try {
            Map.Source source = new Map.Source(
                    region.pager(),
                    region.description(),
                    true,
                    region.indexOf(request.page),
                    region.mostProtection(),
                    region.attributes());
            Map.Where where = request.fixedPage >= 0 ? Map.Where.FIXED : Map.Where.ANYWHERE;
            return Map.object(
                    view,
                    where,
                    Math.max(0, request.fixedPage),
                    request.newPages,
                    SpaceWord.protection(word),
                    SpaceWord.isLocked(word),
                    source);
        } finally {
            region.pager().letGo();
        }
    }

    /** Whether a range is mapped and belongs to one line of maps. */
    public static boolean isOneMap(View view, long page, long pages) {
        long end = page + pages;
        boolean[] one = new boolean[1];
        Runs.forEachLine(view.core(), view.space(), view::participant, page, end, (identity, first, stop) -> {
            one[0] = identity != 0 && stop == end;
            return false;
        });
        return one[0];
    }

    /** The region like one found in a word, for a range whose pages show what pages further down show of that one; its count raised by the range's pages. */
    static Region acquireLike(View view, int id, long pagesUp, long page, long pages) {
        Region region = view.core().regions().get(id);
        // The word was read in an epoch that has ended: the id may name a region of another space by now.
        boolean gone = region == null || region.space() != view.space();
        return gone ? null : view.core().regions().acquire(view.space(), region.keyMoved(pagesUp), page, pages);
    }

    static long wordAt(View view, long page) {
        Participant self = view.participant();
        self.enter();
        try {
            return Runs.wordAt(view, page);
        } finally {
            self.leave();
        }
    }
}

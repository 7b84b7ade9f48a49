package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Moves the pages of a range to another place in the same space.
 *
 * <p>The target is mapped first, with <em>busy</em> words that carry this move's ticket: accesses to it wait. Then the source is
 * taken, ascending, and each page of the mapping's own is put into the target by CAS from busy. If the word is not busy any more (a fixed map
 * or an unmap took it), the page is an orphan of the mover, dropped after a grace period. At the end what is still busy becomes reserved where
 * the source was mapped when it was taken, and unmapped where somebody had unmapped it meanwhile. Pages of objects do not travel: the
 * target finds them in the object again. Tables for the target are made before the first page is taken.
 *
 * <p>A leaf table of private anonymous pages that moves by a multiple of 2 MiB goes as a whole ({@link #takeTable}): out of the one parent by CAS, into the other by CAS. Between the
 * two nobody may be changing it who found it in its old place, so others that have used it are waited for.
 *
 * <p>Moves of one space whose sources and targets meet take turns, and with its forks all do: {@link MoveTickets}, waited for by yielding. Otherwise nobody waits but accesses to the target.
 */
final class Move implements Replace.Taker {
    private final View view;
    private final AddressSpace space;
    private final Tables tables;
    private final long source;
    private final long sourceEnd;
    private final long target;
    private final long newPages;
    /** Pages that found no table for their place, or have to be split for it. */
    private final List<Deferred> deferred = new ArrayList<>();
    /** What was found mapped in the source when it was taken, ascending: first page and end in turn. */
    private final List<long[]> taken = new ArrayList<>();

    /** Places that whole tables went to, ascending: there is nothing left to settle. */
    private final List<long[]> arrived = new ArrayList<>();

    /** A page on its way: its word, where it goes, its level, and whether it can only arrive in parts. */
    private record Deferred(long word, long place, int level, boolean inParts) {}

    private Move(View view, Remap.Request request, long target) {
        this.view = view;
        this.space = view.space();
        this.tables = view.core().tables();
        this.source = request.page();
        this.sourceEnd = request.page() + Math.min(request.oldPages(), request.newPages());
        this.target = target;
        this.newPages = request.newPages();
    }

    /** Moves one map to a free place. */
    static long anywhere(View view, Remap.Request request) {
        long hint = request.hintPage();
        boolean hinted = hint >= 0 && Map.keepsGapAbove(view, hint + request.newPages());
        while (true) {
            // The place comes first, as the ticket names it; what is found free now may be taken when it holds.
            long target = hinted ? hint : freePlace(view, request);
            hinted = false;
            long moved = target < 0 ? target : moveOneMap(view, request, target);
            if (moved != Refusal.EXISTS) {
                return moved;
            }
        }
    }

    private static long freePlace(View view, Remap.Request request) {
        long word = Remap.wordAt(view, request.page());
        if (!SpaceWord.isMapped(word)) {
            return Refusal.BAD_ADDRESS;
        }
        long alignment = Tables.pagesAt(Attributes.hugeLevel(SpaceWord.region(word)));
        long place = Map.findFree(view, Map.Where.ANYWHERE, request.newPages(), alignment);
        return place < 0 ? Refusal.NO_MEMORY : place;
    }

    private static long moveOneMap(View view, Remap.Request request, long target) {
        return withTicket(view, request, target, () -> {
            // Another move may have taken it before the ticket held.
            long word = Remap.wordAt(view, request.page());
            return SpaceWord.isMapped(word) && Remap.isOneMap(view, request.page(), request.oldPages())
                    ? new Move(view, request, target).moveOneMap(word, request.keepSource())
                    : Refusal.BAD_ADDRESS;
        });
    }

    /** Moves a range, of one map or several with the holes between them, to a given place, replacing what is there. */
    static long fixed(View view, Remap.Request request) {
        long target = request.fixedPage();
        return withTicket(view, request, target, () -> new Move(view, request, target).moveRuns(request.keepSource()));
    }

    private interface Step {
        long run();
    }

    private static long withTicket(View view, Remap.Request request, long target, Step step) {
        MoveTickets tickets = view.space().moveTickets();
        MoveTicket ticket = new MoveTicket(
                request.page(), request.page() + request.oldPages(), target, target + request.newPages());
        tickets.take(ticket);
        try {
            return step.run();
        } finally {
            tickets.giveBack(ticket);
        }
    }

    private long moveOneMap(long word, boolean keepSource) {
        int refused = occupy(word, target, newPages, false);
        if (refused != 0) {
            return refused;
        }
        view.placement().placed(target);
        Left left = new Left(keepSource ? emptied(word) : SpaceWord.UNMAPPED, source, sourceEnd);
        return carry(List.of(left), List.of(new long[] {word, source, sourceEnd}));
    }

    /** The lock travels, and how it came about does too. */
    private static long unlocked(long word) {
        long without = SpaceWord.withLocked(word, false);
        int id = SpaceWord.region(word);
        return Attributes.isAnonymous(id) ? SpaceWord.withRegion(without, id & ~Attributes.LOCK_ON_FAULT) : without;
    }

    private long moveRuns(boolean keepSource) {
        List<long[]> runs = new ArrayList<>();
        Runs.forEach(view.core(), space, view::participant, source, sourceEnd, (identity, first, end) -> {
            runs.add(new long[] {identity, first, end});
            return true;
        });
        // Asked with the ticket: another move may have taken it while the ticket was waited for.
        boolean grows = newPages > sourceEnd - source;
        if (runs.getFirst()[0] == 0 || grows && !Remap.isOneMap(view, source, sourceEnd - source)) {
            return Refusal.BAD_ADDRESS;
        }
        for (int i = 0; i < runs.size(); i++) {
            long identity = runs.get(i)[0];
            long first = runs.get(i)[1] - source + target;
            // What the map grows by belongs to its last run.
            long pages = i == runs.size() - 1 ? target + newPages - first : runs.get(i)[2] - runs.get(i)[1];
            // Map after map is moved: what lies where the source has a hole stays (mm/mremap.c, remap_move).
            int refused = identity == 0 ? 0 : occupy(identity, first, pages, true);
            if (refused != 0) {
                abandon(runs.subList(0, i));
                return refused;
            }
        }
        if (!keepSource) {
            return carry(List.of(new Left(SpaceWord.UNMAPPED, source, sourceEnd)), runs);
        }
        return carry(
                runs.stream()
                        .filter(run -> run[0] != 0)
                        .map(run -> new Left(emptied(run[0]), run[1], run[2]))
                        .toList(),
                runs);
    }

    /** Takes away what was mapped at the target, of all runs of the source but holes. */
    private void abandon(List<long[]> runs) {
        for (long[] run : runs) {
            long first = run[1] - source + target;
            long end = run[2] == sourceEnd ? target + newPages : run[2] - source + target;
            if (run[0] != 0) {
                Unmap.range(view, first, end - first);
            }
        }
    }

    /**
     * What stays of a part of the source.
     *
     * @param word the word of its pages, {@link SpaceWord#UNMAPPED} for nothing
     * @param first its first page
     * @param end the page behind it
     */
    private record Left(long word, long first, long end) {
        boolean isObject() {
            return word != SpaceWord.UNMAPPED && !Attributes.isAnonymous(SpaceWord.region(word));
        }
    }

    /** Still mapped, with nothing in it; the lock goes with the pages. */
    private static long emptied(long word) {
        return unlocked(SpaceWord.reservedLike(word));
    }

    /** Maps a part of the target with busy words like the source's. */
    private int occupy(long word, long first, long pages, boolean replace) {
        int id = SpaceWord.region(word);
        Region region = null;
        long like = SpaceWord.reservedLike(word);
        if (GrowDown.isGrowingDown(word)) {
            view.space().noteGrowDown(first, first + pages);
        }
        if (!Attributes.isAnonymous(id)) {
            region = Remap.acquireLike(view, id, target - source, first, pages);
            if (region == null) {
                return Refusal.NO_MEMORY;
            }
            like = SpaceWord.withRegion(like, region.id());
        }
        long busy = SpaceWord.busy(like, view.number());
        int refused = replace
                ? view.replace().run(first, first + pages, busy, null)
                : view.claim().run(first, first + pages, busy);
        if (refused != 0 && region != null) {
            Map.giveBack(view, region, pages);
        }
        return refused;
    }

    private long carry(List<Left> left, List<long[]> runs) {
        int refused = makeTargetTables() ? takeSource(left) : Refusal.NO_MEMORY;
        if (refused != 0) {
            abandon(runs);
            return refused;
        }
        while (!deferred.isEmpty()) {
            List<Deferred> again = List.copyOf(deferred);
            deferred.clear();
            if (again.stream().anyMatch(page -> !page.inParts)) {
                view.core().reclaim(view.stripe());
            }
            again.forEach(this::putDeferred);
        }
        arrive();
        if (left.getFirst().word == SpaceWord.UNMAPPED) {
            view.placement().freed(source, sourceEnd - source);
        }
        view.emptied().note(source);
        view.emptied().note(sourceEnd - 1);
        return target;
    }

    /** Makes the leaf tables of the target in which own pages will arrive. */
    private boolean makeTargetTables() {
        if (!Edges.prepare(view, source, sourceEnd, false)) {
            return false;
        }
        for (long page = source; page < sourceEnd; ) {
            long stop = Math.min(sourceEnd, Tables.slotEnd(page, 1));
            long place = page - source + target;
            int whole = levelOfHugePage(page);
            if (whole > 0) {
                // Its place is made one slot of the same level.
                if (!Edges.prepare(view, place, place + Tables.pagesAt(whole), true)) {
                    return false;
                }
                stop = Tables.slotEnd(page, whole);
            } else if (isWhole(page, 1) && place == Tables.slotStart(place, 1)) {
                // The table goes there as it is. If that turns out to be impossible, the reserve serves its place.
                if (holdsOwnPages(page, stop) && !Edges.prepare(view, place, place + Tables.SLOTS, true)) {
                    return false;
                }
            } else if (holdsOwnPages(page, stop)) {
                // A source table may straddle two of the target.
                boolean made = makeLeafTable(place) && makeLeafTable(stop - 1 - source + target);
                if (!made) {
                    return false;
                }
            }
            page = stop;
        }
        return true;
    }

    /** Level of the huge page, or the largest part of one, that begins at a page of the source and can move as a whole; 0 if there is none. */
    private int levelOfHugePage(long page) {
        Participant self = view.participant();
        self.enter();
        try {
            long table = space.root();
            int level = Tables.ROOT_LEVEL;
            long word = RawMemory.getAcquire(tables.slot(table, page, level));
            while (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                word = RawMemory.getAcquire(tables.slot(table, page, level));
            }
            if (!SpaceWord.isPresent(word)) {
                return 0;
            }
            long place = page - source + target;
            while (level > 0 && !(isWhole(page, level) && place == Tables.slotStart(place, level))) {
                level--;
            }
            return level;
        } finally {
            self.leave();
        }
    }

    private boolean isWhole(long page, int level) {
        return page == Tables.slotStart(page, level) && Tables.slotEnd(page, level) <= sourceEnd;
    }

    private boolean holdsOwnPages(long first, long end) {
        // What the view remembers of a huge page that was split would hide the table.
        view.forgetHuge(first << 12);
        Participant self = view.participant();
        self.enter();
        try {
            for (long page = first; page < end; page++) {
                long slot = view.leafSlot(page << 12);
                if (slot == 0) {
                    return false;
                }
                long word = RawMemory.getAcquire(slot);
                if (SpaceWord.isOwn(word)) {
                    return true;
                }
            }
            return false;
        } finally {
            self.leave();
        }
    }

    private boolean makeLeafTable(long page) {
        boolean inside = page != Tables.slotStart(page, 1);
        // The border of a page that is not the first of its table makes the table.
        return Edges.prepare(view, inside ? page : page + 1, inside ? page : page + 1, true);
    }

    /** Takes every part of the source, or none if an object does not let itself be shown once more. */
    private int takeSource(List<Left> parts) {
        List<Region> shown = new ArrayList<>();
        for (Left part : parts) {
            if (!part.isObject()) {
                shown.add(null);
                continue;
            }
            Region region = Remap.acquireLike(view, SpaceWord.region(part.word), 0, part.first, part.end - part.first);
            if (region == null) {
                giveBack(parts, shown, 0);
                return Refusal.NO_MEMORY;
            }
            shown.add(region);
        }
        for (int i = 0; i < parts.size(); i++) {
            Left part = parts.get(i);
            Region region = shown.get(i);
            long word = region == null ? part.word : SpaceWord.withRegion(part.word, region.id());
            int refused = view.replace().run(part.first, part.end, word, this);
            if (refused != 0) {
                giveBack(parts, shown, i);
                return refused;
            }
        }
        return 0;
    }

    private void giveBack(List<Left> parts, List<Region> shown, int from) {
        for (int i = from; i < shown.size(); i++) {
            if (shown.get(i) != null) {
                Map.giveBack(view, shown.get(i), parts.get(i).end - parts.get(i).first);
            }
        }
    }

    @Override
    public boolean take(long word, long page, int level) {
        noteTaken(page, page + Tables.pagesAt(level));
        if (!SpaceWord.isOwn(word)) {
            return false;
        }
        putOrDefer(word, page - source + target, level);
        return true;
    }

    @Override
    public boolean takeTable(long table, long page) {
        long place = page - source + target;
        if (place != Tables.slotStart(place, 1)) {
            return false;
        }
        if (view.isTableUsedByOthers(table)) {
            // Who found it at the source may be changing it, or storing to its pages.
            view.participant().awaitGrace();
        }
        if (!putTable(table, place)) {
            return false;
        }
        noteTaken(page, page + Tables.SLOTS);
        noteRun(arrived, place, place + Tables.SLOTS);
        return true;
    }

    /** Puts a table that only this thread can reach into its place, if that still is what this move made it and suits every word. */
    private boolean putTable(long table, long place) {
        Participant self = view.participant();
        self.enter();
        try {
            long slot = slotOfTable(place);
            long word = slot == 0 ? SpaceWord.UNMAPPED : RawMemory.getAcquire(slot);
            if (!isMine(word) || !Attributes.isAnonymous(SpaceWord.region(word)) || !suits(table, word)) {
                return false;
            }
            // The CAS publishes the table; walkers acquire it through the slot.
            if (!RawMemory.compareAndSet(slot, word, SpaceWord.table(table))) {
                return false;
            }
            view.bill(word, 1, -1);
            // There may be holes in it.
            HoleHints.raise(space, place);
            return true;
        } finally {
            self.leave();
        }
    }

    /** The slot of level 1 that covers a page, 0 if there is none. Inside an epoch. */
    private long slotOfTable(long page) {
        long slot = tables.slot(space.root(), page, Tables.ROOT_LEVEL);
        for (int level = Tables.ROOT_LEVEL - 1; level >= 1; level--) {
            long word = RawMemory.getAcquire(slot);
            if (!SpaceWord.isTable(word) || SpaceWord.isFrozen(word)) {
                return 0;
            }
            slot = tables.slot(SpaceWord.frame(word), page, level);
        }
        return slot;
    }

    /** Whether every page of a table is what its place was mapped as, or a hole, and nothing is under way in it. */
    private boolean suits(long table, long place) {
        long identity = SpaceWord.identity(place);
        long address = tables.tableAddress(table);
        // Nobody changes the words any more.
        return Tables.unlike(address, Tables.SLOTS, identity) == 0 || suitsWithHoles(address, identity);
    }

    private static boolean suitsWithHoles(long address, long identity) {
        for (int i = 0; i < Tables.SLOTS; i++) {
            long word = RawMemory.getPlain(Tables.slotAt(address, i));
            if (word != SpaceWord.UNMAPPED && SpaceWord.unlike(word, identity) != 0) {
                return false;
            }
        }
        return true;
    }

    private void noteTaken(long first, long end) {
        noteRun(taken, first, end);
    }

    private static void noteRun(List<long[]> runs, long first, long end) {
        long[] last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last[1] == first) {
            last[1] = end;
        } else {
            runs.add(new long[] {first, end});
        }
    }

    private void putDeferred(Deferred page) {
        if (!page.inParts) {
            view.makeRoom(Tables.SLOTS);
            put(page.word, page.place, page.level);
            return;
        }
        // The mover holds the one reference that the word was; each part needs its own.
        view.core().frames().raise(SpaceWord.frame(page.word), Tables.SLOTS - 1);
        long pages = Tables.pagesAt(page.level - 1);
        for (int i = 0; i < Tables.SLOTS; i++) {
            view.makeRoom(Tables.SLOTS);
            putOrDefer(SpaceWord.part(page.word, i * pages), page.place + i * pages, page.level - 1);
        }
    }

    private void putOrDefer(long word, long place, int level) {
        if (place == Tables.slotStart(place, level)) {
            put(word, place, level);
        } else {
            deferred.add(new Deferred(word, place, level, true));
        }
    }

    /** Puts a page of a level into its place by CAS from busy; retires it if its place was taken away. */
    private void put(long word, long page, int pageLevel) {
        Participant self = view.participant();
        self.enter();
        try {
            while (true) {
                long sequence = space.retireSequence();
                long table = space.root();
                int level = Tables.ROOT_LEVEL;
                long slot = tables.slot(table, page, level);
                long place = RawMemory.getAcquire(slot);
                while (SpaceWord.isTable(place) && !SpaceWord.isFrozen(place) && level > pageLevel) {
                    table = SpaceWord.frame(place);
                    level--;
                    slot = tables.slot(table, page, level);
                    place = RawMemory.getAcquire(slot);
                }
                if (SpaceWord.isFrozen(place)) {
                    Shrink.helpWithRoom(view.core(), space, self, page);
                    continue;
                }
                if (SpaceWord.isTable(place)) {
                    // Somebody split the place.
                    deferred.add(new Deferred(word, page, pageLevel, true));
                    return;
                }
                if (!isMine(place) || !isSameObject(word, place)) {
                    view.retireReference(word);
                    return;
                }
                if (level > pageLevel) {
                    if (!Edges.expand(view, slot, place, level, true)) {
                        deferred.add(new Deferred(word, page, pageLevel, false));
                        return;
                    }
                    continue;
                }
                // Who found the page at the source may be storing to it until this move has waited for him, as it does
                // when
                // it has taken all (Replace); so whoever takes a right away from it here sees this view among the
                // users,
                // and waits.
                if (!view.use(table, sequence)) {
                    continue;
                }
                if (RawMemory.compareAndSet(slot, place, SpaceWord.moved(word, place))) {
                    view.bill(place, level, -1);
                    view.bill(SpaceWord.moved(word, place), level, 1);
                    return;
                }
            }
        } finally {
            self.leave();
        }
    }

    /** A fixed map may have put something else into the source meanwhile; its pages do not belong to this map. */
    private boolean isSameObject(long word, long place) {
        int from = SpaceWord.region(word);
        int to = SpaceWord.region(place);
        if (Attributes.isAnonymous(from) || Attributes.isAnonymous(to)) {
            return Attributes.isAnonymous(from) && Attributes.isAnonymous(to);
        }
        Region source = view.core().regions().get(from);
        Region target = view.core().regions().get(to);
        return source != null && target != null && source.pager() == target.pager();
    }

    private boolean isMine(long word) {
        return SpaceWord.isMapped(word) && SpaceWord.isBusy(word) && SpaceWord.ticket(word) == view.number();
    }

    /** Settles what is still busy: reserved where the source was mapped and where the map grew, else unmapped. */
    private void arrive() {
        // A subtree tells the words of a table before those of the tables below it.
        taken.sort(Comparator.comparingLong(run -> run[0]));
        long from = target;
        long page = target;
        for (long[] run : taken) {
            long first = run[0] - source + target;
            if (first > page) {
                settle(from, page, true);
                settle(page, first, false);
                from = first;
            }
            page = Math.max(page, run[1] - source + target);
        }
        long grownFrom = sourceEnd - source + target;
        if (page < grownFrom) {
            settle(from, page, true);
            settle(page, grownFrom, false);
            from = grownFrom;
        }
        // One piece with what it grew by, so that folded words stay whole.
        settle(from, target + newPages, true);
    }

    private void settle(long first, long end, boolean mapped) {
        long from = first;
        for (long[] whole : arrived) {
            if (whole[1] > from && whole[0] < end) {
                settleRun(from, Math.max(from, whole[0]), mapped);
                from = Math.min(end, whole[1]);
            }
        }
        settleRun(from, end, mapped);
    }

    private void settleRun(long first, long end, boolean mapped) {
        if (first < end) {
            // The edge of a hole that appeared meanwhile may need a table, and the move must end.
            Edges.prepareForCertain(view, first, end);
            new Settle(view, mapped).run(first, end);
        }
    }

    /** Ends busy words of this move. */
    private final class Settle extends Rewrite {
        private final boolean mapped;

        Settle(View view, boolean mapped) {
            super(view);
            this.mapped = mapped;
        }

        @Override
        long change(long word, long page, int level) {
            if (!isMine(word)) {
                return word;
            }
            return mapped ? SpaceWord.reservedLike(word) : SpaceWord.UNMAPPED;
        }

        @Override
        void changed(long before, long after, long page, int level) {
            super.changed(before, after, page, level);
            int region = SpaceWord.region(before);
            if (after == SpaceWord.UNMAPPED) {
                HoleHints.raise(space, page);
            }
            if (after == SpaceWord.UNMAPPED && !Attributes.isAnonymous(region)) {
                Regions regions = view.core().regions();
                regions.lower(regions.get(region), Tables.pagesAt(level), view.participant());
            }
        }

        @Override
        boolean passesHole(long page) {
            return true;
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * The tree of a space that no thread runs in yet, as a fork fills it in ascending order: its tables, its regions and its books.
 *
 * <p>Words come in <em>runs</em> of one identity, a line of maps, so that what a child inherits is decided once for each. Used by the forking thread only.
 */
final class ChildTree {
    private static final long NO_RUN = -1;
    private static final long NONE = -1;

    /** A region of the child, and what was put of it. */
    private static final class Inherited {
        private final Region parents;
        private final Region region;
        private long pages;

        Inherited(Region parents, Region region) {
            this.parents = parents;
            this.region = region;
        }
    }

    private final AddressSpace space;
    private final Core core;
    private final Tables tables;
    /** By level: the table on the path to the page that came last, and the first page that it covers. */
    private final long[] path = new long[Tables.LEVELS];

    private final long[] pathStart = new long[Tables.LEVELS];
    private final Counters books = new Counters();
    private final IdentityHashMap<Region, Inherited> regions = new IdentityHashMap<>();

    private long runIdentity = NO_RUN;
    private long runWord;
    private Inherited runRegion;
    private boolean runLeftOut;
    private boolean runWiped;
    private long runPages;

    ChildTree(AddressSpace space) {
        this.space = space;
        this.core = space.core();
        this.tables = core.tables();
        Arrays.fill(pathStart, NONE);
        path[Tables.ROOT_LEVEL] = space.root();
        pathStart[Tables.ROOT_LEVEL] = 0;
    }

    AddressSpace space() {
        return space;
    }

    /** Whether a word of the parent belongs to the run. */
    boolean isRunOf(long word) {
        return SpaceWord.identity(word) == runIdentity;
    }

    /** Begins the run of a word of the parent, in the epoch in which it was read; false if there is no id for its region. */
    boolean startRun(long word) {
        endRun();
        int id = SpaceWord.region(word);
        Region region = Attributes.isAnonymous(id) ? null : core.regions().get(id);
        int attributes = region == null ? id : region.attributes();
        runLeftOut = (attributes & Attributes.DONTFORK) != 0;
        runWiped = (attributes & Attributes.WIPEONFORK) != 0;
        runRegion = null;
        int childId = id;
        if (region != null && !runLeftOut) {
            runRegion = inherit(region);
            if (runRegion == null) {
                return false;
            }
            childId = runRegion.region.id();
        }
        long like = SpaceWord.withLocked(SpaceWord.reservedLike(word), false);
        // Neither locks nor how they came about are inherited.
        boolean onFault = Attributes.isAnonymous(childId) && SpaceWord.isLocked(word);
        runWord = SpaceWord.withRegion(like, onFault ? childId & ~Attributes.LOCK_ON_FAULT : childId);
        runIdentity = SpaceWord.identity(word);
        return true;
    }

    /** The child's region is among its object's before the child's first word of it is; one page stands for this tree until the books are settled. */
    private Inherited inherit(Region parents) {
        Inherited found = regions.get(parents);
        if (found == null) {
            Region.Key key = parents.keyWith(parents.attributes() & ~Attributes.LOCK_ON_FAULT);
            Region made = core.regions().acquire(space, key, alike(parents), 1);
            if (made == null) {
                return null;
            }
            found = new Inherited(parents, made);
            regions.put(parents, found);
        }
        return found;
    }

    /** Closes the run's account. */
    void endRun() {
        if (runPages != 0) {
            books.billIdentity(runWord, runPages);
            if (runRegion != null) {
                runRegion.pages += runPages;
            }
        }
        runPages = 0;
        runIdentity = NO_RUN;
    }

    /** Whether the child gets nothing of the run. */
    boolean isLeftOut() {
        return runLeftOut;
    }

    /** Whether the child gets the run without its content. */
    boolean isWiped() {
        return runWiped;
    }

    /** What the child gets of the run, nothing populated. Locks are not inherited. */
    long reserved() {
        return runWord;
    }

    /** The slot of a page, its tables made as needed; 0 if there is no frame for one. Inside or outside of an epoch. */
    long slot(long page, int level, int stripe) {
        if (runRegion != null) {
            showLike(runRegion, page, level);
        }
        if (pathStart[level] != Tables.slotStart(page, level + 1) && !makePath(page, level, stripe)) {
            return 0;
        }
        return tables.slot(path[level], page, level);
    }

    /** The parent may have come to show more through its region since the child got its own; it did so before it put the word that was found. */
    private static void showLike(Inherited inherited, long page, int level) {
        Region region = inherited.region;
        long index = region.indexOf(page);
        if (!region.shown().covers(index, index + Tables.pagesAt(level))) {
            region.pager().mappings().show(region, alike(inherited.parents));
        }
    }

    private static Shown alike(Region parents) {
        return Shown.of(parents.shown().firstIndex(), parents.shown().endIndex());
    }

    private boolean makePath(long page, int level, int stripe) {
        for (int at = Tables.ROOT_LEVEL - 1; at >= level; at--) {
            long start = Tables.slotStart(page, at + 1);
            if (pathStart[at] != start) {
                long table = tables.allocate(stripe, SpaceWord.UNMAPPED, false);
                if (table == Frames.REFUSED) {
                    return false;
                }
                path[at] = table;
                pathStart[at] = start;
                books.add(Counters.TABLES, 1);
                // Evictors acquire it, coming from a region of the child.
                RawMemory.setRelease(tables.slot(path[at + 1], page, at + 1), SpaceWord.table(table));
            }
        }
        return true;
    }

    /** Stores a word of the run. */
    void put(long slot, long word, int level) {
        long pages = Tables.pagesAt(level);
        runPages += pages;
        if (SpaceWord.isSwapped(word)) {
            books.add(Counters.SWAPPED_PAGES, pages);
        } else if (SpaceWord.isOwn(word)) {
            books.add(Counters.OWN_FRAMES, pages);
            books.add(Counters.HUGE_FRAMES, level > 0 ? pages : 0);
        }
        RawMemory.setOpaque(slot, word);
    }

    /** Closes the books, once, before the child runs or is dropped. */
    void settle(View forking) {
        endRun();
        for (int kind = 0; kind < Counters.KINDS; kind++) {
            space.settle(kind, books.get(kind));
        }
        for (Inherited inherited : regions.values()) {
            inherited.region.raiseUnlessZero(inherited.pages);
            // For its id, if nothing was put of it.
            forking.makeRoom(1);
            core.regions().lower(inherited.region, 1, forking.participant());
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.function.LongPredicate;

/**
 * Memory that is promised to lie in huge pages: the operation below mmap with MAP_HUGETLB.
 *
 * <p>The promise is kept when it is given: the blocks are taken from the allocator, zeroed and put into the words of the new map before the call returns, so no access to it is
 * ever refused for want of memory. Until it is first used such a page counts as not resident. Where the promise was not asked for (MAP_NORESERVE) and where another thread took a page
 * out of the map while it was made, a fault takes a block, or is refused with SIGBUS. Shared maps are objects whose frames lie in blocks too, but are mapped by small words.
 *
 * <p>Linux lets no call cut such a page; {@link #firstCut} and {@link #isInside} tell where one would.
 */
public final class HugeTlb {
    private static final int DONE = 0;
    private static final int AGAIN = 1;
    private static final int NO_TABLE = 2;
    private static final int GONE = 3;

    private HugeTlb() {}

    /**
     * Maps private memory of huge pages. Outside of epochs; may reclaim, and zeroes all of it unless the attributes hold {@link Attributes#NORESERVE}.
     *
     * @param view the caller's
     * @param where how the range is chosen
     * @param page the first page, where it matters; a multiple of the huge page
     * @param pages length, a multiple of the huge page
     * @param protection in Linux's bits
     * @param attributes {@link Attributes}, {@link Attributes#hugetlb} among them
     * @return the first page, or a {@link Refusal}; {@link Refusal#NO_MEMORY} with nothing changed if there are not so many blocks
     */
    public static long map(View view, Map.Where where, long page, long pages, int protection, int attributes) {
        int level = Attributes.hugeLevel(attributes | Attributes.PLAIN);
        long[] blocks = {};
        if ((attributes & Attributes.CHARGE_MASK) != Attributes.NORESERVE) {
            blocks = takeBlocks(view, pages, level);
            if (blocks == null) {
                return Refusal.NO_MEMORY;
            }
        }
        view.space().setUsingHugeTlb();
        long mapped = Map.anonymous(view, where, page, pages, protection, attributes, false);
        for (int i = 0; i < blocks.length; i++) {
            if (mapped < 0 || !install(view, mapped + i * Tables.pagesAt(level), level, blocks[i])) {
                view.core().frames().drop(view.stripe(), blocks[i]);
            }
        }
        return mapped;
    }

    /**
     * Makes the object behind a shared map of huge pages, all of it in memory, held by the caller.
     *
     * @param pages length, a multiple of the huge page
     * @return null if there are not so many blocks
     */
    public static SharedMemory share(View view, long pages, int level) {
        long[] blocks = takeBlocks(view, pages, level);
        if (blocks == null) {
            return null;
        }
        view.space().setUsingHugeTlb();
        SharedMemory memory = new SharedMemory(view.core(), pages);
        boolean filled = true;
        for (int i = 0; i < blocks.length; i++) {
            filled &= memory.fill(i * Tables.pagesAt(level), blocks[i], view.stripe());
        }
        if (!filled) {
            memory.letGo();
            return null;
        }
        return memory;
    }

    /** Gives pages that were discarded their promise back, as far as there are blocks. The range is made of whole huge pages where it holds any. */
    public static void refill(View view, long first, long end) {
        if (!view.space().isUsingHugeTlb()) {
            return;
        }
        Runs.forEach(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
            int region = SpaceWord.region(identity);
            int level = Attributes.hugeLevel(region);
            if (level == 0 || (region & Attributes.CHARGE_MASK) == Attributes.NORESERVE) {
                return true;
            }
            for (long page = from; page < to; page += Tables.pagesAt(level)) {
                boolean empty = SpaceWord.isReserved(Remap.wordAt(view, page));
                long[] block = empty ? takeBlocks(view, Tables.pagesAt(level), level) : null;
                if (block != null && !install(view, page, level, block[0])) {
                    view.core().frames().drop(view.stripe(), block[0]);
                }
            }
            return true;
        });
    }

    /** Level of the huge pages that a region was promised, 0 if it was not. Inside an epoch in which a word named the region, or for a hint. */
    static int levelOf(Core core, int region) {
        if (Attributes.isAnonymous(region)) {
            return Attributes.hugeLevel(region);
        }
        Region object = region == 0 ? null : core.regions().get(region);
        return object == null ? 0 : (object.attributes() & Attributes.HUGETLB_MASK) >>> Attributes.HUGETLB_SHIFT;
    }

    /** Level of the promised huge page that covers a page, 0 if there is none. */
    public static int levelAt(View view, long page) {
        return view.space().isUsingHugeTlb() ? levelOf(view.core(), SpaceWord.region(Remap.wordAt(view, page))) : 0;
    }

    /** Whether a border before a page would cut a promised huge page. */
    public static boolean isInside(View view, long page) {
        int level = levelAt(view, page);
        return level > 0 && page != Tables.slotStart(page, level);
    }

    /** First page in a range of a map of promised huge pages; -1 if there is none. */
    public static long firstIn(View view, long first, long end) {
        long[] found = {-1};
        if (view.space().isUsingHugeTlb()) {
            Runs.forEach(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
                found[0] = levelOf(view.core(), SpaceWord.region(identity)) > 0 ? from : -1;
                return found[0] < 0;
            });
        }
        return found[0];
    }

    /**
     * Where a change of a range has to stop because it would cut a promised huge page at an edge of the range.
     *
     * @return the first page in the range of the map in question, or -1 if nothing is cut
     */
    public static long firstCut(View view, long first, long end) {
        return firstCut(view, first, end, identity -> true);
    }

    /** As {@link #firstCut}, for a change of protection: a map that has it already is not cut. */
    public static long firstCutByProtection(View view, long first, long end, int protection) {
        // Looked at here so that nothing is made for the usual case.
        if (!view.space().isUsingHugeTlb()) {
            return -1;
        }
        return firstCut(view, first, end, identity -> SpaceWord.protection(identity) != protection);
    }

    private static long firstCut(View view, long first, long end, LongPredicate changes) {
        if (!isInside(view, first) && !isInside(view, end)) {
            return -1;
        }
        long[] cut = {-1};
        Runs.forEach(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
            int level = levelOf(view.core(), SpaceWord.region(identity));
            boolean cuts = level > 0
                    && (from != Tables.slotStart(from, level) || to != Tables.slotStart(to, level))
                    && changes.test(identity);
            cut[0] = cuts ? from : -1;
            return !cuts;
        });
        return cut[0];
    }

    /** Blocks for so many pages, zeroed, a table laid aside with each; null, and none is taken, if there are not so many. */
    private static long[] takeBlocks(View view, long pages, int level) {
        Frames frames = view.core().frames();
        if (pages > frames.total()) {
            return null;
        }
        long[] blocks = new long[(int) (pages / Tables.pagesAt(level))];
        int order = level * FrameAllocator.HUGE_ORDER;
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = view.core().allocate(view.participant(), order, FrameKind.ANONYMOUS);
            if (blocks[i] < 0) {
                for (int taken = 0; taken < i; taken++) {
                    frames.drop(view.stripe(), blocks[taken]);
                }
                return null;
            }
        }
        for (long block : blocks) {
            RawMemory.clear(frames.address(block), (long) PhysicalMemory.FRAME_BYTES << order);
            // Without one the reserve serves the split, which only a fork can bring about.
            Split.prepare(view, block);
        }
        return blocks;
    }

    /** Puts a block into the word that was mapped for it; false if that is not there any more. */
    private static boolean install(View view, long page, int level, long block) {
        while (true) {
            view.makeRoom(1);
            Participant self = view.participant();
            int outcome;
            self.enter();
            try {
                outcome = installAt(view, page, level, block);
            } finally {
                self.leave();
            }
            if (outcome == DONE) {
                return true;
            } else if (outcome == AGAIN) {
                Shrink.help(view, page);
            } else if (outcome == GONE || !view.core().reclaim(view.stripe())) {
                return false;
            }
        }
    }

    private static int installAt(View view, long page, int pageLevel, long block) {
        Tables tables = view.core().tables();
        long table = view.space().root();
        for (int level = Tables.ROOT_LEVEL; level >= pageLevel; ) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
            } else if (!SpaceWord.isReserved(word) || Attributes.hugeLevel(SpaceWord.region(word)) != pageLevel) {
                return GONE;
            } else if (level == pageLevel) {
                long populated = SpaceWord.populatedUnused(word, block);
                if (RawMemory.compareAndSet(slot, word, populated)) {
                    view.bill(word, level, -1);
                    view.bill(populated, level, 1);
                    return DONE;
                }
            } else if (!Edges.expand(view, slot, word, level, true)) {
                return NO_TABLE;
            }
        }
        // Split into small words already.
        return GONE;
    }
}

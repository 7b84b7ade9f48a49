package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Makes huge pages of small ones: the operation below MADV_COLLAPSE.
 *
 * <p>Each 2 MiB by itself: a block is taken, the 512 words of the table are frozen by CAS, so that no store begins any more; a grace period, so that those that had begun have landed; the
 * content is copied; and the parent's word swings by CAS from the table to the block, if it is still that table and of the same generation. The old table goes with
 * its content after another grace period. No word is ever thawed: whoever meets a frozen word finishes the table as a copy ({@link Shrink#help}), which <em>cancels</em> the collapse. It is then tried again
 * a few times. So nobody waits for a collapse, and a range that is in use all the time is refused with {@link Refusal#AGAIN}.
 *
 * <p>Only pages of private anonymous memory that are the space's own alone and not pinned are collapsed, pages not populated becoming zero; what is shared since a fork is copied first, as a
 * store would. Blocks for a grace period each 2 MiB if others look at the space.
 */
public final class Collapse {
    /** It is a huge page, whoever made it one. */
    private static final int HUGE = 0;
    /** All words can be collapsed, or are frozen. */
    private static final int READY = 1;

    private static final int CANCELLED = 2;
    private static final int WRONG_KIND = 3;
    private static final int NO_BLOCK = 4;
    private static final int SHARED = 5;
    private static final int PINNED = 6;

    /** A program that stores to the range in a loop cancels most tries. */
    private static final int MOST_TRIES = 16;
    /** Pages copied in one epoch: about ten microseconds. */
    private static final int PAGES_AT_ONCE = 64;

    private final View view;
    private final Core core;
    private final Frames frames;
    private final Tables tables;
    private final long first;

    /** Where the table was found in the epoch that goes on. */
    private long parentSlot;

    private long table;
    /** Of the table when it was frozen. */
    private int generation;

    private long firstWord;
    /** Whether the block is the parent's now; a huge page found there may be another's. */
    private boolean published;

    private Collapse(View view, long first) {
        this.view = view;
        this.core = view.core();
        this.frames = core.frames();
        this.tables = core.tables();
        this.first = first;
    }

    /**
     * Collapses every 2 MiB that lie wholly in one map of the range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @return 0 if all of them are huge pages now, {@link Refusal#INVALID} if a map does not take huge pages, holds none of these 2 MiB or was never stored to, or nothing is populated in one,
     *     {@link Refusal#NO_MEMORY} without a block or at a hole, {@link Refusal#AGAIN} if others used a range all the time or pinned a page; what could be collapsed is
     */
    public static int range(View view, long page, long pages) {
        List<long[]> maps = new ArrayList<>();
        boolean[] hole = new boolean[1];
        Runs.forEachLine(view.core(), view.space(), view::participant, page, page + pages, (identity, from, to) -> {
            hole[0] |= identity == 0;
            if (identity != 0) {
                maps.add(new long[] {identity, from, to});
            }
            return true;
        });
        for (long[] map : maps) {
            int refused = takesHugePages(view, map[0], map[1], map[2]) ? ofMap(view, map[1], map[2]) : Refusal.INVALID;
            if (refused != 0) {
                return refused;
            }
        }
        return hole[0] ? Refusal.NO_MEMORY : 0;
    }

    /** Whether a map may hold huge pages and has room for one, be it outside of the range. */
    private static boolean takesHugePages(View view, long identity, long from, long to) {
        int region = SpaceWord.region(identity);
        if (!Attributes.isAnonymous(region)
                || Attributes.hugeLevel(region) != 0
                || (region & Attributes.NOHUGEPAGE) != 0) {
            return false;
        }
        boolean holdsOne = roundUp(from) + Tables.SLOTS <= to;
        return (holdsOne || mapHoldsOne(view, identity, from, to)) && isTouched(view, from, to);
    }

    /** Whether a map has a page of its own anywhere: Linux refuses one that was never stored to (mm/huge_memory.c, __thp_vma_allowable_orders: no anon_vma). */
    private static boolean isTouched(View view, long from, long to) {
        if (Runs.holdsOwn(view, from, to)) {
            return true;
        }
        long start = Runs.startOf(view.core(), view.space(), view::participant, from);
        long end = Residency.endOfLine(view, from, AddressSpace.PAGES);
        return start >= 0 && (Runs.holdsOwn(view, start, from) || Runs.holdsOwn(view, to, end));
    }

    private static boolean mapHoldsOne(View view, long identity, long from, long to) {
        long low = roundUp(from) - Tables.SLOTS;
        long high = Tables.slotStart(to, 1) + Tables.SLOTS;
        return isAll(view, identity, low, low + Tables.SLOTS) || isAll(view, identity, high - Tables.SLOTS, high);
    }

    private static boolean isAll(View view, long identity, long from, long to) {
        if (from < 0 || to > AddressSpace.PAGES) {
            return false;
        }
        boolean[] all = {true};
        Runs.forEachLine(view.core(), view.space(), view::participant, from, to, (found, first, end) -> {
            all[0] &= Runs.isOneLine(found, identity);
            return all[0];
        });
        return all[0];
    }

    private static long roundUp(long page) {
        return page + Tables.SLOTS - 1 & -Tables.SLOTS;
    }

    /** As Linux, tries all of them and tells of the last that failed; only without a block it stops. */
    private static int ofMap(View view, long from, long to) {
        int last = HUGE;
        if (roundUp(from) > Tables.slotStart(to, 1)) {
            // Neither of the borders inside (mm/khugepaged.c, madvise_collapse: the number of huge pages is negative).
            return Refusal.INVALID;
        }
        for (long page = roundUp(from); page + Tables.SLOTS <= to; page += Tables.SLOTS) {
            int outcome = new Collapse(view, page).run();
            last = outcome == HUGE ? last : outcome;
            if (outcome == NO_BLOCK) {
                break;
            }
        }
        return switch (last) {
            case HUGE -> 0;
            case NO_BLOCK -> Refusal.NO_MEMORY;
            case CANCELLED, PINNED -> Refusal.AGAIN;
            default -> Refusal.INVALID;
        };
    }

    private int run() {
        int outcome = look();
        if (outcome == SHARED) {
            outcome = copyShared() ? look() : WRONG_KIND;
        }
        if (outcome == READY) {
            outcome = collapse();
        }
        return outcome == SHARED ? CANCELLED : outcome;
    }

    private int collapse() {
        long block = core.allocate(view.participant(), FrameAllocator.HUGE_ORDER, FrameKind.ANONYMOUS);
        if (block < 0) {
            return NO_BLOCK;
        }
        int outcome = Split.prepare(view, block) ? CANCELLED : NO_BLOCK;
        frames.setOwner(block, FrameOwner.of(view.space().number(), first));
        for (int tries = 0; tries < MOST_TRIES && outcome == CANCELLED; tries++) {
            outcome = look();
            if (outcome == READY) {
                outcome = attempt(block);
            }
        }
        if (!published) {
            frames.drop(view.stripe(), block);
        }
        view.participant().tidy();
        return outcome;
    }

    /** HUGE if the block was mapped, or another's was meanwhile: {@link #published} tells which. */
    private int attempt(long block) {
        int outcome = inEpoch(this::freeze);
        if (outcome == READY) {
            // Stores that began before their word was frozen land before this ends.
            view.awaitGraceOfOthers();
            outcome = copy(block);
        }
        if (outcome == READY) {
            outcome = inEpoch(() -> publish(block));
        }
        if (outcome != HUGE) {
            finishFrozen();
        }
        return outcome;
    }

    private int look() {
        return inEpoch(this::find);
    }

    private int inEpoch(IntSupplier step) {
        view.makeRoom(1);
        Participant self = view.participant();
        self.enter();
        try {
            return step.getAsInt();
        } finally {
            self.leave();
        }
    }

    /** Finds the table and looks at its words. Inside an epoch. */
    private int find() {
        long sequence = view.space().retireSequence();
        int outcome = findTable();
        if (outcome != READY) {
            return outcome;
        }
        if (!view.use(table, sequence)) {
            // A move may be carrying it elsewhere, and would not know of the freeze.
            return CANCELLED;
        }
        generation = frames.generation(table);
        if (RawMemory.getAcquire(parentSlot) != SpaceWord.table(table)) {
            // It may have left before its generation was read, which is then that of whoever uses the frame next.
            return CANCELLED;
        }
        firstWord = wordAt(0);
        boolean populated = false;
        for (int i = 0; i < Tables.SLOTS && outcome == READY; i++) {
            long word = wordAt(i);
            outcome = kindOf(word);
            populated |= SpaceWord.isPresent(word);
        }
        return outcome == READY && !populated ? WRONG_KIND : outcome;
    }

    /** READY if there is a table of small pages. */
    private int findTable() {
        long found = view.space().root();
        for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
            long slot = tables.slot(found, first, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return CANCELLED;
            }
            if (SpaceWord.isPresent(word)) {
                return HUGE;
            }
            if (!SpaceWord.isTable(word)) {
                // Nothing is populated, or nothing mapped.
                return WRONG_KIND;
            }
            parentSlot = slot;
            found = SpaceWord.frame(word);
        }
        table = found;
        return READY;
    }

    /** The content of a slot of the table, frozen or not. */
    private long wordAt(int index) {
        return SpaceWord.withoutFrozen(RawMemory.getAcquire(Tables.slotAt(tables.tableAddress(table), index)));
    }

    /** READY if the word can be collapsed. */
    private int kindOf(long word) {
        boolean ofTheMap = SpaceWord.isMapped(word)
                && SpaceWord.identity(word) == SpaceWord.identity(firstWord)
                && Attributes.isAnonymous(SpaceWord.region(word));
        if (!ofTheMap) {
            return WRONG_KIND;
        }
        if (SpaceWord.isSwapped(word)) {
            return SHARED;
        }
        if (!SpaceWord.isPresent(word)) {
            return SpaceWord.isReserved(word) ? READY : WRONG_KIND;
        }
        if (SpaceWord.isOwn(word)) {
            return frames.isPinned(SpaceWord.frame(word)) ? PINNED : SpaceWord.isCopyOnWrite(word) ? SHARED : READY;
        }
        return SpaceWord.frame(word) == frames.zeroFrame() ? READY : WRONG_KIND;
    }

    /** Takes copies of what is shared since a fork, as stores would, and of what is in swap, as loads would. */
    private boolean copyShared() {
        for (long page = first; page < first + Tables.SLOTS; page++) {
            long word = Remap.wordAt(view, page);
            boolean shared = SpaceWord.isPresent(word) && SpaceWord.isOwn(word) && SpaceWord.isCopyOnWrite(word);
            if (SpaceWord.isSwapped(word) && !bringIn(page)) {
                return false;
            }
            if (shared && (!SpaceWord.isWritable(word) || Populate.range(view, page, 1, true) != 0)) {
                return false;
            }
        }
        return true;
    }

    private boolean bringIn(long page) {
        try {
            return SwapIn.bringIn(view, page << PhysicalMemory.FRAME_SHIFT) != Fault.NO_FRAME;
        } catch (MemoryFault unreadable) {
            return false;
        }
    }

    /** Freezes all words; READY if each was one that can be collapsed. Finds the table again, for this is another epoch. */
    private int freeze() {
        int outcome = find();
        for (int i = 0; i < Tables.SLOTS && outcome == READY; i++) {
            long slot = Tables.slotAt(tables.tableAddress(table), i);
            long word = RawMemory.getAcquire(slot);
            while (outcome == READY) {
                // Frozen by another: one of the two gives way, and that is who came second.
                outcome = SpaceWord.isFrozen(word) ? CANCELLED : kindOf(word);
                long found =
                        outcome == READY ? RawMemory.compareAndExchange(slot, word, SpaceWord.withFrozen(word)) : word;
                if (found == word) {
                    break;
                }
                word = found;
            }
        }
        for (int i = 0; i < Tables.SLOTS && outcome == READY; i++) {
            // After the words have changed: whoever pins now sees that, and looks again.
            outcome = kindOf(wordAt(i));
        }
        return outcome;
    }

    /**
     * Copies all pages, some in each epoch; READY if the table was not taken out by then. What is frozen does not change, and nobody else may store to a page of the
     * space's own; but only in an epoch in which the table was found is it certain that it is not another's by now.
     */
    private int copy(long block) {
        int outcome = READY;
        for (int from = 0; from < Tables.SLOTS && outcome == READY; from += PAGES_AT_ONCE) {
            int start = from;
            outcome = inEpoch(() -> isStillThere() ? copyPages(block, start) : CANCELLED);
        }
        return outcome;
    }

    private int copyPages(long block, int from) {
        for (int i = from; i < from + PAGES_AT_ONCE; i++) {
            long word = wordAt(i);
            if (SpaceWord.isPresent(word) && SpaceWord.isOwn(word)) {
                RawMemory.copy(
                        frames.address(SpaceWord.frame(word)), frames.address(block + i), PhysicalMemory.FRAME_BYTES);
            } else {
                RawMemory.clear(frames.address(block + i), PhysicalMemory.FRAME_BYTES);
            }
        }
        return READY;
    }

    /** Whether the frozen table is still the one that its parent names: not the same frame, used again as another table there. */
    private boolean isStillThere() {
        long frozen = table;
        return findTable() == READY && table == frozen && frames.generation(frozen) == generation;
    }

    /** Swings the parent's word from the frozen table to the block. HUGE if nobody was faster. */
    private int publish(long block) {
        if (!isStillThere()) {
            return CANCELLED;
        }
        long huge = SpaceWord.populatedOwn(firstWord, block);
        // The CAS publishes the copies; readers acquire them through the slot.
        if (!RawMemory.compareAndSet(parentSlot, SpaceWord.table(table), huge)) {
            return CANCELLED;
        }
        published = true;
        frames.raiseGeneration(table);
        view.space().raiseRetireSequence();
        for (int i = 0; i < Tables.SLOTS; i++) {
            view.bill(wordAt(i), 0, -1);
        }
        view.bill(huge, 1, 1);
        view.counters().add(Counters.TABLES, -1);
        view.participant().retire(Retirement.subtree(Retirement.SPACE_SUBTREE, table, 0));
        return HUGE;
    }

    /** What was frozen must not be left behind, at whichever level the table stands by now. */
    private void finishFrozen() {
        do {
            Shrink.help(view, first);
        } while (inEpoch(this::isAnyFrozen) == CANCELLED);
    }

    private int isAnyFrozen() {
        int outcome = findTable();
        // Freezing is ascending.
        return outcome == READY && SpaceWord.isFrozen(RawMemory.getAcquire(tables.tableAddress(table)))
                ? CANCELLED
                : outcome;
    }
}

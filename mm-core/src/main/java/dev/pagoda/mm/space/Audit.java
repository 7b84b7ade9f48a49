package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.FreeRuns;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import dev.pagoda.mm.swap.SwapArea;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map.Entry;

/**
 * Walks everything at rest and proves that the books balance: every frame is free or referred to exactly as often as its count says (pins
 * are references too), no table is lost, every space's and region's numbers are what its words add up to.
 *
 * <p>Nobody else may use the kernel meanwhile. Costs a walk over all tables and a pass over all frames.
 */
public final class Audit {
    private static final int MOST_REPORTED = 20;

    private final Core core;
    private final Frames frames;
    private final int[] references;
    /** Of frames in blocks: how many words show each. */
    private final int[] words;
    /** Frames that some word takes for its own alone. */
    private final BitSet alone = new BitSet();

    /** How many words name each slot of swap. */
    private final java.util.Map<Long, Integer> swapped = new HashMap<>();

    private final java.util.Map<Region, Long> regionPages = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private long differences;
    private long promisedPages;

    private Audit(Core core) {
        this.core = core;
        this.frames = core.frames();
        this.references = new int[Math.toIntExact(frames.total())];
        this.words = new int[references.length];
    }

    /** Reclaims what was retired, walks and compares. */
    public static Audit run(Core core) {
        core.epochs().reclaimAll(0);
        Audit audit = new Audit(core);
        core.spaces().keySet().forEach(audit::walk);
        core.holders().keySet().forEach(holder -> holder.forEachReference(frame -> audit.references[(int) frame]++));
        audit.compareCommitment();
        audit.compareRegions();
        audit.compareFrames();
        audit.compareSwap();
        core.frames().audit().forEach(audit::report);
        return audit;
    }

    /** Number of differences found; 0 if the books balance. */
    public long differences() {
        return differences;
    }

    /** Frames that are free and not held by the kernel itself. */
    public long freeFrames() {
        return frames.countFree();
    }

    /** Whether nothing but the kernel itself holds a frame, and nothing a slot of swap. */
    public boolean isAllFree() {
        SwapArea swap = core.swap();
        return frames.countFree() + frames.kernelFrames() == frames.total()
                && (swap == null || swap.freeBytes() == swap.totalBytes());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(differences == 0 ? "balanced" : differences + " differences")
                .append(": ")
                .append(frames.total())
                .append(" frames, ")
                .append(frames.countFree())
                .append(" free, ")
                .append(frames.kernelFrames())
                .append(" the kernel's own, ")
                .append(frames.total() - frames.countFree() - frames.kernelFrames())
                .append(" in use");
        if (core.swap() != null) {
            text.append("; ").append(swapped.size()).append(" slots of swap in use");
        }
        findings.forEach(finding -> text.append("\n  ").append(finding));
        return text.toString();
    }

    private void walk(AddressSpace space) {
        long[] sums = new long[Counters.KINDS];
        walk(space, space.root(), Tables.ROOT_LEVEL, 0, sums);
        compare("mapped bytes", space.mappedBytes(), sums[Counters.MAPPED_PAGES] << 12);
        compare("bytes in own frames", space.ownBytes(), sums[Counters.OWN_FRAMES] << 12);
        compare("bytes in objects' frames", space.objectBytes(), sums[Counters.OBJECT_FRAMES] << 12);
        compare("data bytes", space.dataBytes(), sums[Counters.DATA_PAGES] << 12);
        compare("locked bytes", space.lockedBytes(), sums[Counters.LOCKED_PAGES] << 12);
        compare("bytes in huge pages", space.hugeBytes(), sums[Counters.HUGE_FRAMES] << 12);
        compare("bytes in swap", space.swappedBytes(), sums[Counters.SWAPPED_PAGES] << 12);
        compare("tables", space.tables(), sums[Counters.TABLES]);
        compare("promised bytes", space.committedBytes(), sums[Counters.COMMITTED_PAGES] << 12);
        compareLimits(space);
        promisedPages += sums[Counters.COMMITTED_PAGES];
    }

    private void compareLimits(AddressSpace space) {
        if (space.limits().isCounting()) {
            compareQuota("mapped", space.limits().quota(Limits.MAPPED), space.mappedBytes());
            compareQuota("data", space.limits().quota(Limits.DATA), space.dataBytes());
            compareQuota("locked", space.limits().quota(Limits.LOCKED), space.lockedBytes());
        }
    }

    private void compareCommitment() {
        Commitment commitment = core.commitment();
        if (commitment.isStrict()) {
            compareQuota("promised", commitment.quota(), promisedPages + commitment.objectPages() << 12);
        }
    }

    private void compareQuota(String what, Quota quota, long bytes) {
        if (quota.isInUse()) {
            report("the quota of " + what + " bytes was left with a call under way");
        }
        compare("the quota of " + what + " bytes", quota.pages() << 12, bytes);
    }

    /** Walks a table and returns the free runs below it. */
    private long walk(AddressSpace space, long table, int level, long first, long[] sums) {
        FreeRunSum free = new FreeRunSum();
        references[(int) table]++;
        sums[Counters.TABLES]++;
        if (frames.kind(table) != FrameKind.TABLE) {
            report("table " + table + " is marked " + FrameKind.name(frames.kind(table)));
        }
        for (int i = 0; i < Tables.SLOTS; i++) {
            long word = RawMemory.getAcquire(Tables.slotAt(core.tables().tableAddress(table), i));
            long page = first + i * Tables.pagesAt(level);
            if (SpaceWord.isFrozen(word) || SpaceWord.isTentative(word)) {
                report("slot " + i + " of table " + table + " was left unfinished: " + Long.toHexString(word));
            } else if (SpaceWord.isTable(word)) {
                free.addTable(Tables.pagesAt(level), walk(space, SpaceWord.frame(word), level - 1, page, sums));
                continue;
            } else if (SpaceWord.isMapped(word)) {
                count(word, level, sums);
            }
            free.addSlot(page, level, word == SpaceWord.UNMAPPED);
        }
        long found = free.result();
        compareHint(table, level, first, found);
        return found;
    }

    private void compareHint(long table, int level, long first, long found) {
        long hint = frames.tableNote(table);
        if (FreeRuns.isKnown(hint) && !FreeRuns.bounds(hint, found)) {
            report("the hint beside table " + table + " of level " + level + ", first page " + first + ", says "
                    + FreeRuns.describe(hint) + ", the words " + FreeRuns.describe(found));
        }
    }

    private void count(long word, int level, long[] sums) {
        Counters one = new Counters();
        one.bill(word, level, 1, frames.zeroFrame());
        for (int kind = 0; kind < Counters.KINDS; kind++) {
            sums[kind] += one.get(kind);
        }
        if (core.holdsReference(word)) {
            long frame = SpaceWord.frame(word);
            references[(int) frames.headOf(frame)]++;
            requireBlock(word, level);
            countShown(frame, Tables.pagesAt(level), SpaceWord.isOwn(word) && !SpaceWord.isCopyOnWrite(word));
        }
        if (SpaceWord.isSwapped(word)) {
            swapped.merge(SpaceWord.swapSlot(word), 1, Integer::sum);
            if (level > 0) {
                report("a word for " + Tables.pagesAt(level) + " pages names one slot of swap: "
                        + Long.toHexString(word));
            }
        }
        if (SpaceWord.isBusy(word)) {
            report("a word was left busy: " + Long.toHexString(word));
        }
        int id = SpaceWord.region(word);
        if (!Attributes.isAnonymous(id)) {
            Region region = core.regions().get(id);
            if (region == null) {
                report("a word names region " + id + ", which does not exist");
            } else {
                regionPages.merge(region, Tables.pagesAt(level), Long::sum);
            }
        }
    }

    /** A word of a higher level names a block that is as large as what it covers, or a part of a larger one. */
    private void requireBlock(long word, int level) {
        long frame = SpaceWord.frame(word);
        long pages = Tables.pagesAt(level);
        if (level > 0 && ((frame & pages - 1) != 0 || 1L << frames.order(frames.headOf(frame)) < pages)) {
            report("a word for " + pages + " pages names a smaller block: " + Long.toHexString(word));
        }
    }

    private void countShown(long first, long pages, boolean mayStore) {
        boolean inBlock = pages > 1 || frames.order(frames.headOf(first)) > 0;
        for (long frame = first; frame < first + pages; frame++) {
            if (mayStore) {
                alone.set((int) frame);
            }
            if (inBlock) {
                words[(int) frame]++;
            }
        }
    }

    /** Each frame of a block is shown by words of its own, though the block has one count. */
    private void compareStorers(long first, int found) {
        for (long frame = first; frame < first + blockAt(first); frame++) {
            int shown = blockAt(first) > 1 ? words[(int) frame] : found;
            if (shown > 1 && alone.get((int) frame)) {
                report(describe(frame) + " is shared, and one of its " + shown + " words may store to it");
            }
        }
    }

    private void compareRegions() {
        for (Entry<Region, Long> entry : regionPages.entrySet()) {
            compare("pages of region " + entry.getKey().id(), entry.getKey().pages(), entry.getValue());
        }
    }

    private void compareFrames() {
        countLaidAside();
        for (long frame = 0; frame < references.length; frame += blockAt(frame)) {
            int found = references[(int) frame] + pinsOf(frame);
            boolean allocated = frames.isAllocated(frame);
            boolean kernels = allocated && frames.kind(frame) == FrameKind.KERNEL;
            int counted = allocated ? frames.count(frame) : 0;
            compareStorers(frame, references[(int) frame]);
            if (allocated && counted == 0) {
                report(describe(frame) + " is handed out, and nobody holds it");
            }
            if (counted != found + (kernels ? 1 : 0)) {
                report(describe(frame) + " is counted " + counted + " and referred to " + found + " times");
            }
        }
    }

    private void compareSwap() {
        SwapArea swap = core.swap();
        if (swap == null) {
            return;
        }
        for (long slot = 1; slot < swap.slots(); slot++) {
            int found = swapped.getOrDefault(slot, 0);
            if (swap.references(slot) != found) {
                compare("references to swap slot " + slot, swap.references(slot), found);
            }
        }
        compare("bytes of free swap", swap.freeBytes(), swap.totalBytes() - ((long) swapped.size() << 12));
    }

    /** Pins are references to the block that their frames are part of. */
    private int pinsOf(long block) {
        int pins = 0;
        for (long frame = block; frame < block + blockAt(block); frame++) {
            pins += frames.pins(frame);
        }
        return pins;
    }

    /** Frames laid aside for the split of a huge page are referred to by its block. */
    private void countLaidAside() {
        for (long frame = 0; frame < references.length; frame += blockAt(frame)) {
            long laidAside = frames.isAllocated(frame) ? frames.deposited(frame) : -1;
            if (laidAside >= 0) {
                references[(int) laidAside]++;
            }
        }
    }

    /** A block has one count, that of its first frame. */
    private long blockAt(long frame) {
        return frames.isAllocated(frame) ? 1L << frames.order(frame) : 1;
    }

    private String describe(long frame) {
        long owner = frames.owner(frame);
        boolean showsPage = owner != 0 && frames.kind(frame) != FrameKind.TABLE;
        String shows = ", page " + FrameOwner.page(owner) + " of space or object " + FrameOwner.holder(owner);
        return "frame " + frame + " (" + FrameKind.name(frames.kind(frame)) + (showsPage ? shows : "") + ")";
    }

    private void compare(String what, long kept, long walked) {
        if (kept != walked) {
            report(what + ": the books say " + kept + ", the words " + walked);
        }
    }

    private void report(String finding) {
        differences++;
        if (findings.size() < MOST_REPORTED) {
            findings.add(finding);
        }
    }
}

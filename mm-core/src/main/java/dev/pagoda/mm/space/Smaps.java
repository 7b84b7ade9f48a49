package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The text of /proc/self/smaps: each line of maps, and what its words add up to.
 *
 * <p>For people and tests: looks at every word of the space, joins the epochs for each question, and sees what other threads change meanwhile or not. A page counts as shared if another space,
 * or another map of this one, shows its frame too. Pages of zeroes are not counted, as on Linux.
 */
final class Smaps {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int HUGE_LEVEL = 1;

    private final AddressSpace space;
    private final Core core;
    private final Frames frames;
    private final List<Sums> lines = new ArrayList<>();
    private int current;

    private Smaps(AddressSpace space) {
        this.space = space;
        this.core = space.core();
        this.frames = core.frames();
    }

    /** One line of maps, and its sums in pages; the proportional ones in 4096ths of a page. */
    static final class Sums {
        final long identity;
        final long first;
        final long end;
        long resident;
        long proportional;
        long proportionalDirty;
        long sharedClean;
        long sharedDirty;
        long privateClean;
        long privateDirty;
        long referenced;
        long anonymous;
        long lazyFree;
        long huge;
        long promisedHuge;
        long swapped;

        Sums(long identity, long first, long end) {
            this.identity = identity;
            this.first = first;
            this.end = end;
        }
    }

    static String text(AddressSpace space) {
        Smaps smaps = new Smaps(space);
        smaps.look();
        StringBuilder text = new StringBuilder();
        smaps.lines.forEach(line -> smaps.print(text, line));
        return text.toString();
    }

    /** The lines of maps and their sums. */
    static List<Sums> of(AddressSpace space) {
        Smaps smaps = new Smaps(space);
        smaps.look();
        return smaps.lines;
    }

    private void look() {
        Maps.look(space, 0, AddressSpace.PAGES, (identity, first, end) -> {
            if (identity != 0) {
                lines.add(new Sums(identity, first, end));
            }
            return true;
        });
        try (Participant self = core.epochs().join("smaps")) {
            Words.forEach(space, () -> self, this::add);
        }
    }

    /** Adds a word to the line that it lies in: both come in ascending order. */
    private void add(int level, long page, long word) {
        while (current < lines.size() && lines.get(current).end <= page) {
            current++;
        }
        if (SpaceWord.isTable(word) || current == lines.size() || lines.get(current).first > page) {
            return;
        }
        Sums line = lines.get(current);
        long pages = Tables.pagesAt(level);
        if (SpaceWord.isSwapped(word)) {
            line.swapped += pages;
        } else if (SpaceWord.isPresent(word) && SpaceWord.frame(word) != frames.zeroFrame()) {
            if (HugeTlb.levelOf(core, SpaceWord.region(word)) > 0) {
                // Promised huge pages are no part of what is resident to Linux.
                line.promisedHuge += pages;
            } else {
                addResident(line, level, pages, word);
            }
        }
    }

    private void addResident(Sums line, int level, long pages, long word) {
        boolean own = SpaceWord.isOwn(word);
        int id = SpaceWord.region(word);
        boolean dirty = SpaceWord.isDirty(word)
                || !own
                        && !Attributes.isAnonymous(id)
                        && core.regions().get(id).pager().isOnlyMemory();
        long shares = shares(word, own);
        line.resident += pages;
        line.proportional += (pages << 12) / shares;
        line.proportionalDirty += dirty ? (pages << 12) / shares : 0;
        if (shares > 1) {
            line.sharedClean += dirty ? 0 : pages;
            line.sharedDirty += dirty ? pages : 0;
        } else {
            line.privateClean += dirty ? 0 : pages;
            line.privateDirty += dirty ? pages : 0;
        }
        line.referenced += SpaceWord.isAccessed(word) ? pages : 0;
        line.anonymous += own ? pages : 0;
        line.lazyFree += own && !dirty ? pages : 0;
        line.huge += own && level == HUGE_LEVEL ? pages : 0;
    }

    /** How many maps show the frame. Of a frame in a block only the block is counted: then a page is one's own until a fork. */
    private long shares(long word, boolean own) {
        long frame = SpaceWord.frame(word);
        if (own && !SpaceWord.isCopyOnWrite(word)) {
            return 1;
        }
        int references = frames.count(frame) - frames.pins(frame) - (own ? 0 : 1);
        return Math.max(1, frames.headOf(frame) != frame || frames.order(frame) > 0 ? 2 : references);
    }

    private void print(StringBuilder text, Sums line) {
        int id = SpaceWord.region(line.identity);
        int hugeLevel = HugeTlb.levelOf(core, id);
        long pageBytes = 1L << 12 + 9 * hugeLevel;
        text.append(Maps.line(space, line.identity, line.first, line.end)).append('\n');
        kilobytes(text, "Size", line.end - line.first);
        kilobytes(text, "KernelPageSize", pageBytes >>> 12);
        kilobytes(text, "MMUPageSize", pageBytes >>> 12);
        kilobytes(text, "Rss", line.resident);
        number(text, "Pss", line.proportional >>> 10);
        number(text, "Pss_Dirty", line.proportionalDirty >>> 10);
        kilobytes(text, "Shared_Clean", line.sharedClean);
        kilobytes(text, "Shared_Dirty", line.sharedDirty);
        kilobytes(text, "Private_Clean", line.privateClean);
        kilobytes(text, "Private_Dirty", line.privateDirty);
        kilobytes(text, "Referenced", line.referenced);
        kilobytes(text, "Anonymous", line.anonymous);
        kilobytes(text, "KSM", 0);
        kilobytes(text, "LazyFree", line.lazyFree);
        kilobytes(text, "AnonHugePages", line.huge);
        kilobytes(text, "ShmemPmdMapped", 0);
        kilobytes(text, "FilePmdMapped", 0);
        kilobytes(text, "Shared_Hugetlb", Attributes.isPrivate(id) ? 0 : line.promisedHuge);
        kilobytes(text, "Private_Hugetlb", Attributes.isPrivate(id) ? line.promisedHuge : 0);
        kilobytes(text, "Swap", line.swapped);
        kilobytes(text, "SwapPss", line.swapped);
        number(text, "Locked", SpaceWord.isLocked(line.identity) ? line.proportional >>> 10 : 0);
        long firstHuge = line.first + 511 & -512;
        boolean mayBeHuge = firstHuge + 512 <= line.end && core.hugePages().allow(id);
        text.append("THPeligible:           ").append(mayBeHuge ? 1 : 0).append('\n');
        text.append("VmFlags: ").append(flags(line.identity, id)).append('\n');
    }

    private static void kilobytes(StringBuilder text, String name, long pages) {
        number(text, name, pages << 2);
    }

    private static void number(StringBuilder text, String name, long kilobytes) {
        text.append(String.format(Locale.ROOT, "%-16s%8d kB%n", name + ':', kilobytes));
    }

    /** Linux's letters, in the order of its bits (fs/proc/task_mmu.c, show_smap_vma_flags). */
    private String flags(long identity, int id) {
        Region region = Attributes.isAnonymous(id) ? null : core.regions().get(id);
        int protection = SpaceWord.protection(identity);
        int attributes = region == null ? id : region.attributes();
        boolean shared = !Attributes.isPrivate(id);
        boolean mayWrite = region == null || !shared || (region.mostProtection() & PROT_WRITE) != 0;
        boolean huge = (attributes & Attributes.HUGETLB_MASK) != 0;
        int charge = attributes & Attributes.CHARGE_MASK;
        boolean accounted = !shared
                && !huge
                && (attributes & Attributes.DROPPABLE) == 0
                && (region == null ? charge == 0 : charge == 0 && (protection & PROT_WRITE) != 0);
        StringBuilder flags = new StringBuilder();
        flag(flags, "rd", (protection & PROT_READ) != 0);
        flag(flags, "wr", (protection & PROT_WRITE) != 0);
        flag(flags, "ex", (protection & PROT_EXEC) != 0);
        flag(flags, "sh", shared && mayWrite);
        flag(flags, "mr", true);
        flag(flags, "mw", mayWrite);
        flag(flags, "me", true);
        flag(flags, "ms", shared);
        flag(flags, "gd", region == null && (attributes & Attributes.GROWSDOWN) != 0);
        flag(flags, "lo", SpaceWord.isLocked(identity));
        flag(flags, "sr", (attributes & Attributes.ACCESS_MASK) == Attributes.SEQUENTIAL);
        flag(flags, "rr", (attributes & Attributes.ACCESS_MASK) == Attributes.RANDOM);
        flag(flags, "dc", (attributes & Attributes.DONTFORK) != 0);
        flag(flags, "de", huge);
        flag(flags, "lf", SpaceWord.isLocked(identity) && (attributes & Attributes.LOCK_ON_FAULT) != 0);
        flag(flags, "ac", accounted);
        flag(flags, "nr", charge == Attributes.NORESERVE);
        flag(flags, "ht", huge);
        flag(flags, "sf", (attributes & Attributes.SYNC) != 0);
        flag(flags, "wf", (attributes & Attributes.WIPEONFORK) != 0);
        flag(flags, "dd", (attributes & Attributes.DONTDUMP) != 0);
        flag(flags, "hg", (attributes & Attributes.HUGE_MASK) == Attributes.HUGEPAGE);
        flag(flags, "nh", (attributes & Attributes.HUGE_MASK) == Attributes.NOHUGEPAGE);
        flag(flags, "dp", (attributes & Attributes.DROPPABLE) != 0);
        return flags.toString();
    }

    private static void flag(StringBuilder flags, String letters, boolean set) {
        flags.append(set ? letters + " " : "");
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;
import java.util.Locale;

/**
 * What /proc/self/status says about memory, in Linux's format and order (fs/proc/task_mmu.c, task_mem), as far as it can be told truly.
 *
 * <p>Left out are VmPeak and VmHWM. Linux compares the present size with the highest one before each decrease and when it is read (include/linux/mm.h, update_hiwater_rss), which
 * costs it a load of a counter; here sizes are sums over what threads count for themselves, so that each munmap would have to read the lines that all others write. And VmPin, for
 * a pin belongs to a frame, not to a space. VmExe is 0: no program's image was loaded.
 *
 * <p>For people and tests: looks at every word of the space and sees what other threads change meanwhile or not.
 */
final class Status {
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private long mapped;
    private long locked;
    private long anonymous;
    private long files;
    private long sharedMemory;
    private long data;
    private long stack;
    private long code;
    private long swapped;
    private long promisedHuge;

    private Status() {}

    static String text(AddressSpace space) {
        Status status = new Status();
        Smaps.of(space).forEach(line -> status.add(space.core(), line));
        StringBuilder text = new StringBuilder();
        line(text, "VmSize", status.mapped);
        line(text, "VmLck", status.locked);
        line(text, "VmRSS", status.anonymous + status.files + status.sharedMemory);
        line(text, "RssAnon", status.anonymous);
        line(text, "RssFile", status.files);
        line(text, "RssShmem", status.sharedMemory);
        line(text, "VmData", status.data);
        line(text, "VmStk", status.stack);
        line(text, "VmExe", 0);
        line(text, "VmLib", status.code);
        // Linux counts the tables below the root (mm_pgtables_bytes).
        line(text, "VmPTE", space.tables() - 1);
        line(text, "VmSwap", status.swapped);
        line(text, "HugetlbPages", status.promisedHuge);
        return text.toString();
    }

    private void add(Core core, Smaps.Sums line) {
        int id = SpaceWord.region(line.identity);
        int protection = SpaceWord.protection(line.identity);
        boolean growsDown = GrowDown.isGrowingDown(line.identity);
        long pages = line.end - line.first;
        mapped += pages;
        locked += SpaceWord.isLocked(line.identity) ? pages : 0;
        data += Counters.isData(line.identity) ? pages : 0;
        stack += growsDown ? pages : 0;
        code += !growsDown && (protection & (PROT_EXEC | PROT_WRITE)) == PROT_EXEC ? pages : 0;
        anonymous += line.anonymous;
        swapped += line.swapped;
        promisedHuge += line.promisedHuge;
        if (!Attributes.isAnonymous(id)) {
            boolean isMemory = core.regions().get(id).pager().isOnlyMemory();
            sharedMemory += isMemory ? line.resident - line.anonymous : 0;
            files += isMemory ? 0 : line.resident - line.anonymous;
        }
    }

    private static void line(StringBuilder text, String name, long pages) {
        text.append(String.format(Locale.ROOT, "%s:\t%8d kB%n", name, pages << 2));
    }
}

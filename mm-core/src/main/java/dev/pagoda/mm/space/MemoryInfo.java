package dev.pagoda.mm.space;

import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The text of /proc/meminfo, as far as this kernel has what it tells: pages are not sorted into active and inactive ones, and there are no buffers and no slabs.
 *
 * <p>Looks at every word of every space, each number for itself: what changes meanwhile may be seen in one and not yet in another. By any thread, outside of
 * epochs; lock-free.
 */
public final class MemoryInfo {
    private MemoryInfo() {}

    /**
     * Writes the text.
     *
     * @param core the kernel
     * @param cachedPages pages of files in memory
     * @param dirtyPages those of them that are to be written
     */
    public static String text(Core core, long cachedPages, long dirtyPages) {
        StringBuilder text = new StringBuilder();
        long free = core.frames().countFree();
        long swapTotal = core.swap() == null ? 0 : core.swap().totalBytes() >>> 12;
        long swapFree = core.swap() == null ? 0 : core.swap().freeBytes() >>> 12;
        line(text, "MemTotal", core.frames().total());
        line(text, "MemFree", free);
        line(text, "MemAvailable", free + cachedPages - dirtyPages);
        line(text, "Buffers", 0);
        line(text, "Cached", cachedPages);
        line(text, "SwapCached", 0);
        line(text, "Mlocked", pages(core, AddressSpace::lockedBytes));
        line(text, "SwapTotal", swapTotal);
        line(text, "SwapFree", swapFree);
        line(text, "Dirty", dirtyPages);
        MappedPages mapped = MappedPages.count(core);
        line(text, "AnonPages", mapped.anonymous());
        line(text, "Mapped", mapped.objects());
        line(text, "PageTables", pages(core, space -> space.tables() << 12));
        line(text, "CommitLimit", core.commitment().limitBytes() >>> 12);
        line(
                text,
                "Committed_AS",
                pages(core, AddressSpace::committedBytes) + core.commitment().objectPages());
        line(text, "AnonHugePages", pages(core, AddressSpace::hugeBytes));
        line(text, "Hugepagesize", 512);
        return text.toString();
    }

    private static long pages(Core core, ToLongFunction<AddressSpace> bytes) {
        return core.spaces().keySet().stream().mapToLong(bytes).sum() >>> 12;
    }

    private static void line(StringBuilder text, String name, long pages) {
        text.append(String.format(Locale.ROOT, "%-15s %8d kB%n", name + ':', pages << 2));
    }
}

package dev.pagoda.mm.space;

/**
 * The text of /proc/vmstat, in Linux's format and order, as far as this kernel counts what it tells: nothing is sorted into zones and lists.
 *
 * <p>Looks at every word of every space; each number for itself. By any thread, outside of epochs; lock-free.
 */
public final class VmStat {
    private VmStat() {}

    /**
     * What the page cache tells, in pages.
     *
     * @param inMemory pages of files in memory
     * @param dirty those of them that are to be written, and are not just being written
     * @param read pages read from the host since boot
     * @param written pages written to the host since boot
     */
    public record Files(long inMemory, long dirty, long read, long written) {}

    /**
     * Writes the text.
     *
     * @param core the kernel
     * @param files what its page cache tells
     */
    public static String text(Core core, Files files) {
        MappedPages mapped = MappedPages.count(core);
        long swappedIn = core.swap() == null ? 0 : core.swap().pagesIn();
        long swappedOut = core.swap() == null ? 0 : core.swap().pagesOut();
        StringBuilder text = new StringBuilder();
        line(text, "nr_free_pages", core.frames().countFree());
        line(text, "nr_anon_pages", mapped.anonymous());
        line(text, "nr_mapped", mapped.objects());
        line(text, "nr_file_pages", files.inMemory);
        line(text, "nr_dirty", files.dirty);
        line(text, "nr_written", files.written);
        line(
                text,
                "nr_page_table_pages",
                core.spaces().keySet().stream().mapToLong(AddressSpace::tables).sum());
        // What went to and from devices is told in KiB.
        line(text, "pgpgin", files.read + swappedIn << 2);
        line(text, "pgpgout", files.written + swappedOut << 2);
        line(text, "pswpin", swappedIn);
        line(text, "pswpout", swappedOut);
        line(
                text,
                "pgfault",
                core.faultsOfEnded()
                        + core.spaces().keySet().stream()
                                .mapToLong(AddressSpace::faults)
                                .sum());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}

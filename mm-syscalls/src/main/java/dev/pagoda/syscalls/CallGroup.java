package dev.pagoda.syscalls;

/** Calls that are described on one page. */
public enum CallGroup {
    /** mmap(2) and what changes maps. */
    MAPS("maps", "Maps", "What makes, changes and removes maps. Ranges are in bytes and rounded up to whole pages."),
    /** madvise(2) and what asks about residency. */
    ADVICE("advice", "Advice and residency", "What is said and asked about memory that is mapped."),
    /** The mlock family. */
    LOCKS("locks", "Locks", "What keeps pages in memory, within RLIMIT_MEMLOCK unless the process has CAP_IPC_LOCK."),
    /** Descriptors. */
    DESCRIPTORS(
            "descriptors", "Descriptors", "What opens, duplicates and closes. A process may have 4,096 descriptors."),
    /** Files. */
    FILES("files", "Files", "What reads, writes, cuts and syncs files, all through the page cache that maps show too."),
    /** Processes and what they may do. */
    PROCESSES("processes", "Processes, limits and rights", "As far as memory is concerned."),
    /** Calls about memory that are refused whole. */
    REFUSED("refused", "Refused by name", "Calls about memory that this kernel does not have.");

    private final String page;
    private final String title;
    private final String about;

    CallGroup(String page, String title, String about) {
        this.page = page;
        this.title = title;
        this.about = about;
    }

    /** File name of the page, without its ending. */
    public String page() {
        return page;
    }

    /** What the page is called. */
    public String title() {
        return title;
    }

    /** One sentence or two about the group. */
    public String about() {
        return about;
    }
}

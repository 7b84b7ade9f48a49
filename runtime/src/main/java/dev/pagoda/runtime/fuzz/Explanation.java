package dev.pagoda.runtime.fuzz;

/** Why the two sides may differ. What none of these covers is a defect. */
enum Explanation {
    /** Linux keeps neighbours apart whose pages come from different histories; here what looks the same is one map. */
    NEIGHBOURS_MERGE("anonymous neighbours always merge, and all that look alike in a child", false),
    /** Linux splits maps at the edges of a range before it finds that there is no room, and does not join them again. */
    SPLIT_BY_REFUSAL("a call that was refused for want of room left Linux's maps split at its edges", false),
    /** Linux goes on accounting a private file map that could be written once, and keeps it apart. */
    ACCOUNTED_APART("a private file map that could be written once stays a line of its own on Linux", false),
    /** The same, seen in a call that wants its range in one map. */
    ONE_MAP("Linux kept anonymous neighbours apart, so that a range was not one map", true),
    /** What Linux unlocks so it goes on counting, and does not join with its neighbours (mm/mremap.c, dontunmap_complete). */
    DONTUNMAP_LOCKED(
            "a locked map was moved with MREMAP_DONTUNMAP: Linux counts what it left behind, and keeps it apart",
            false),
    /** The same, seen in a call that was refused for it: what it did is compared no further. */
    DONTUNMAP_LOCKED_CALL("the limit of locked memory was reached by what is counted so", true),
    /** Joined with what stays behind before that is unlocked, if it was never stored to (mm/mremap.c, copy_vma_and_data). */
    DONTUNMAP_BESIDE(
            "a locked map was moved with MREMAP_DONTUNMAP to a place beside it, and Linux unlocked it there too", true),
    /** What mincore says of a file in memory is what its cache holds. */
    CACHE_RESIDENCY(
            "Linux makes a page of a file in memory behind its end before the write of it fails, and when it is reserved twice",
            false),
    /** What is copied forwards, and how many bytes at once, is the processor's affair (arch/x86/lib/copy_user_64.S). */
    OVERLAPPING_COPY("a file was read into, or written from, a map of its own, bytes onto themselves", true),
    /** Such a page is clean and there is nothing to write; Linux drops it unless it has just been made. */
    PAGED_OUT("Linux drops pages of shared memory that nobody ever wrote on MADV_PAGEOUT, now and then", false),
    /** Limits are asked map by map (mm/mprotect.c, do_mprotect_pkey): the same as {@link #ONE_MAP}, seen in what a refused mprotect left. */
    REFUSED_MAP_BY_MAP("a part of what Linux kept apart was changed, or moved, before a limit refused the rest", true),
    /** The padding is for huge pages (mm/huge_memory.c, thp_get_unmapped_area), and only some file systems ask for it. */
    HINT_PADDED("Linux takes a hint for 2 MiB and more of a file on disk only where 2 MiB more are free", true),
    /** A page that was only read shows the page of zeroes; whether it is there again after a move or in a child is a hint. */
    ZERO_PAGE_RESIDENCY("whether pages that were only read are resident after a move or in a child", false),
    /** Some hosts show a page of its own to a load where Linux usually shows the page of zeroes, as this kernel does; the former can be dropped. On such a host only, see {@link HostFacts}. */
    DROPPED_ZEROES("this host drops pages that were only read, droppable or declared free, on MADV_PAGEOUT", false),
    /** Which 2 MiB become one page at a touch, its neighbours with it, is a hint (mm/huge_memory.c): Linux shows one of zeroes to a load, and may find no block for a store. */
    HUGE_RESIDENCY("whether what lies beside a touched page of memory advised to be huge is resident", false),
    /** The host sets pages aside for MAP_HUGETLB only if its administrator says so (vm.nr_hugepages); here they come from all of memory. */
    NO_HUGE_POOL("MAP_HUGETLB was refused for want of pages that the host has set aside for it", true),
    /** Huge pages of 1 GiB are the processor's (and the hypervisor's) to give; here they are blocks of frames. */
    NO_HUGE_SIZE("MAP_HUGETLB asked for pages of 1 GiB, of which the host has none", true),
    /** A page that was given back, or a growth, leaves no trace in a word here (mm/huge_memory.c: anon_vma). */
    COLLAPSE_HISTORY(
            "MADV_COLLAPSE goes by whether a map was ever stored to or grew, though nothing is left of it", true),
    /** There are no huge pages of shared memory here. */
    SHARED_COLLAPSE("MADV_COLLAPSE of shared memory makes huge pages on Linux, and is refused here", true),
    /** The agent ran out of room or time. */
    NOT_OBSERVED("the agent could not observe the sequence", true);

    private final String reason;
    private final boolean ends;

    Explanation(String reason, boolean ends) {
        this.reason = reason;
        this.ends = ends;
    }

    String reason() {
        return reason;
    }

    /** Whether nothing that comes later can be compared. */
    boolean ends() {
        return ends;
    }
}

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
    /** Linux takes the lock from the whole map that a part was moved from, and goes on counting it. */
    DONTUNMAP_LOCKED("a locked map moved with MREMAP_DONTUNMAP counts once, and only its moved part", true),
    /** What mincore says of a file in memory is what its cache holds. */
    CACHE_RESIDENCY(
            "Linux makes pages of a file in memory before a write fails and when they are reserved, and none when a hole is read",
            false),
    /** What is taken out of memory on advice, and when, is a hint. */
    PAGED_OUT("what MADV_COLD and MADV_PAGEOUT take out of memory is each kernel's own affair", false),
    /** Nothing was written, but the file has grown to where it was to be written (mm/shmem.c, shmem_write_end; ext4 likewise). */
    FAILED_WRITE("Linux lets a file grow to the place of a write that moved nothing", true),
    /** A page that was only read shows the page of zeroes; whether it is there again after a move or in a child is a hint. */
    ZERO_PAGE_RESIDENCY("whether pages that were only read are resident after a move or in a child", false),
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

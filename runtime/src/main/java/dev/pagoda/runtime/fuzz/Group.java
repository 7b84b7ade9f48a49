package dev.pagoda.runtime.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Calls that can be left out together, by name. */
enum Group {
    /** mmap and munmap with plain flags: in every sequence. */
    MAP,
    /** Loads, stores and fills. */
    ACCESS,
    /** mprotect. */
    PROTECT,
    /** mremap. */
    REMAP,
    /** The advice that changes content or attributes. */
    ADVISE,
    /** Advice about what is kept in memory, and removing a part of an object. */
    RECLAIM,
    /** mincore. */
    RESIDENCY,
    /** msync. */
    SYNC,
    /** mlock and its kin, MAP_LOCKED. */
    LOCK,
    /** setrlimit. */
    LIMIT,
    /** brk. */
    BREAK,
    /** Files in memory. */
    MEMFD,
    /** Files on disk. */
    FILE,
    /** Seals of files in memory. */
    SEAL,
    /** MAP_GROWSDOWN. */
    GROWDOWN,
    /** fork, exit and wait. */
    FORK,
    /** MAP_DROPPABLE. */
    DROPPABLE,
    /** remap_file_pages. */
    REORDER,
    /** MADV_HUGEPAGE, MADV_NOHUGEPAGE and MADV_COLLAPSE. */
    HUGE,
    /** Ranges over many tables. */
    LARGE,
    /** Addresses, lengths and flags that are refused. */
    BAD;

    /** The name on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Group> of(String word) {
        return Arrays.stream(values())
                .filter(group -> group.word().equals(word))
                .findFirst();
    }
}

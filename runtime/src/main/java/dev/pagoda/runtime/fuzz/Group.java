package dev.pagoda.runtime.fuzz;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
    /** MAP_DROPPABLE; made only if it is asked for. */
    DROPPABLE,
    /** remap_file_pages; made only if it is asked for. */
    REORDER,
    /** MADV_HUGEPAGE, MADV_NOHUGEPAGE and MADV_COLLAPSE; made only if it is asked for. */
    HUGE,
    /** Ranges over many tables. */
    LARGE,
    /** Addresses, lengths and flags that are refused. */
    BAD;

    /** The name on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those that sequences are made of if nobody says otherwise: without those where answers still differ in known ways. */
    static Set<Group> usual() {
        return EnumSet.complementOf(EnumSet.of(DROPPABLE, REORDER, HUGE));
    }

    static Optional<Group> of(String word) {
        return Arrays.stream(values())
                .filter(group -> group.word().equals(word))
                .findFirst();
    }
}

package dev.pagoda.mm.space;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory a kernel promises: Linux's overcommit policy, vm.overcommit_memory.
 *
 * <p>Private writable memory and shared anonymous memory are promised when they are mapped; views count what they promised for themselves. Under the strict policy all of it is
 * held against one limit, through a {@link Quota} that all calls of the kernel share. Thread-safe.
 */
public final class Commitment {
    /** What is refused. */
    public enum Policy {
        /** Only what can never be there at once: a single map larger than all memory. Linux's mode 0. */
        HEURISTIC,
        /** Nothing. Mode 1. */
        ALWAYS,
        /** What goes beyond a part of all memory, MAP_NORESERVE or not. Mode 2. */
        STRICT
    }

    /** The part of memory that strict kernels promise, in percent, if nobody says otherwise: vm.overcommit_ratio. */
    public static final int DEFAULT_RATIO_PERCENT = 50;

    /** Most that is kept back for the user of a strict kernel to recover with: Linux's user_reserve_kbytes of 128 MiB, or a thirty-second of memory. */
    private static final long MOST_RESERVE_PAGES = (128L << 20) >>> 12;

    private final Policy policy;
    private long totalPages;
    private long limitPages;
    private final Quota quota = new Quota();
    /** Promised by objects, which belong to no space. */
    private final AtomicLong objectPages = new AtomicLong();

    Commitment(Policy policy, int ratioPercent, long totalPages) {
        this.policy = policy;
        this.totalPages = totalPages;
        this.limitPages = totalPages * ratioPercent / 100;
        if (policy == Policy.STRICT) {
            // Linux refuses what would make both equal.
            quota.setLimit(limitPages - 1);
        }
    }

    /** What can be swapped out can be promised beside memory. At boot, before anything is asked for. */
    void addSwap(long pages) {
        totalPages += pages;
        limitPages += pages;
        if (policy == Policy.STRICT) {
            quota.setLimit(limitPages - 1);
        }
    }

    /** The policy. */
    public Policy policy() {
        return policy;
    }

    /** Bytes that a strict kernel promises at most: CommitLimit. */
    public long limitBytes() {
        return limitPages << 12;
    }

    /** Whether MAP_NORESERVE means anything: a strict kernel does not honor it. */
    public boolean honorsNoReserve() {
        return policy != Policy.STRICT;
    }

    /** Whether a single promise is refused whatever else is promised. */
    public boolean isObviouslyTooMuch(long pages) {
        return pages > totalPages && policy == Policy.HEURISTIC;
    }

    boolean isStrict() {
        return policy == Policy.STRICT;
    }

    Quota quota() {
        return quota;
    }

    /** What has to stay free when a space of that size asks, so that one process cannot take all. */
    long reservePages(long mappedPages) {
        return Math.min(mappedPages / 32, Math.min(totalPages / 32, MOST_RESERVE_PAGES));
    }

    /**
     * Promises an object's pages. Outside of epochs.
     *
     * @param mappedPages size of the space that asks
     * @return false if the policy refuses it
     */
    boolean promise(long pages, long mappedPages) {
        if (isObviouslyTooMuch(pages) || isStrict() && !quota.ask(pages, reservePages(mappedPages))) {
            return false;
        }
        if (isStrict()) {
            quota.settle(pages, false, pages);
        }
        objectPages.getAndAdd(pages);
        return true;
    }

    /** Asks for a copy of a space's promises: fork. Outside of epochs; ended by {@link #copied}. */
    boolean askForCopy(long pages, long mappedPages) {
        return !isStrict() || quota.ask(pages, reservePages(mappedPages));
    }

    /** The copy has counted what it was promised, or is given up. */
    void copied(long asked) {
        if (isStrict()) {
            quota.settle(asked, false, 0);
        }
    }

    /** Takes an object's promise back. */
    void takeBack(long pages) {
        objectPages.getAndAdd(-pages);
        if (isStrict()) {
            quota.add(-pages);
        }
    }

    long objectPages() {
        return objectPages.get();
    }
}

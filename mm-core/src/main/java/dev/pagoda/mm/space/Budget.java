package dev.pagoda.mm.space;

import java.lang.invoke.VarHandle;

/**
 * One view's dealings with limits: room is asked for before a call changes anything, and what it changed is carried over when it has.
 *
 * <p>Where nothing is limited both cost one branch. A call that was refused has asked for nothing any more. One instance for each view, used by the view's thread outside of
 * epochs; waits by yielding for other calls under way if there is no room.
 */
final class Budget {
    private static final int COMMITTED = Limits.KINDS;
    private static final int QUOTAS = Limits.KINDS + 1;
    private static final long NOTHING_REPLACED = -1;

    private final View view;
    private final Limits limits;
    private final Commitment commitment;
    private final long[] asked = new long[QUOTAS];
    /** Quotas in which a call is under way, and those in which it is alone: one bit each. */
    private int underWay;

    private int alone;
    /** Whether what is replaced is taken for unmapped already. */
    private boolean isCleared;

    Budget(View view) {
        this.view = view;
        this.limits = view.space().limits();
        this.commitment = view.core().commitment();
    }

    /**
     * Asks for room for pages that are to be mapped, in Linux's order: locked, mapped, data, promised.
     *
     * @param word what will stand there
     * @return 0, {@link Refusal#AGAIN} if the limit of locked memory refuses it, or {@link Refusal#NO_MEMORY}
     */
    int askToMap(long word, long pages) {
        return askToMap(word, pages, NOTHING_REPLACED);
    }

    /** As {@link #askToMap}, for a fixed map: what it replaces makes room, but for locked pages. */
    int askToReplace(long word, long first, long pages) {
        return askToMap(word, pages, first);
    }

    /** As {@link #askToReplace}, where Linux clears the range before it looks at limits: only data makes room for data then. */
    int askToCopyOver(long word, long first, long pages) {
        isCleared = true;
        try {
            return askToMap(word, pages, first);
        } finally {
            isCleared = false;
        }
    }

    private int askToMap(long word, long pages, long first) {
        if (!limits.isCounting()) {
            return 0;
        }
        if (Counters.isLocked(word) && !ask(Limits.LOCKED, pages, NOTHING_REPLACED)) {
            return refused(Refusal.AGAIN);
        }
        boolean allowed = ask(Limits.MAPPED, pages, first)
                && (!Counters.isData(word) || ask(Limits.DATA, pages, first))
                && (!Counters.isCommitted(word) || askToPromise(pages, first));
        return allowed ? 0 : refused(Refusal.NO_MEMORY);
    }

    /** Asks for room to lock a range: what is locked already is not counted again, and holes are, as on Linux. */
    boolean askToLock(long first, long pages) {
        return !limits.isCounting() || ask(Limits.LOCKED, pages, first) || refused(Refusal.NO_MEMORY) == 0;
    }

    /** Whether {@link #askToLock} would find room now. The range may reach beyond user space. */
    boolean wouldAllowLocking(long first, long pages) {
        Quota quota = quota(Limits.LOCKED);
        if (!limits.isCounting() || !quota.wouldExceed(pages)) {
            return true;
        }
        long end = pages > AddressSpace.PAGES ? AddressSpace.PAGES : first + pages;
        return first < AddressSpace.PAGES && !quota.wouldExceed(pages - count(Limits.LOCKED, first, end));
    }

    /**
     * Asks for room for pages of one line of maps whose protection changes. The limit of data holds for what becomes data, unless the
     * address space is so full that Linux does not tell the two apart (mprotect_fixup of mm/mprotect.c).
     *
     * @param promised how many of the pages are not promised yet and will be
     */
    boolean askToProtect(long before, long after, long pages, long promised) {
        if (promised > 0 && commitment.isObviouslyTooMuch(pages)) {
            return false;
        }
        if (!limits.isCounting()) {
            return true;
        }
        boolean becomesData = Counters.isData(after) && !Counters.isData(before);
        boolean limited = becomesData && !limits.quota(Limits.MAPPED).wouldExceed(pages);
        boolean allowed = (!limited || ask(Limits.DATA, pages, NOTHING_REPLACED))
                && (promised == 0 || askToPromise(promised, NOTHING_REPLACED));
        return allowed || refused(Refusal.NO_MEMORY) == 0;
    }

    /** Begins a call that changes as much as it gives back, in between being larger: others who find no room wait for its end. */
    void begin() {
        if (limits.isCounting()) {
            for (int kind = 0; kind < Limits.KINDS; kind++) {
                limits.quota(kind).join();
                asked[kind] = 0;
                underWay |= 1 << kind;
            }
        }
    }

    /** Whether {@link #askToProtect} has to be asked for each map of a range that becomes writable. */
    boolean decidesByMaps(long pages) {
        return limits.isCounting() || commitment.isObviouslyTooMuch(pages);
    }

    /** Carries over what the view changed, and ends what it asked for. */
    void settle() {
        if (limits.isCounting()) {
            carryOver();
        }
    }

    /** As {@link #settle}, unless a call that asked is still under way, of which this was a part. */
    void settlePart() {
        if (underWay == 0) {
            settle();
        }
    }

    private int refused(int refusal) {
        carryOver();
        return refusal;
    }

    private boolean askToPromise(long pages, long first) {
        return !commitment.isStrict() || ask(COMMITTED, pages, first);
    }

    private boolean ask(int kind, long pages, long replacedFrom) {
        Quota quota = quota(kind);
        long reserve = kind == COMMITTED ? commitment.reservePages(view.space().mappedBytes() >>> 12) : 0;
        asked[kind] = pages;
        if (!quota.ask(pages, reserve)) {
            if (replacedFrom == NOTHING_REPLACED) {
                return false;
            }
            long needed = quota.askAlone(() -> pages - count(kind, replacedFrom, replacedFrom + pages), reserve);
            if (needed < 0) {
                return false;
            }
            asked[kind] = needed;
            alone |= 1 << kind;
        }
        underWay |= 1 << kind;
        return true;
    }

    /** Pages of a range that count already. For data all mapped pages do, as on Linux, but where it has cleared them by then. */
    private long count(int kind, long first, long end) {
        long[] pages = new long[1];
        long inside = Math.min(end, AddressSpace.PAGES);
        Runs.forEach(view.core(), view.space(), view::participant, first, inside, (identity, from, to) -> {
            boolean counts = switch (kind) {
                case Limits.LOCKED -> Counters.isLocked(identity);
                case COMMITTED -> Counters.isCommitted(identity);
                case Limits.DATA -> isCleared ? Counters.isData(identity) : identity != 0;
                default -> identity != 0;
            };
            pages[0] += counts ? to - from : 0;
            return true;
        });
        return pages[0];
    }

    private Quota quota(int kind) {
        return kind == COMMITTED ? commitment.quota() : limits.quota(kind);
    }

    private void carryOver() {
        // Pairs with the fence of AddressSpace.carryOver: either it sees what was counted, or this sees what it marked.
        VarHandle.fullFence();
        for (int kind = 0; kind < QUOTAS; kind++) {
            boolean isCommitted = kind == COMMITTED;
            if (isCommitted && !commitment.isStrict()) {
                continue;
            }
            long used = view.counters().mark(isCommitted ? Counters.COMMITTED_PAGES : kind);
            if ((underWay & 1 << kind) != 0) {
                quota(kind).settle(asked[kind], (alone & 1 << kind) != 0, used);
            } else if (used != 0) {
                quota(kind).add(used);
            }
        }
        underWay = 0;
        alone = 0;
    }
}

package dev.pagoda.mm.space;

/**
 * What a space may use at most: the soft limits that calls read.
 *
 * <p>As long as nothing is limited, views count for themselves and nothing is shared. Setting the first limit begins to count: from then on every call
 * that maps, unmaps, locks or makes memory writable carries what it changed into a {@link Quota}, where calls that need room ask first; {@link Budget} is the view's side of it.
 * Counting does not end again. Limits may be set by any thread; a call that is under way meanwhile may still go by the limit before.
 *
 * <p>The invariant: what a view has carried over is marked in its {@link Counters}, and a quota holds the sum of all marks and of what is asked for. So at rest it holds
 * what the words of the space add up to.
 */
public final class Limits {
    /** No limit. */
    public static final long UNLIMITED = Quota.UNLIMITED;
    /** The size that a stack may have if nobody says otherwise, in bytes: Linux's _STK_LIM. */
    public static final long DEFAULT_STACK_BYTES = 8 << 20;

    /** Every map: RLIMIT_AS. Numbered as in {@link Counters}. */
    static final int MAPPED = Counters.MAPPED_PAGES;
    /** Private writable memory: RLIMIT_DATA. */
    static final int DATA = Counters.DATA_PAGES;
    /** Locked memory: RLIMIT_MEMLOCK. */
    static final int LOCKED = Counters.LOCKED_PAGES;

    static final int KINDS = 3;

    private final AddressSpace space;
    private final Quota[] quotas = {new Quota(), new Quota(), new Quota()};
    private volatile boolean counting;
    private volatile boolean complete;
    private volatile long stackBytes = DEFAULT_STACK_BYTES;

    Limits(AddressSpace space) {
        this.space = space;
        // Strict overcommit counts all memory of the kernel from its boot.
        counting = space.core().commitment().isStrict();
        complete = counting;
    }

    /**
     * Limits the size of all maps together: RLIMIT_AS.
     *
     * @param bytes rounded down to pages; {@link #UNLIMITED}, or any number that is negative, for no limit
     */
    public void limitMapped(long bytes) {
        set(MAPPED, bytes);
    }

    /** Limits private writable memory: RLIMIT_DATA. */
    public void limitData(long bytes) {
        set(DATA, bytes);
    }

    /** Limits locked memory: RLIMIT_MEMLOCK, as far as the process may not go beyond it. */
    public void limitLocked(long bytes) {
        set(LOCKED, bytes);
    }

    /** Limits the size to which a map may grow down: RLIMIT_STACK. */
    public void limitStack(long bytes) {
        stackBytes = bytes < 0 ? UNLIMITED : bytes;
    }

    /**
     * Whether so many bytes might be locked, whatever is locked already: what mlockall asks of the whole address space. A look, which another thread may have made old when it returns.
     */
    public boolean allowsLocking(long bytes) {
        return bytes >>> 12 <= quotas[LOCKED].limit();
    }

    /** Whether so many bytes might be locked beside what is locked already. A look as {@link #allowsLocking}; the call that locks asks for certain. */
    public boolean allowsLockingMore(long bytes) {
        long limit = quotas[LOCKED].limit();
        return limit == UNLIMITED || (space.lockedBytes() >>> 12) + (bytes >>> 12) <= limit;
    }

    /** Gives this space the limits of another: fork. Called before anybody uses this one. */
    void copy(Limits other) {
        stackBytes = other.stackBytes;
        for (int kind = 0; kind < KINDS; kind++) {
            long limit = other.quotas[kind].limit();
            if (limit != UNLIMITED) {
                startCounting();
                quotas[kind].setLimit(limit);
            }
        }
    }

    long stackBytes() {
        return stackBytes;
    }

    /** Whether anything is limited, so that what is changed has to be carried over. The one branch of calls where nothing is. */
    boolean isCounting() {
        return counting;
    }

    Quota quota(int kind) {
        return quotas[kind];
    }

    private void set(int kind, long bytes) {
        if (bytes < 0 || bytes == UNLIMITED) {
            quotas[kind].setLimit(UNLIMITED);
            return;
        }
        startCounting();
        quotas[kind].setLimit(bytes >>> 12);
    }

    /**
     * Whoever changes words after the grace period sees that it has to carry over what it changed; what was changed before is visible here. A call that is under way
     * carries over all its view's changes when it ends, whenever they were made.
     */
    private void startCounting() {
        if (complete) {
            return;
        }
        counting = true;
        space.core().epochs().awaitGrace();
        space.carryOver();
        complete = true;
    }
}

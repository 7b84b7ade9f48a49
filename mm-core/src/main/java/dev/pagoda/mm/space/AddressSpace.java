package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The memory of one process: a radix tree of {@link SpaceWord}s, and nothing else. There is no list of mappings.
 *
 * <p>Threads reach it through a {@link View} each; the operations stand in files of their own: {@link Map}, {@link Unmap},
 * {@link Protect}, {@link Remap}, {@link Advise}, {@link Populate}, {@link Sync}, {@link Residency}, {@link Fork}. None takes a lock. Two operations on the
 * same pages at the same time may interleave page by page, in ascending order; each page ends as one of the two left it.
 */
public final class AddressSpace {
    /** Pages of the part of the address space that programs may use; the last one below the border stays free. */
    public static final long PAGES = 0x7ffffffff000L >>> 12;
    /** One above the last address that programs may use. */
    public static final long END = 0x7ffffffff000L;

    private static final View[] NO_VIEWS = {};
    private static final Counters[] NO_COUNTERS = {};
    private static final VarHandle RETIRE_SEQUENCE;
    private static final VarHandle HOLE_HINTS;

    static {
        try {
            RETIRE_SEQUENCE = MethodHandles.lookup().findVarHandle(AddressSpace.class, "retireSequence", long.class);
            HOLE_HINTS = MethodHandles.lookup().findVarHandle(AddressSpace.class, "holeHints", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Core core;
    private final long root;
    /** Raised whenever tables leave the tree: the memory that views have of tables is void then. */
    private volatile long retireSequence = 1;

    private final AtomicReference<View[]> views = new AtomicReference<>(NO_VIEWS);
    /** What the views count, and views before them. */
    private final AtomicReference<Counters[]> counters = new AtomicReference<>(NO_COUNTERS);
    /** What other spaces' threads added to the books, and how much of it was carried over into quotas. */
    private final AtomicLongArray settled = new AtomicLongArray(Counters.KINDS);

    private final MoveTickets moveTickets = new MoveTickets();
    /** How many forks and page-outs are withdrawing the right to store to pages: until they are over, who would copy a shared page or take it over waits. */
    private final AtomicInteger withdrawals = new AtomicInteger();

    /** Whether huge pages were promised to some map: only then it is looked whether a call would cut one. */
    private volatile boolean usingHugeTlb;

    private volatile boolean destroyed;
    private final AtomicLongArray settledMarks = new AtomicLongArray(Counters.KINDS);

    private final Limits limits;
    /** Bounds of where maps that grow down begin: hints, for all others do without a look for gaps. */
    private final AtomicLong growDownLowest = new AtomicLong(Long.MAX_VALUE);

    private final AtomicLong growDownHighest = new AtomicLong(-1);

    private volatile MapNames mapNames = MapNames.NONE;
    /** What becomes of maps that are made from now on: read by the calls that make them. */
    private volatile Mlock.Future future = Mlock.Future.UNLOCKED;
    /** Lowest page that placement chose for a window or a large map. */
    private final AtomicLong placementFloor = new AtomicLong(Placement.TOP_PAGE);

    private final Windows windows = new Windows();
    /** Announcements of hints about holes beside tables; see {@link HoleHints}. */
    private volatile long holeHints;
    /** By which frames name it. */
    private final int number;
    /** Whether it may hold pages that {@link FreedPages} can take: a hint that errs on the side of yes. */
    private volatile boolean mayHoldFreed;
    /** Where {@link FreedPages} goes on: its one thread's. */
    private long freedHand;

    /**
     * Makes an empty space.
     *
     * @param core the kernel
     * @throws MemoryRefused if there is no frame for its root
     */
    public AddressSpace(Core core) {
        this.core = core;
        long table = core.tables().allocate(0, SpaceWord.UNMAPPED, false);
        if (table == Frames.REFUSED && core.reclaim(0)) {
            table = core.tables().allocate(0, SpaceWord.UNMAPPED, false);
        }
        if (table == Frames.REFUSED) {
            throw new MemoryRefused("no frame is free for a new address space of "
                    + core.frames().total() + " frames; boot with more memory");
        }
        this.root = table;
        this.number = core.nextHolderNumber();
        this.limits = new Limits(this);
        settled.set(Counters.TABLES, 1);
        core.spaces().put(this, Boolean.TRUE);
    }

    /**
     * Opens a view for a thread that no CPU of the kernel runs; it joins the epochs by itself.
     *
     * @param name for reports
     * @throws IllegalStateException if the space was destroyed
     */
    public View open(String name) {
        requireThere();
        return new View(this, core.epochs().join(name), true);
    }

    /**
     * Opens a view for a thread that takes turns on CPUs, which lend it their participant.
     *
     * @param participant the CPU that runs the thread now
     * @throws IllegalStateException if the space was destroyed
     */
    public View openOn(Participant participant) {
        requireThere();
        return new View(this, participant, false);
    }

    /** The number by which frames name the space as their owner. */
    public int number() {
        return number;
    }

    /** The kernel. */
    public Core core() {
        return core;
    }

    /**
     * Removes everything and gives the root back. All views must be closed; no other thread may use the space from here on.
     *
     * @throws IllegalStateException if views are open, or the space was destroyed before
     */
    public void destroy() {
        requireThere();
        if (views.get().length != 0) {
            throw new IllegalStateException("the space is still used by " + views.get().length + " views");
        }
        try (View last = open("exit")) {
            destroyed = true;
            Unmap.range(last, 0, Tables.pagesAt(Tables.LEVELS));
            core.epochs().reclaimAll(last.stripe());
            core.spaces().remove(this);
            core.addFaultsOfEnded(faults());
            // The regions are gone from the table now; who still found one there may be on its way through the root.
            last.participant().retire(Retirement.frame(root));
        }
    }

    /** For whoever would walk the tree: its root is another's memory after {@link #destroy}. */
    private void requireThere() {
        if (destroyed) {
            throw new IllegalStateException("address space " + number + " was destroyed: its process has ended");
        }
    }

    // What the space looks like

    /** Bytes mapped: VmSize. */
    public long mappedBytes() {
        return sum(Counters.MAPPED_PAGES) << 12;
    }

    /** Bytes of private writable memory: VmData. */
    public long dataBytes() {
        return sum(Counters.DATA_PAGES) << 12;
    }

    /** Bytes locked: VmLck. */
    public long lockedBytes() {
        return sum(Counters.LOCKED_PAGES) << 12;
    }

    /** Bytes of private memory that have a frame of their own. */
    public long ownBytes() {
        return sum(Counters.OWN_FRAMES) << 12;
    }

    /** Bytes of private memory that lie in swap: VmSwap. */
    public long swappedBytes() {
        return sum(Counters.SWAPPED_PAGES) << 12;
    }

    /** Bytes of private memory that lie in huge pages mapped whole: AnonHugePages, those of MAP_HUGETLB included. */
    public long hugeBytes() {
        return sum(Counters.HUGE_FRAMES) << 12;
    }

    /** Bytes of objects that are mapped and populated. */
    public long objectBytes() {
        return sum(Counters.OBJECT_FRAMES) << 12;
    }

    /** Bytes of memory that is promised to this space, populated or not: its part of Committed_AS. */
    public long committedBytes() {
        return sum(Counters.COMMITTED_PAGES) << 12;
    }

    /** Notes that a map which grows down begins somewhere between two pages, or may do so later. */
    void noteGrowDown(long lowest, long highest) {
        growDownLowest.accumulateAndGet(lowest, Math::min);
        growDownHighest.accumulateAndGet(highest, Math::max);
    }

    /** Takes over what holds for a copy of another space, before anybody uses this one: limits, and where maps grow down. */
    void inherit(AddressSpace parent) {
        noteGrowDown(parent.growDownLowest.get(), parent.growDownHighest.get());
        limits.copy(parent.limits);
    }

    /** Whether a map that grows down may begin above a page. */
    boolean mayGrowDownTo(long page) {
        return page < growDownHighest.get();
    }

    /** Whether a map that grows down may begin at a page or a little above it. */
    boolean mayGrowDownNear(long page, long pages) {
        return page <= growDownHighest.get() && page + pages > growDownLowest.get();
    }

    /** What it may use at most. */
    public Limits limits() {
        return limits;
    }

    /** Whether maps made from now on are locked: MCL_FUTURE. */
    public Mlock.Future futureLock() {
        return future;
    }

    /** Says whether maps made from now on are locked; for callers who then ask for it when they map. */
    public void lockFuture(Mlock.Future maps) {
        future = maps;
    }

    /** Number of page tables. */
    public long tables() {
        return sum(Counters.TABLES);
    }

    /** Number of faults served. */
    public long faults() {
        return sum(Counters.FAULTS);
    }

    private long sum(int kind) {
        long sum = settled.get(kind);
        for (Counters of : counters.get()) {
            sum += of.get(kind);
        }
        return sum;
    }

    /** The protection of the page as maps prints it, such as {@code rw-p}; empty where nothing is mapped. */
    public String permissions(long address) {
        requireThere();
        return Maps.permissions(this, address);
    }

    /** Number of lines of maps that meet the range. */
    public int countMaps(long address, long bytes) {
        requireThere();
        return Maps.count(this, address, bytes);
    }

    /** Start of the line of maps that holds the address, or 0 where nothing is mapped. */
    public long mapStart(long address) {
        requireThere();
        return Maps.start(this, address);
    }

    /** Tells the lines of maps that meet a range, cut to it, in ascending order. Lock-free; looks at every word of the range. */
    public void forEachMap(long address, long bytes, MapUse use) {
        Maps.forEach(this, address, bytes, use);
    }

    /** The text of /proc/self/maps. */
    public String maps() {
        requireThere();
        return Maps.text(this);
    }

    /** The text of /proc/self/smaps. Looks at every word. */
    public String smaps() {
        requireThere();
        return Smaps.text(this);
    }

    /** What /proc/self/status says about memory, as far as it can be told truly. Looks at every word. */
    public String status() {
        requireThere();
        return Status.text(this);
    }

    /** Says what private memory is called in {@link #maps} and {@link #smaps}. */
    public void nameMaps(MapNames names) {
        mapNames = names;
    }

    MapNames mapNames() {
        return mapNames;
    }

    // For the operations

    long root() {
        return root;
    }

    long retireSequence() {
        return (long) RETIRE_SEQUENCE.getAcquire(this);
    }

    /** After a table was taken out, before the grace period: views that enter later must not use what they remember. */
    void raiseRetireSequence() {
        RETIRE_SEQUENCE.getAndAdd(this, 1L);
    }

    boolean hasSingleView() {
        return views.get().length <= 1;
    }

    /** Of those who move pages in this space, copy them to a child, or take copies of an object's pages away. */
    MoveTickets moveTickets() {
        return moveTickets;
    }

    /**
     * Whether a fork of this space is under way, or pages of it are on their way to swap. Asked in the epoch in which a shared page's word was read, after that; and by whoever took a page's word away,
     * in the epoch of that, before its frame is given back at once.
     */
    boolean isWithdrawing() {
        return withdrawals.get() != 0;
    }

    /** Before a grace period, after which the right to store is withdrawn from the first page. */
    void beginWithdrawing() {
        withdrawals.getAndIncrement();
    }

    /** After a grace period since the right was withdrawn from the last page. */
    void endWithdrawing() {
        withdrawals.getAndDecrement();
    }

    boolean isUsingHugeTlb() {
        return usingHugeTlb;
    }

    void setUsingHugeTlb() {
        usingHugeTlb = true;
    }

    /** Takes what another space chose for its own choice, not for the program's. */
    void placeLike(AddressSpace other) {
        placementFloor.set(other.placementFloor.get());
        noteGrowDown(other.growDownLowest.get(), other.growDownHighest.get());
    }

    long placementFloor() {
        return placementFloor.get();
    }

    void lowerPlacementFloor(long page) {
        if (page < placementFloor.get()) {
            placementFloor.accumulateAndGet(page, Math::min);
        }
    }

    Windows windows() {
        return windows;
    }

    /** How many hints about holes were announced; 0 if there can be none. */
    long holeHints() {
        return holeHints;
    }

    /** After a hint was announced and before the look that makes it: from now on who makes pages free there looks for it. */
    void countHoleHints() {
        HOLE_HINTS.getAndAdd(this, 1L);
    }

    boolean mayHoldFreed() {
        return mayHoldFreed;
    }

    void setMayHoldFreed(boolean may) {
        mayHoldFreed = may;
    }

    /** The page at which the last look for pages that can be taken back ended. */
    long freedHand() {
        return freedHand;
    }

    void setFreedHand(long page) {
        freedHand = page;
    }

    void settle(int kind, long delta) {
        settled.getAndAdd(kind, delta);
        if (limits.isCounting()) {
            if (kind < Limits.KINDS) {
                limits.quota(kind).add(markSettled(kind));
            } else if (kind == Counters.COMMITTED_PAGES && core.commitment().isStrict()) {
                core.commitment().quota().add(markSettled(kind));
            }
        }
    }

    private long markSettled(int kind) {
        while (true) {
            long marked = settledMarks.get(kind);
            long value = settled.get(kind);
            if (value == marked || settledMarks.compareAndSet(kind, marked, value)) {
                return value - marked;
            }
        }
    }

    /** Counters for a new view: those of a closed one, or fresh ones. */
    Counters takeCounters() {
        while (true) {
            Counters[] before = counters.get();
            for (Counters of : before) {
                if (of.tryTake()) {
                    return of;
                }
            }
            Counters[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = new Counters();
            if (counters.compareAndSet(before, after)) {
                return after[before.length];
            }
        }
    }

    /** Carries over into the quotas what all views have counted so far. */
    void carryOver() {
        // Pairs with the fence of Budget.carryOver.
        VarHandle.fullFence();
        for (Counters of : counters.get()) {
            for (int kind = 0; kind < Limits.KINDS; kind++) {
                limits.quota(kind).add(of.mark(kind));
            }
        }
        for (int kind = 0; kind < Limits.KINDS; kind++) {
            limits.quota(kind).add(markSettled(kind));
        }
    }

    void add(View view) {
        while (true) {
            View[] before = views.get();
            View[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = view;
            if (views.compareAndSet(before, after)) {
                return;
            }
        }
    }

    void remove(View view) {
        view.budget().settle();
        view.counters().giveBack();
        while (true) {
            View[] before = views.get();
            View[] after = Arrays.stream(before).filter(other -> other != view).toArray(View[]::new);
            if (views.compareAndSet(before, after)) {
                return;
            }
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Epochs;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.epoch.Retired;
import dev.pagoda.mm.frame.FrameRequest;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.TableRoom;
import dev.pagoda.mm.radix.Tables;
import dev.pagoda.mm.swap.SwapArea;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all address spaces of one kernel share: frames, epochs, tables, regions.
 *
 * <p>Made at boot, closed after the last space. Thread-safe.
 */
public final class Core implements Retired, AutoCloseable {
    /** Asked for frames when none is free, by a thread that is outside of any epoch. */
    @FunctionalInterface
    public interface Reclaimer {
        /**
         * Frees frames that are not needed now, such as clean pages of files; may block.
         *
         * @param frames how many would do
         * @return how many were freed
         */
        long reclaim(long frames);
    }

    private static final int RECLAIM_FRAMES = 64;
    /** How often a block is tried for: memory that is reclaimed need not lie side by side. */
    private static final int MOST_BLOCK_TRIES = 8;

    private final Frames frames;
    private final Epochs epochs;
    private final Tables tables;
    private final Commitment commitment;
    private final Regions regions;
    private final Numbers viewNumbers = new Numbers(SpaceWord.MAX_TICKETS);
    private final Reservation recentPages = RecentPages.reserve();
    /** What a closed view is left with: entering throws. */
    private final Participant closedView;

    private final FreedPages freedPages = new FreedPages(this);
    private final SwapOut swapOut = new SwapOut(this);
    private final AtomicInteger holderNumbers = new AtomicInteger();
    private final ConcurrentMap<AddressSpace, Boolean> spaces = new ConcurrentHashMap<>();
    private final ConcurrentMap<FrameHolder, Boolean> holders = new ConcurrentHashMap<>();
    /** Faults that spaces had served when they ended. */
    private final LongAdder faultsOfEnded = new LongAdder();

    private volatile Reclaimer reclaimer = count -> 0;
    private volatile Runnable throttle = () -> {};
    private volatile TableRoom tableRoom = TableRoom.ENDLESS;
    /** Null if there is none. Set before there is a space. */
    private SwapArea swap;

    private volatile HugePages hugePages = HugePages.MADVISE;
    /** Memory is below min and nothing could be reclaimed: nobody tries again until frames came back, or there are none. */
    private volatile boolean hopeless;

    /**
     * Reserves physical memory and starts without a space, promising all that is asked for.
     *
     * @param memoryBytes size of physical memory, at least 1 MiB
     */
    public Core(long memoryBytes) {
        this(memoryBytes, Commitment.Policy.ALWAYS, Commitment.DEFAULT_RATIO_PERCENT);
    }

    /**
     * Reserves physical memory and starts without a space.
     *
     * @param memoryBytes size of physical memory, at least 1 MiB
     * @param policy how much memory it promises
     * @param ratioPercent the part of memory that it promises under the strict policy
     */
    public Core(long memoryBytes, Commitment.Policy policy, int ratioPercent) {
        this(memoryBytes, policy, ratioPercent, 0);
    }

    /**
     * Reserves physical memory, promises what a machine with another size of memory would, and starts without a space.
     *
     * @param memoryBytes size of physical memory, at least 1 MiB
     * @param policy how much memory it promises
     * @param ratioPercent the part of memory that it promises under the strict policy
     * @param promisedOfBytes the size of memory that promises are measured by; 0 for that of physical memory
     */
    public Core(long memoryBytes, Commitment.Policy policy, int ratioPercent, long promisedOfBytes) {
        this(memoryBytes, policy, ratioPercent, promisedOfBytes, Regions.PAIRS);
    }

    /** With room for fewer regions than words can name. */
    Core(long memoryBytes, int pairsOfRegions) {
        this(memoryBytes, Commitment.Policy.ALWAYS, Commitment.DEFAULT_RATIO_PERCENT, 0, pairsOfRegions);
    }

    private Core(
            long memoryBytes, Commitment.Policy policy, int ratioPercent, long promisedOfBytes, int pairsOfRegions) {
        this.regions = new Regions(pairsOfRegions);
        this.frames = new Frames(memoryBytes);
        this.commitment = new Commitment(
                policy,
                ratioPercent,
                promisedOfBytes == 0 ? frames.total() : promisedOfBytes >> PhysicalMemory.FRAME_SHIFT);
        this.epochs = new Epochs(this);
        this.tables = new Tables(frames);
        this.closedView = epochs.join("of a view that is not open any more");
        closedView.close();
    }

    /** The frames of this kernel. */
    public Frames frames() {
        return frames;
    }

    /** The epochs of this kernel. */
    public Epochs epochs() {
        return epochs;
    }

    /** The tables of this kernel. */
    public Tables tables() {
        return tables;
    }

    /** How much memory this kernel promises. */
    public Commitment commitment() {
        return commitment;
    }

    /** The regions of this kernel. */
    public Regions regions() {
        return regions;
    }

    /**
     * Has private anonymous pages go to swap when memory is short; once, before the first space. What is promised grows by it. The area is closed with this.
     */
    public void setSwap(SwapArea area) {
        swap = area;
        commitment.addSwap(area.totalBytes() >>> PhysicalMemory.FRAME_SHIFT);
    }

    /** Where pages go that memory has no room for; null if nowhere. */
    public SwapArea swap() {
        return swap;
    }

    /** A number for a space or object, by which frames name it as their {@link dev.pagoda.mm.frame.FrameOwner}: ascending from 1. */
    public int nextHolderNumber() {
        return holderNumbers.incrementAndGet();
    }

    Participant closedView() {
        return closedView;
    }

    FreedPages freedPages() {
        return freedPages;
    }

    Reservation recentPages() {
        return recentPages;
    }

    Numbers viewNumbers() {
        return viewNumbers;
    }

    void addFaultsOfEnded(long faults) {
        faultsOfEnded.add(faults);
    }

    long faultsOfEnded() {
        return faultsOfEnded.sum();
    }

    ConcurrentMap<AddressSpace, Boolean> spaces() {
        return spaces;
    }

    /** Objects that hold frames and tables outside of spaces; each adds itself while it lives, so that an audit finds all. */
    public ConcurrentMap<FrameHolder, Boolean> holders() {
        return holders;
    }

    /** Sets where huge pages are taken without being asked for; at any time, for what is touched from then on. */
    public void setHugePages(HugePages where) {
        hugePages = where;
    }

    /** Where huge pages are taken without being asked for; at first {@link HugePages#MADVISE}. */
    public HugePages hugePages() {
        return hugePages;
    }

    /** Sets who is told, outside of epochs, that a thread has made a page of an object dirty by a store, and may hold it up; one at a time, the last that was set. */
    public void setThrottle(Runnable throttle) {
        this.throttle = throttle;
    }

    /** After a store that made a page of an object dirty; outside of epochs, may block. */
    void throttle() {
        throttle.run();
    }

    /** Sets where the tables of objects are counted that count them, to be told of those that are disposed of. */
    public void setTableRoom(TableRoom tableRoom) {
        this.tableRoom = tableRoom;
    }

    /** Sets who is asked for frames when none is free; one at a time, the last that was set. */
    public void setReclaimer(Reclaimer reclaimer) {
        this.reclaimer = reclaimer;
    }

    /**
     * Hands out a block, reclaiming what others can do without before it refuses: the waiting form of {@link Frames#allocate(int, int, int)}. Blocks; outside of epochs only.
     *
     * @param self the caller's participant
     * @param order 0 to {@link dev.pagoda.mm.frame.FrameAllocator#MAX_ORDER}
     * @param request a {@link FrameRequest}; with {@link FrameRequest#NO_RECLAIM} nothing is reclaimed and nobody waited for
     * @return its first frame, or a {@link dev.pagoda.mm.frame.FrameRefusal}
     * @throws IllegalStateException inside an epoch, if it would have to wait
     */
    public long allocate(Participant self, int order, int request) {
        if (FrameRequest.has(request, FrameRequest.NO_RECLAIM)) {
            return frames.allocate(self.index(), order, request);
        }
        if (self.isInside()) {
            throw new IllegalStateException("participant " + self.name()
                    + " would wait for memory inside an epoch, which nobody could free then");
        }
        payBack(self.index());
        int withoutReserve = request & ~FrameRequest.USE_RESERVE;
        long frame = frames.allocate(self.index(), order, withoutReserve);
        for (int tries = 1;
                frame < 0 && (order == 0 || tries < MOST_BLOCK_TRIES) && reclaim(self.index(), 1 << order);
                tries++) {
            frame = frames.allocate(self.index(), order, withoutReserve);
        }
        return frame < 0 ? frames.allocate(self.index(), order, request | FrameRequest.EXACT) : frame;
    }

    /**
     * Reclaims a little if memory is below its min watermark: whoever takes memory then does so at least as fast. Outside of epochs; one load if memory is not short.
     */
    public void payBack(int stripe) {
        if (!frames.isBelowMin()) {
            return;
        }
        if (!hopeless) {
            long reclaimed = giveUp(RECLAIM_FRAMES) + epochs.reclaimAll(stripe);
            frames.measurePressure();
            hopeless = reclaimed == 0 && frames.isBelowMin();
        }
    }

    /**
     * Reclaims a little if memory is below its high watermark: the background's work, done by CPUs that have nothing else to do.
     *
     * @return whether anything was reclaimed; false also if memory is not short
     */
    public boolean reclaimInBackground(int stripe) {
        if (!frames.isBelowHigh()) {
            return false;
        }
        long reclaimed = giveUp(RECLAIM_FRAMES) + epochs.reclaimAll(stripe);
        frames.measurePressure();
        hopeless &= reclaimed == 0;
        return reclaimed > 0;
    }

    /**
     * Tries to find frames when none was free: what was retired first, then what the reclaimer gives. Blocks; outside of epochs only.
     *
     * <p>Others may take what this call frees, and give it back again: as long as anybody's memory is on its way back, it is worth to try again.
     *
     * @param stripe the caller's stripe
     * @return whether it is worth to try again; false when nobody has anything to give
     */
    public boolean reclaim(int stripe) {
        return reclaim(stripe, 1);
    }

    /**
     * As {@link #reclaim(int)}, for a caller who needs several frames at once and gave back those it had: fewer free ones than that are no reason to
     * try again.
     */
    boolean reclaim(int stripe, int needed) {
        long disposedBefore = epochs.disposed();
        hopeless = false;
        if (epochs.reclaimAll(stripe) > 0 || frames.countFree() >= needed) {
            return true;
        }
        long reclaimed = giveUp(RECLAIM_FRAMES);
        // What the reclaimer took out of the trees is retired, and free after one more grace period.
        epochs.reclaimAll(stripe);
        return reclaimed > 0
                || freedPages.isBusy()
                || swapOut.isBusy()
                || epochs.isReclaiming()
                || epochs.disposed() != disposedBefore
                || frames.countFree() >= needed;
    }

    /** What costs nobody anything first: pages that their owners have declared free; then what has to be read again; then what has to be written first. */
    private long giveUp(long wanted) {
        long freed = freedPages.reclaim(wanted);
        freed += freed < wanted ? reclaimer.reclaim(wanted - freed) : 0;
        return freed < wanted ? freed + swapOut.reclaim() : freed;
    }

    @Override
    public void dispose(long record, int stripe) {
        long value = Retirement.value(record);
        switch (Retirement.type(record)) {
            case Retirement.FRAME -> frames.drop(stripe, value);
            case Retirement.SPACE_SUBTREE ->
                tables.drain(stripe, value, Retirement.level(record), word -> dropContent(stripe, word));
            case Retirement.SPACE_TABLES -> tables.drain(stripe, value, Retirement.level(record), word -> {});
            case Retirement.COUNTED_TABLE -> {
                frames.drop(stripe, value);
                tableRoom.giveBack(1);
            }
            case Retirement.REGION -> regions.dispose((int) value);
            default -> throw new IllegalStateException("a retired record of no type: " + Long.toHexString(record));
        }
    }

    private void dropContent(int stripe, long word) {
        if (holdsReference(word)) {
            frames.drop(stripe, SpaceWord.frame(word));
        } else if (SpaceWord.isSwapped(word)) {
            swap.drop(SpaceWord.swapSlot(word));
        }
    }

    /** Whether a word of a space counts as a reference to its frame: the zero frame is never counted. */
    boolean holdsReference(long word) {
        return SpaceWord.isPresent(word) && SpaceWord.frame(word) != frames.zeroFrame();
    }

    /** Gives the memory back to the host. All spaces and views must be closed. */
    @Override
    public void close() {
        epochs.close();
        if (swap != null) {
            swap.close();
        }
        frames.close();
        recentPages.close();
    }
}

package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.util.List;

/**
 * The frames of one kernel: their memory, who may have one, and how often each is referred to.
 *
 * <p>A block is handed out with a count of one. {@link #drop} lowers it and, at zero, gives the block back; call it
 * only after a grace period if any other thread may have seen the block. Idle CPUs keep a few frames zeroed. A small emergency reserve serves the changes that must not fail
 * half-way (a table that a munmap needs to split a range). Any thread may call; a <em>stripe</em> is any number, best that of the caller's CPU. Lock-free, but for
 * the very last frames. Allocates no objects.
 */
public final class Frames implements AutoCloseable {
    /** Returned instead of a frame when none is free. Any negative number is a {@link FrameRefusal}. */
    public static final long REFUSED = FrameAllocator.REFUSED;

    /** Smallest memory that can run anything: reserve, a root table, three levels, some pages. */
    private static final long LEAST_FRAMES = 256;
    /** What an idle CPU does at a time: about a microsecond. */
    private static final int ZEROED_AT_ONCE = 8;

    private final PhysicalMemory memory;
    private final FrameAllocator allocator;
    private final FrameTable table;
    private final ZeroedFrames zeroed;
    private final EmergencyReserve reserve;
    private final RefusalInjection injection = new RefusalInjection();
    private final Standstill standstill = new Standstill();
    private final long zeroFrame;

    /**
     * Reserves physical memory; its frames are touched when they are first used.
     *
     * @param bytes size, at least 1 MiB and at most 1 TiB; rounded down to frames
     */
    public Frames(long bytes) {
        long frames = bytes >> PhysicalMemory.FRAME_SHIFT;
        if (frames < LEAST_FRAMES || frames > PhysicalMemory.MAX_FRAMES) {
            throw new IllegalArgumentException(
                    "memory of " + bytes + " bytes cannot be served: it must be between 1M and 1024G");
        }
        PhysicalMemory reserved = new PhysicalMemory(frames);
        FrameAllocator opened = null;
        FrameTable entries = null;
        try {
            opened = new FrameAllocator(frames);
            entries = new FrameTable(frames);
            this.zeroed = new ZeroedFrames();
        } catch (MemoryRefused refused) {
            // What the host gave before it refused goes back.
            if (entries != null) {
                entries.close();
            }
            if (opened != null) {
                opened.close();
            }
            reserved.close();
            throw refused;
        }
        this.memory = reserved;
        this.allocator = opened;
        this.table = entries;
        this.zeroFrame = allocate(0, FrameKind.KERNEL);
        this.reserve = new EmergencyReserve(table);
        for (int i = 0; i < EmergencyReserve.FRAMES; i++) {
            reserve.refill(allocate(0, FrameKind.KERNEL));
        }
    }

    /** The memory that the frames lie in. */
    public PhysicalMemory memory() {
        return memory;
    }

    /** Whether pages of objects can leave. */
    public Standstill standstill() {
        return standstill;
    }

    /** Number of frames, used or not. */
    public long total() {
        return allocator.frames();
    }

    /** Number of frames that are free, those in magazines and in stock included; exact only at rest. */
    public long countFree() {
        if (RefusalInjection.POSSIBLE && injection.isRefusing()) {
            return 0;
        }
        return allocator.countFree() + zeroed.count();
    }

    /** Frames that the kernel keeps for itself from boot on: the zero frame and the emergency reserve. */
    public long kernelFrames() {
        return 1 + reserve.count();
    }

    /** The frame that is always zero: mapped for reads of memory never written, never counted, never written. */
    public long zeroFrame() {
        return zeroFrame;
    }

    /** Absolute address of a frame's first byte. */
    public long address(long frame) {
        return memory.base() + (frame << PhysicalMemory.FRAME_SHIFT);
    }

    /** The frame that holds a byte, by its absolute address. */
    public long frameAt(long rawAddress) {
        return rawAddress - memory.base() >>> PhysicalMemory.FRAME_SHIFT;
    }

    /** Absolute address of frame 0. */
    public long base() {
        return memory.base();
    }

    /**
     * Hands out a frame with any content and a count of one.
     *
     * @param stripe the caller's stripe, usually its CPU
     * @param kind a {@link FrameKind}
     * @return the frame, or {@link #REFUSED}
     */
    public long allocate(int stripe, int kind) {
        return allocate(stripe, 0, kind);
    }

    /** As {@link #allocate(int, int)}, with every byte zero. */
    public long allocateZeroed(int stripe, int kind) {
        return allocate(stripe, 0, kind | FrameRequest.ZEROED);
    }

    /**
     * Hands out a block with a count of one. Never reclaims what others have; waits only if the request is exact.
     *
     * @param stripe the caller's stripe, usually its CPU
     * @param order 0 to {@link FrameAllocator#MAX_ORDER}
     * @param request a {@link FrameRequest}
     * @return its first frame, or a {@link FrameRefusal}
     */
    public long allocate(int stripe, int order, int request) {
        if (RefusalInjection.POSSIBLE && injection.refusesNow()) {
            return FrameRefusal.EXHAUSTED.code();
        }
        int kind = FrameRequest.kind(request);
        boolean movable = FrameKind.isMovable(kind);
        boolean clear = FrameRequest.has(request, FrameRequest.ZEROED);
        if (clear && order == 0 && movable) {
            long frame = zeroed.take(stripe);
            if (frame != Magazines.NONE) {
                table.start(frame, 0, kind, 1);
                return frame;
            }
        }
        long frame = allocator.allocate(stripe, order, movable, FrameRequest.effort(request));
        if (frame < 0) {
            frame = allocateLast(stripe, order, request);
            if (frame < 0) {
                return frame;
            }
        }
        table.start(frame, order, kind, 1);
        if (clear) {
            RawMemory.clear(address(frame), (long) PhysicalMemory.FRAME_BYTES << order);
        }
        return frame;
    }

    /** What is zeroed in advance is free as well; then the reserve. */
    private long allocateLast(int stripe, int order, int request) {
        boolean movable = FrameKind.isMovable(FrameRequest.kind(request));
        boolean exact = FrameRequest.has(request, FrameRequest.EXACT);
        while (!FrameRequest.has(request, FrameRequest.GLANCE)) {
            long passages = zeroed.passages();
            long frame = takeFromStock(stripe, order);
            if (frame < 0 && (exact || order > 0)) {
                frame = allocator.allocate(stripe, order, movable, FrameRequest.effort(request));
            }
            if (frame >= 0) {
                return frame;
            }
            // The stock was empty, and nothing passed between it and the allocator while that had nothing: nothing was
            // free then.
            if (!exact || zeroed.isSettled(passages)) {
                break;
            }
            Thread.yield();
        }
        if (order == 0 && FrameRequest.has(request, FrameRequest.USE_RESERVE)) {
            long frame = reserve.take();
            if (frame >= 0) {
                return frame;
            }
        }
        boolean inPieces = order > 0 && countFree() >= 1L << order;
        return (inPieces ? FrameRefusal.FRAGMENTED : FrameRefusal.EXHAUSTED).code();
    }

    /** A single frame is had from the stock; for a block the stock goes back to where it can coalesce. */
    private long takeFromStock(int stripe, int order) {
        if (order == 0) {
            return zeroed.steal();
        }
        for (boolean hadFrame = true; hadFrame; ) {
            zeroed.beginFilling();
            long frame = zeroed.steal();
            hadFrame = frame != Magazines.NONE;
            if (hadFrame) {
                table.finish(frame);
                allocator.free(stripe, frame, 0);
            }
            zeroed.endFilling(hadFrame);
        }
        return REFUSED;
    }

    /**
     * Zeroes a few free frames in advance for a stripe; called by its CPU when it has nothing else to do. Lock-free, about a microsecond.
     *
     * @return whether there was something to do; not when memory is short
     */
    public boolean zeroInAdvance(int stripe) {
        for (int i = 0; i < ZEROED_AT_ONCE; i++) {
            if (zeroed.isFull(stripe) || isBelowHigh() || !zeroOne(stripe)) {
                return i > 0;
            }
        }
        return true;
    }

    private boolean zeroOne(int stripe) {
        zeroed.beginFilling();
        long frame = allocator.allocate(stripe, 0, true, FrameAllocator.Effort.GLANCE);
        boolean stored = frame >= 0 && store(stripe, frame);
        zeroed.endFilling(frame >= 0);
        return stored;
    }

    private boolean store(int stripe, long frame) {
        RawMemory.clear(address(frame), PhysicalMemory.FRAME_BYTES);
        table.start(frame, 0, FrameKind.ZEROED, 0);
        boolean stored = zeroed.put(stripe, frame);
        if (!stored) {
            table.finish(frame);
            allocator.free(stripe, frame, 0);
        }
        return stored;
    }

    /** Raises the count of a frame, or of the block that it is part of, unless it is zero and the block is on its way out. */
    public boolean raiseUnlessZero(long frame) {
        if (table.raiseUnlessZero(frame)) {
            return true;
        }
        long head = allocator.headOf(frame);
        return head != frame && table.raiseUnlessZero(head);
    }

    /**
     * Says that one of the references that the caller holds is a pin: somebody reaches the frame without looking at any word, so that fork must copy it at once and
     * nobody may drop what it holds as unused. Whoever pins reads the word that led to the frame again afterwards; whoever relies on its not being pinned changes the
     * word first and asks {@link #isPinned} afterwards: one of the two sees the other. Wait-free.
     */
    public void pin(long frame) {
        table.addPins(frame, 1);
    }

    /** Ends a {@link #pin}, before the reference is given up. Wait-free. */
    public void unpin(long frame) {
        table.addPins(frame, -1);
    }

    /** Whether somebody reaches the frame without looking at a word. One load. */
    public boolean isPinned(long frame) {
        return table.pins(frame) != 0;
    }

    /** As {@link #isPinned}, of any of several frames side by side. */
    public boolean isAnyPinned(long first, long count) {
        for (long frame = first; frame < first + count; frame++) {
            if (table.pins(frame) != 0) {
                return true;
            }
        }
        return false;
    }

    /** How many of a frame's references are pins. */
    public int pins(long frame) {
        return table.pins(frame);
    }

    /** Adds references to a block of which the caller holds one, or sees one inside its epoch; any frame of the block names it. */
    public void raise(long frame, int references) {
        table.raise(headOf(frame), references);
    }

    /**
     * Takes back references that {@link #raise} added and nobody else came to rely on; the one that was there before remains.
     *
     * @throws IllegalStateException if none remains
     */
    public void lowerBy(long frame, int references) {
        table.lowerBy(headOf(frame), references);
    }

    /**
     * First frame of the block that a frame is part of; the frame itself if it is handed out alone. For callers that hold or see a reference to it.
     */
    public long headOf(long frame) {
        return table.count(frame) != 0 ? frame : allocator.headOf(frame);
    }

    /**
     * Lays a single frame aside with a block of order 9 or more, for the table that a split of its page will need. It goes back with the block.
     *
     * @return false if one lies there already; the frame stays the caller's
     */
    public boolean deposit(long block, long frame) {
        return table.deposit(headOf(block), frame);
    }

    /** The frame that lies aside with a block, for audits; negative if there is none. */
    public long deposited(long block) {
        return table.order(block) < FrameAllocator.HUGE_ORDER ? REFUSED : table.deposited(block);
    }

    /** Takes the frame that lies aside with the block of a frame; negative if there is none. It is the caller's from here on, with a count of one. */
    public long takeDeposit(long frame) {
        return table.takeDeposit(headOf(frame));
    }

    /** As {@link #drop(int, long)}, by a thread that knows no stripe. */
    public void drop(long frame) {
        drop(FrameAllocator.stripeOfThread(), frame);
    }

    /**
     * Lowers a block's count and gives the block back at zero. Only after a grace period, if others may have seen it.
     *
     * <p>A block has one count, in the entry of its first frame; the counts of the others are 0, so that what is handed out alone is found without a look at the allocator.
     *
     * @param stripe the caller's stripe
     * @param frame any of its frames
     * @throws IllegalStateException if nobody holds a reference to it; nothing is changed then
     */
    public void drop(int stripe, long frame) {
        requireFrame(frame);
        long head = headOf(frame);
        if (table.lower(head)) {
            giveBack(stripe, head);
        } else if (table.kind(head) == FrameKind.OBJECT) {
            standstill.changed();
        }
    }

    /** Gives a block back if the caller holds the only count; false if somebody else holds one too. */
    public boolean dropIfLast(int stripe, long frame) {
        requireFrame(frame);
        boolean last = table.change(frame, 1, 0);
        if (last) {
            giveBack(stripe, frame);
        }
        return last;
    }

    private void giveBack(int stripe, long frame) {
        if (reserve.isIncomplete() && table.order(frame) == 0 && reserve.refill(frame)) {
            return;
        }
        int order = table.order(frame);
        boolean movable = FrameKind.isMovable(table.kind(frame));
        long laidAside = order < FrameAllocator.HUGE_ORDER ? REFUSED : table.takeDeposit(frame);
        table.finish(frame);
        allocator.free(stripe, frame, order, movable);
        if (laidAside >= 0) {
            drop(stripe, laidAside);
        }
    }

    /**
     * Makes a block single frames, each with a count of one and the block's kind: a huge page becomes small ones. For a caller who knows all references to the block.
     *
     * @param frame the block's first frame
     * @param references how many references there are; from then on the first frame has one of them, like every other
     * @return false, and nothing is changed, if the block's count is another
     */
    public boolean split(long frame, int references) {
        requireFrame(frame);
        int order = table.order(frame);
        int kind = table.kind(frame);
        if (order == 0) {
            return table.count(frame) == references;
        }
        // Until the count is one again nobody can raise it, so nobody else comes to have the block meanwhile.
        if (references <= 0 || !table.change(frame, references, 0)) {
            return false;
        }
        long laidAside = order < FrameAllocator.HUGE_ORDER ? REFUSED : table.takeDeposit(frame);
        for (long single = frame + 1; single < frame + (1L << order); single++) {
            table.start(single, 0, kind, 1);
        }
        allocator.split(frame, order);
        table.start(frame, 0, kind, 1);
        if (laidAside >= 0) {
            drop(laidAside);
        }
        return true;
    }

    private void requireFrame(long frame) {
        if (frame < 0 || frame >= allocator.frames()) {
            throw new IllegalStateException("there is no frame " + frame + ": memory has " + allocator.frames());
        }
    }

    /** The count of a frame, or of the block that it is part of; may be old at once. */
    public int count(long frame) {
        return table.count(headOf(frame));
    }

    /** The frame's {@link FrameKind}; may be old at once. */
    public int kind(long frame) {
        return table.kind(frame);
    }

    /** The order of the block that begins at the frame; may be old at once. */
    public int order(long frame) {
        return table.order(frame);
    }

    /** What the frame shows, a {@link FrameOwner}: a hint; 0 if nobody told. */
    public long owner(long frame) {
        return table.owner(frame);
    }

    /** Tells what a frame shows; by the thread that allocated it, before others see it. */
    public void setOwner(long frame, long owner) {
        table.setOwner(frame, owner);
    }

    /** What a tree remembers of its table, 0 if nothing yet; in the one order of all volatile accesses. Inside an epoch in which the table was found. */
    public long tableNote(long frame) {
        return table.ownerInOrder(frame);
    }

    /** Changes what a tree remembers of its table from one note to another, of 55 bits; false if it was not that. As {@link #tableNote}. */
    public boolean changeTableNote(long frame, long from, long to) {
        return table.changeOwner(frame, from, to);
    }

    /** Who uses a table, in its tree's terms; 0 for a table just allocated; in the one order of all volatile accesses. Inside an epoch in which the table was found. */
    public int tableUser(long frame) {
        return table.user(frame);
    }

    /** Changes who uses a table; false if it was another. As {@link #tableUser}. */
    public boolean changeTableUser(long frame, int from, int to) {
        return table.changeUser(frame, from, to);
    }

    /** How often the frame has ceased to be a table, modulo 2^32. */
    public int generation(long frame) {
        return table.generation(frame);
    }

    /** Marks that a table is leaving; called once by whoever removed it from its parent, before it is retired. */
    public void raiseGeneration(long frame) {
        table.raiseGeneration(frame);
    }

    /** Whether a frame is in somebody's hands; not if it only lies in stock. For audits. */
    public boolean isAllocated(long frame) {
        return allocator.isAllocated(frame) && table.kind(frame) != FrameKind.ZEROED;
    }

    /** How free memory lies; what is zeroed in advance counts as taken. Costs a look at every bit. */
    public FreeBlocks freeBlocks() {
        return allocator.freeBlocks();
    }

    /** How many frames should stay free. */
    public Watermarks watermarks() {
        return allocator.pressure().watermarks();
    }

    /** Sets how many frames should stay free. */
    public void setWatermarks(Watermarks watermarks) {
        allocator.pressure().setWatermarks(watermarks);
    }

    /** Sets who is told that memory is short: called by allocating threads, perhaps inside an epoch, so it must not wait. */
    public void setPressureListener(Runnable listener) {
        allocator.pressure().setListener(listener);
    }

    /** Counts the free frames now, for the questions below; allocating threads do so now and then. */
    public void measurePressure() {
        allocator.pressure().measure();
    }

    /** Whether fewer frames were free than the low watermark when they were last counted: reclaim in the background begins. */
    public boolean isBelowLow() {
        return allocator.pressure().level() >= Pressure.BELOW_LOW;
    }

    /** Whether fewer frames were free than the high watermark: reclaim in the background goes on. */
    public boolean isBelowHigh() {
        return allocator.pressure().level() >= Pressure.BELOW_HIGH;
    }

    /** Whether fewer frames were free than the min watermark: whoever allocates and may wait reclaims first. */
    public boolean isBelowMin() {
        return allocator.pressure().level() >= Pressure.BELOW_MIN;
    }

    /** Whether this JVM was started with the flag that {@link #injectRefusals} needs. */
    public static boolean canRefuse() {
        return RefusalInjection.POSSIBLE;
    }

    /**
     * Has allocations refused, for tests of what follows; while they are, it is as if nothing were free. Needs the JVM's flag {@code -Dpagoda.refusals=true}: without it the question is not even compiled in.
     *
     * @param after how many allocations, of any kind and order, succeed before; negative: none is refused
     * @param count how many are refused then, one after another
     */
    public void injectRefusals(long after, long count) {
        injection.set(after, count);
    }

    /** How many allocations were refused since {@link #injectRefusals} was called. */
    public long countRefusals() {
        return injection.countRefused();
    }

    /** What does not fit in the books of the allocator, in words; empty if they balance. At rest only. */
    public List<String> audit() {
        return allocator.audit();
    }

    /** Gives the memory back to the host. No access may be going on or follow. */
    @Override
    public void close() {
        zeroed.close();
        table.close();
        allocator.close();
        memory.close();
    }
}

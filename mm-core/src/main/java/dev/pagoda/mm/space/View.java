package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.TableUsers;
import dev.pagoda.mm.radix.Tables;
import java.util.Arrays;

/**
 * One thread's way to the memory of a space: loads, stores, compare-and-set and bulk copies.
 *
 * <p>Used by one thread at a time. An access enters an epoch, walks at most four levels (usually none: recent pages are
 * remembered), touches memory and leaves. What memory does not allow is thrown as {@link MemoryFault}; an access that crosses pages
 * changes nothing if one of them refuses. Accesses are wait-free on populated memory, faults lock-free on anonymous memory, and block
 * where a page has to be read.
 *
 * <p>Pages and leaf tables are remembered, and used only if, after entering, the space's retire sequence is what it was before the walk that found them;
 * the slot is read afresh at every access, so permissions are never cached (see {@link RecentPages}). Of a huge page the one slot that covers it is remembered, with masks that make
 * the same shift and the same compare serve both; if that slot leads to a table by now the compare fails, and the fault has the view walk again.
 */
public final class View implements AutoCloseable {
    private static final int PAGE_SHIFT = PhysicalMemory.FRAME_SHIFT;
    private static final int PAGE_BYTES = PhysicalMemory.FRAME_BYTES;
    private static final long OFFSET_MASK = PAGE_BYTES - 1;
    private static final int LEAF_SHIFT = PAGE_SHIFT + 9;
    /** What is moved in one epoch: some microseconds. */
    private static final long MOST_BYTES_AT_ONCE = 64 << 10;
    /** Leaf tables that a view remembers: 1 GiB of addresses. */
    private static final int REMEMBERED_LEAVES = 512;
    /** Where in a leaf table the slot of an address lies. */
    private static final long SLOT_MASK = (Tables.SLOTS - 1) << 3;

    private final AddressSpace space;
    private final Core core;
    private final Tables tables;
    private final long frameBase;
    private final boolean ownsParticipant;
    private final int number;
    private final Counters counters;
    private final Budget budget;
    private final Replace replace;
    private final Claim claim;
    private final HoleHints holeHints;
    private final Placement placement;
    private final Emptied emptied;
    private final HugeBlock hugeBlock;
    private final RecentPages recent;
    private final AccessRun run;
    /** Walks that were used before and are used again, so that calls allocate nothing; null while one is in use. */
    Protect.Walk protectWalk;

    Advise.Discard discardWalk;

    private Participant participant;
    private final Leaf[] leaves = new Leaf[REMEMBERED_LEAVES];
    private boolean closed;

    /** In places that nothing was remembered in. */
    private static final Leaf NO_LEAF = new Leaf();

    /** A leaf table, or the slot of a huge page, that was found by a walk. Written by the view's thread alone. */
    private static final class Leaf {
        /** Which 2 MiB of addresses; -1 if none. */
        private long number = -1;
        /** Address of the table's first slot, or of the one slot of a huge page. */
        private long slot;
        /** {@link #SLOT_MASK}, or 0 for a huge page. */
        private long slotMask;
        /** What of an address says where in its page it lies; a huge page is larger. */
        private long offsetMask;
        /** The space's retire sequence before the walk. */
        private long sequence;

        private int level;

        long slotOf(long address) {
            return slot + (address >>> PAGE_SHIFT - 3 & slotMask);
        }
    }

    View(AddressSpace space, Participant participant, boolean ownsParticipant) {
        Arrays.fill(leaves, NO_LEAF);
        this.space = space;
        this.core = space.core();
        this.tables = core.tables();
        this.frameBase = core.frames().base();
        this.participant = participant;
        this.ownsParticipant = ownsParticipant;
        this.number = core.viewNumbers().take();
        if (number < 0) {
            throw new IllegalStateException("there are too many views; close those no longer used");
        }
        this.counters = space.takeCounters();
        this.budget = new Budget(this);
        this.replace = new Replace(this);
        this.claim = new Claim(this);
        this.holeHints = new HoleHints(this);
        this.placement = new Placement(this);
        this.emptied = new Emptied(this);
        this.hugeBlock = new HugeBlock(this);
        this.recent = new RecentPages(space, core.recentPages(), number);
        this.run = new AccessRun(this, recent);
        space.add(this);
    }

    /** The space that this view shows. */
    public AddressSpace space() {
        return space;
    }

    /** The participant whose epochs this view uses at the moment. */
    public Participant participant() {
        return participant;
    }

    /** Accesses that follow each other in one epoch; always the same. */
    public AccessRun run() {
        return run;
    }

    /**
     * Lends the view another CPU's participant; called by the scheduler when the view's thread is about to run there.
     *
     * @param cpu the CPU's participant
     */
    public void mount(Participant cpu) {
        if (!closed) {
            participant = cpu;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            placement.leaveWindow();
            emptied.giveBackAll();
            space.remove(this);
            if (ownsParticipant) {
                participant.close();
            }
            // Whoever still uses the view is told so, and reaches no memory that is another space's by now.
            participant = core.closedView();
            recent.close();
            core.viewNumbers().giveBack(number);
        }
    }

    // Loads

    /**
     * Loads a little-endian number.
     *
     * @param address any address
     * @param size 1, 2, 4 or 8 bytes
     * @return the number, not sign-extended
     * @throws MemoryFault if memory does not allow it
     */
    public long load(long address, int size) {
        Participant self = participant;
        boolean entered = self.enterBriefly();
        try {
            long raw = recent.rawForLoad(address, size);
            if (raw != 0) {
                return loadRaw(raw, size);
            }
        } finally {
            self.leaveBriefly(entered);
        }
        return loadUnknown(address, size);
    }

    /** In a method of its own, and an epoch of its own, so that compilers keep the usual case small. */
    private long loadUnknown(long address, int size) {
        while (true) {
            Participant self = participant;
            boolean entered = self.enterBriefly();
            try {
                long raw = rawForAccess(address, size, false);
                if (raw != 0) {
                    return loadRaw(raw, size);
                }
            } finally {
                self.leaveBriefly(entered);
            }
            if (crossesPages(address, size)) {
                return CrossPage.load(this, address, size);
            }
            Fault.resolve(this, address, false);
        }
    }

    /**
     * Stores a little-endian number.
     *
     * @param address any address
     * @param size 1, 2, 4 or 8 bytes
     * @param value the number; higher bits are ignored
     * @throws MemoryFault if memory does not allow it; nothing is written then
     */
    public void store(long address, int size, long value) {
        Participant self = participant;
        boolean entered = self.enterBriefly();
        try {
            long raw = recent.rawForStore(address, size);
            if (raw != 0) {
                storeRaw(raw, size, value);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        storeUnknown(address, size, value);
    }

    private void storeUnknown(long address, int size, long value) {
        while (true) {
            Participant self = participant;
            boolean entered = self.enterBriefly();
            try {
                long raw = rawForAccess(address, size, true);
                if (raw != 0) {
                    storeRaw(raw, size, value);
                    return;
                }
            } finally {
                self.leaveBriefly(entered);
            }
            if (crossesPages(address, size)) {
                CrossPage.store(this, address, size, value);
                return;
            }
            Fault.resolve(this, address, true);
        }
    }

    private static boolean crossesPages(long address, int size) {
        return (address & OFFSET_MASK) + size > PAGE_BYTES;
    }

    /**
     * Changes a number in memory from expected to value, as one step, if it still is expected.
     *
     * @param address a multiple of size
     * @param size 1, 2, 4 or 8 bytes
     * @return what was there, not sign-extended: the change was made if it equals expected
     * @throws MemoryFault if memory does not allow a store, or the address is not aligned
     */
    public long compareAndSet(long address, int size, long expected, long value) {
        requireAligned(address, size);
        while (true) {
            Participant self = participant;
            boolean entered = self.enterBriefly();
            try {
                long slot = accessSlot(address);
                if (slot != 0) {
                    long word = RawMemory.getAcquire(slot);
                    if (SpaceWord.allowsStore(word)) {
                        return exchangeRaw(rawAddress(word, address), size, expected, value);
                    }
                }
            } finally {
                self.leaveBriefly(entered);
            }
            Fault.resolve(this, address, true);
        }
    }

    /**
     * Adds to a number in memory, as one step.
     *
     * @param address a multiple of size
     * @param size 4 or 8 bytes
     * @param delta what is added; higher bits are ignored
     * @return what was there, not sign-extended
     * @throws MemoryFault if memory does not allow a store, or the address is not aligned
     */
    public long getAndAdd(long address, int size, long delta) {
        return changeNumber(address, size, delta, true);
    }

    /**
     * Replaces a number in memory, as one step.
     *
     * @param address a multiple of size
     * @param size 4 or 8 bytes
     * @param value the number; higher bits are ignored
     * @return what was there, not sign-extended
     * @throws MemoryFault if memory does not allow a store, or the address is not aligned
     */
    public long getAndSet(long address, int size, long value) {
        return changeNumber(address, size, value, false);
    }

    private long changeNumber(long address, int size, long operand, boolean add) {
        if (size != Integer.BYTES && size != Long.BYTES) {
            throw new IllegalArgumentException("an atomic change is 4 or 8 bytes wide, not " + size);
        }
        requireAligned(address, size);
        while (true) {
            Participant self = participant;
            boolean entered = self.enterBriefly();
            try {
                long raw = rawIfAllowed(address, true);
                if (raw != 0) {
                    return changeRaw(raw, size, operand, add);
                }
            } finally {
                self.leaveBriefly(entered);
            }
            Fault.resolve(this, address, true);
        }
    }

    private static long changeRaw(long raw, int size, long operand, boolean add) {
        if (size == Long.BYTES) {
            return add ? RawMemory.getAndAdd(raw, operand) : RawMemory.getAndSet(raw, operand);
        }
        int before = add ? RawMemory.getAndAddInt(raw, (int) operand) : RawMemory.getAndSetInt(raw, (int) operand);
        return before & 0xffff_ffffL;
    }

    private static void requireAligned(long address, int size) {
        if ((address & size - 1) != 0) {
            throw new MemoryFault(
                    MemoryFault.SIGBUS,
                    MemoryFault.BUS_ADRALN,
                    address,
                    "an atomic access must be aligned to its size");
        }
    }

    // Bulk: see Copy, Compare, Look and Pin

    /** As {@link Copy#out(View, long, byte[], int, int)}. */
    public void read(long address, byte[] destination, int offset, int length) {
        Copy.out(this, address, destination, offset, length);
    }

    /** As {@link Copy#in(View, long, byte[], int, int)}. */
    public void write(long address, byte[] source, int offset, int length) {
        Copy.in(this, address, source, offset, length);
    }

    /** As {@link Copy#fill}. */
    public void fill(long address, long length, byte value) {
        Copy.fill(this, address, length, value);
    }

    /**
     * Calls back with the raw memory of a part of one page, inside an epoch.
     *
     * @param address first byte
     * @param forStore whether the memory will be written
     * @param use what to do with it; must not wait or keep the address
     * @throws MemoryFault if memory does not allow it
     */
    public void access(long address, boolean forStore, RawUse use) {
        while (true) {
            Participant self = participant;
            self.enter();
            try {
                long slot = accessSlot(address);
                if (slot != 0) {
                    long word = RawMemory.getAcquire(slot);
                    if (forStore ? SpaceWord.allowsStore(word) : SpaceWord.allowsLoad(word)) {
                        use.use(rawAddress(word, address));
                        return;
                    }
                }
            } finally {
                self.leave();
            }
            Fault.resolve(this, address, forStore);
        }
    }

    /** Whether a load needs no fault at this moment. Lock-free; outside of epochs or inside. */
    public boolean isShown(long address) {
        Participant self = participant;
        self.enter();
        try {
            long slot = accessSlot(address);
            return slot != 0 && SpaceWord.allowsLoad(RawMemory.getAcquire(slot));
        } finally {
            self.leave();
        }
    }

    /** What is done with raw memory inside an epoch. */
    @FunctionalInterface
    public interface RawUse {
        /**
         * Uses the memory up to the end of its page.
         *
         * @param rawAddress the absolute address of the byte asked for
         */
        void use(long rawAddress);
    }

    // For the operations of the space

    /** Address of the leaf slot that covers an address, its neighbours beside it; 0 where no leaf table is found at once. Inside an epoch. */
    long leafSlot(long address) {
        long slot = accessSlot(address);
        return slot == 0 || leafOf(address).level == 0 ? slot : 0;
    }

    /**
     * Address of the leaf slot that covers an address, or of the slot of a huge page; 0 where there is neither. Inside an epoch.
     *
     * <p>The word in the slot of a huge page may be any by now: a table if the page was split.
     */
    long accessSlot(long address) {
        return slotIn(leafOf(address), address);
    }

    /** Each leaf has one place, chosen without a branch: programs go back and forth between leaves so irregularly that a branch would often be mispredicted. */
    private Leaf leafOf(long address) {
        return leaves[leafPlace(address)];
    }

    private static int leafPlace(long address) {
        return (int) (address >>> LEAF_SHIFT) & REMEMBERED_LEAVES - 1;
    }

    private long slotIn(Leaf leaf, long address) {
        // The sequence is read after entering: an older table can only be remembered under an older number.
        if (leaf.number == address >>> LEAF_SHIFT && leaf.sequence == space.retireSequence()) {
            return leaf.slotOf(address);
        }
        return walkToLeaf(address, space.retireSequence());
    }

    /** Absolute address of a byte if its page allows an access as it is, else 0. Inside an epoch. */
    long rawIfAllowed(long address, boolean store) {
        long slot = accessSlot(address);
        if (slot == 0) {
            return 0;
        }
        long word = RawMemory.getAcquire(slot);
        boolean allowed = store ? SpaceWord.allowsStore(word) : SpaceWord.allowsLoad(word);
        return allowed ? rawAddress(word, address) : 0;
    }

    /**
     * As {@link #rawIfAllowed}, of so many bytes, at least 1, that lie in one page: sooner known where the page was used lately. 0 as well if they lie in several. Inside an epoch.
     */
    long rawInPage(long address, int bytes, boolean store) {
        // Recent pages are asked about few bytes: the last of many may lie in a page that shares the first one's place.
        if (crossesPages(address, bytes)) {
            return 0;
        }
        long raw = store ? recent.rawForStore(address, bytes) : recent.rawForLoad(address, bytes);
        return raw == 0 ? rawForAccess(address, bytes, store) : raw;
    }

    /** As {@link #rawIfAllowed}, and remembers the page. */
    long rawForAccess(long address, int size, boolean store) {
        if (crossesPages(address, size)) {
            return 0;
        }
        long slot = accessSlot(address);
        if (slot == 0) {
            return 0;
        }
        Leaf leaf = leafOf(address);
        long word = RawMemory.getAcquire(slot);
        boolean allowsLoad = SpaceWord.allowsLoad(word);
        if (!(store ? SpaceWord.allowsStore(word) : allowsLoad)) {
            return 0;
        }
        long raw = rawAddress(word, address, leaf);
        if (allowsLoad) {
            recent.remember(address, slot, leaf.sequence, word, raw);
        }
        return raw;
    }

    /** How many bytes from the address of the last look lie side by side for certain and may be moved in one epoch. */
    long reach(long address) {
        long mask = leafOf(address).offsetMask;
        return Math.min(mask + 1 - (address & mask), MOST_BYTES_AT_ONCE);
    }

    boolean isClosed() {
        return closed;
    }

    /** Absolute address of a byte, by the word in the slot that {@link #accessSlot} found for it last, and which is present. */
    long rawAddress(long word, long address) {
        return rawAddress(word, address, leafOf(address));
    }

    private long rawAddress(long word, long address, Leaf leaf) {
        return frameBase + (SpaceWord.frame(word) << PAGE_SHIFT) + (address & leaf.offsetMask);
    }

    private long remember(long address, long firstSlot, int level, long sequence) {
        Leaf leaf = leafOf(address);
        if (leaf == NO_LEAF) {
            leaf = new Leaf();
            leaves[leafPlace(address)] = leaf;
        }
        leaf.number = address >>> LEAF_SHIFT;
        leaf.slot = firstSlot;
        leaf.slotMask = level == 0 ? SLOT_MASK : 0;
        leaf.offsetMask = (Tables.pagesAt(level) << PAGE_SHIFT) - 1;
        leaf.sequence = sequence;
        leaf.level = level;
        return leaf.slotOf(address);
    }

    /** Forgets the slot of a huge page that covers an address: it did not allow what was asked, perhaps because the page was split. */
    void forgetHuge(long address) {
        Leaf leaf = leafOf(address);
        if (leaf.number == address >>> LEAF_SHIFT && leaf.level != 0) {
            leaf.number = -1;
        }
    }

    /** Walks from the root; the sequence was read before. */
    private long walkToLeaf(long address, long sequence) {
        if (address < 0 || address >= AddressSpace.END) {
            return 0;
        }
        long page = address >>> PAGE_SHIFT;
        long table = space.root();
        for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
            long slot = tables.slot(table, page, level);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isPresent(word)) {
                return use(table, sequence) ? remember(address, slot, level, sequence) : 0;
            }
            if (!SpaceWord.isTable(word) || SpaceWord.isFrozen(word)) {
                return 0;
            }
            table = SpaceWord.frame(word);
        }
        return use(table, sequence) ? remember(address, tables.tableAddress(table), 0, sequence) : 0;
    }

    /**
     * Tells that this view uses the slots of a table which it found in this epoch; before it reads or changes one. See {@link TableUsers}.
     *
     * @param sequence the space's retire sequence, read before the walk that found the table
     * @return false if tables have left the tree meanwhile, so that it has to be found again
     */
    boolean use(long table, long sequence) {
        return tables.users().enter(table, number) || space.retireSequence() == sequence;
    }

    /** Whether another view may use the table of a slot; asked after the slot was changed. */
    boolean isUsedByOthers(long slot) {
        return isTableUsedByOthers(tables.tableOf(slot));
    }

    /** Whether another view may use a table; asked after its slots were changed, or its parent's. */
    boolean isTableUsedByOthers(long table) {
        return !space.hasSingleView() && tables.users().isUsedByOthers(table, number);
    }

    Core core() {
        return core;
    }

    int stripe() {
        return participant.index();
    }

    /** Number of this view among all living ones: the ticket of its claims and moves. */
    int number() {
        return number;
    }

    Counters counters() {
        return counters;
    }

    Budget budget() {
        return budget;
    }

    Replace replace() {
        return replace;
    }

    Claim claim() {
        return claim;
    }

    Emptied emptied() {
        return emptied;
    }

    HugeBlock hugeBlock() {
        return hugeBlock;
    }

    HoleHints holeHints() {
        return holeHints;
    }

    Placement placement() {
        return placement;
    }

    void bill(long word, int level, int sign) {
        counters.bill(word, level, sign, core.frames().zeroFrame());
    }

    /**
     * Makes sure that the participant which the view has when this returns can retire so many records. Outside of epochs; may wait for a grace period.
     */
    void makeRoom(int count) {
        Participant roomy;
        do {
            roomy = participant;
            roomy.makeRoom(count);
            // A wait may have moved the thread to another CPU, whose ring may be full.
        } while (roomy != participant);
    }

    /** Retires a word's reference to its frame, if it holds one, or gives its slot of swap back. Inside or outside of an epoch. */
    void retireReference(long word) {
        if (core.holdsReference(word)) {
            participant.retire(Retirement.frame(SpaceWord.frame(word)));
        } else if (SpaceWord.isSwapped(word)) {
            core.swap().drop(SpaceWord.swapSlot(word));
        }
    }

    /**
     * Gives up a word's reference to its frame, if it holds one, after the word was taken out of a leaf slot by compare-and-set: at once if nobody else can have found the frame there, else after
     * a grace period. In the epoch of the change.
     *
     * <p>Who raises the count of a frame that he found in a leaf slot, or reads the frame, has entered the table before, as this view has; others that walk the tree by themselves (to take pages
     * away for an object, or pages declared free) change words and look at no frame behind them, but for page-out: that says that it is withdrawing, and waits, before it looks at words.
     */
    void giveUpReference(long word, long slot) {
        // A frame of an object is found by other ways as well; and around a nested epoch the caller may have memory in
        // use that he takes away here.
        if (SpaceWord.isPresent(word)
                && SpaceWord.isOwn(word)
                && participant.isInsideOnce()
                && !isUsedByOthers(slot)
                && !space.isWithdrawing()) {
            core.frames().drop(participant.index(), SpaceWord.frame(word));
        } else {
            retireReference(word);
        }
    }

    /** Waits until no access relies on a right that was taken away; nothing to do when nobody else looks at the space. */
    void awaitGraceOfOthers() {
        if (!space.hasSingleView()) {
            participant.awaitGrace();
        }
    }

    /** Lets others run, while something that only they can finish is awaited. */
    static void pause() {
        Thread.yield();
    }

    static long loadRaw(long raw, int size) {
        return switch (size) {
            case 1 -> RawMemory.getByte(raw) & 0xffL;
            case 2 -> RawMemory.getShort(raw) & 0xffffL;
            case 4 -> RawMemory.getInt(raw) & 0xffff_ffffL;
            case 8 -> RawMemory.getLong(raw);
            default -> throw badSize(size);
        };
    }

    static void storeRaw(long raw, int size, long value) {
        switch (size) {
            case 1 -> RawMemory.setByte(raw, (byte) value);
            case 2 -> RawMemory.setShort(raw, (short) value);
            case 4 -> RawMemory.setInt(raw, (int) value);
            case 8 -> RawMemory.setLong(raw, value);
            default -> throw badSize(size);
        }
    }

    private static long exchangeRaw(long raw, int size, long expected, long value) {
        return switch (size) {
            case 1 -> RawMemory.compareAndExchangeByte(raw, (byte) expected, (byte) value) & 0xffL;
            case 2 -> RawMemory.compareAndExchangeShort(raw, (short) expected, (short) value) & 0xffffL;
            case 4 -> RawMemory.compareAndExchangeInt(raw, (int) expected, (int) value) & 0xffff_ffffL;
            case 8 -> RawMemory.compareAndExchange(raw, expected, value);
            default -> throw badSize(size);
        };
    }

    private static IllegalArgumentException badSize(int size) {
        return new IllegalArgumentException("an access is 1, 2, 4 or 8 bytes wide, not " + size);
    }
}

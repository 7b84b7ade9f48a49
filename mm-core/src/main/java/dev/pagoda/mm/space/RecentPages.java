package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.mm.radix.SpaceWord;

/**
 * The pages that a view accessed last, each with its slot, the word that was in it and where its memory lies. One instance for each view, used by its thread inside an epoch.
 *
 * <p>Nothing of a page is taken on trust: every access reads the slot's word, and the memory is used only if that is the same word still, in a table that cannot have left the tree. But the
 * address of the memory does not have to wait for that word: a processor goes ahead with the access and compares meanwhile, where after a walk each load waits for the one before. Each page
 * has one place, chosen without a branch, for programs go back and forth between pages so irregularly that a branch would often be mispredicted.
 *
 * <pre>
 *  4096 entries of 32 bytes, off-heap because the bounds of an array would be checked at each look, and memory that no page was remembered in costs none
 *  +0   last      address of the page's last byte, 0 in an entry that holds no page
 *  +8   slot      address of the slot that covers it: its own, or a huge page's
 *  +16  word      what stood there, and allowed a load
 *  +24  distance  from an address of the page to the absolute address of its memory
 * </pre>
 */
final class RecentPages {
    /** Of 1024 pages that lie anyhow, eight in ten have a place of their own; of so many places as pages, four would. */
    private static final int ENTRIES_SHIFT = 12;

    private static final int ENTRIES = 1 << ENTRIES_SHIFT;
    private static final int ENTRY_SHIFT = 5;
    /** Entries that are forgotten together: as many groups as a long has bits. */
    private static final int GROUP_BYTES = ENTRIES / Long.SIZE << ENTRY_SHIFT;

    private static final int BYTES = ENTRIES << ENTRY_SHIFT;
    /** Views that have entries; further ones walk. */
    private static final int VIEWS = 4096;

    private static final int SLOT_OFFSET = 8;
    private static final int WORD_OFFSET = 16;
    private static final int DISTANCE_OFFSET = 24;
    private static final int PAGE_SHIFT = PhysicalMemory.FRAME_SHIFT;
    private static final long OFFSET_MASK = PhysicalMemory.FRAME_BYTES - 1;

    private final AddressSpace space;
    private final long base;
    /** Where entries are that always stay empty. */
    private final long noEntries;

    private final boolean canRemember;
    /** In a run of accesses the entries, else those that stay empty: so who accesses outside of a run finds nothing. */
    private long believed;
    /** The space's retire sequence under which all entries were found. */
    private long sequence;
    /** The groups that hold an entry, a bit each: what is remembered under few sequences is seldom much. */
    private long used;

    /**
     * Starts without pages.
     *
     * @param all what {@link #reserve} made
     * @param viewNumber number of the view among all living ones
     */
    RecentPages(AddressSpace space, Reservation all, int viewNumber) {
        this.space = space;
        this.canRemember = viewNumber < VIEWS;
        this.noEntries = all.address();
        this.base = canRemember ? noEntries + (viewNumber + 1L) * BYTES : noEntries;
        this.believed = noEntries;
    }

    /** Room for entries that stay empty, and behind them for those of all views: zeroed, so empty. */
    static Reservation reserve() {
        return new Reservation((long) (VIEWS + 1) * BYTES);
    }

    /** When the view is closed, by whoever closes it: leaves all entries empty to the next view of that number. */
    void close() {
        endBelief();
        forgetAll();
    }

    /** At the beginning of a run of accesses, inside its epoch: forgets what was found before tables left the tree. */
    void believe() {
        long current = space.retireSequence();
        if (current != sequence) {
            forgetAll();
            sequence = current;
        }
        believed = base;
    }

    /** At the end of a run of accesses, before its epoch is left. */
    void endBelief() {
        believed = noEntries;
    }

    /** As {@link #rawForLoad}, in the epoch in which {@link #believe} was called. */
    long rawForLoadInRun(long address, int size) {
        long entry = believed + place(address);
        if (RawMemory.getPlain(entry) == (address + size - 1 | OFFSET_MASK)) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET)) {
                return address + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    /** As {@link #rawForStore}, in the epoch in which {@link #believe} was called. */
    long rawForStoreInRun(long address, int size) {
        long entry = believed + place(address);
        if (RawMemory.getPlain(entry) == (address + size - 1 | OFFSET_MASK)) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET) && SpaceWord.allowsStore(word)) {
                return address + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    /** Absolute address of the first of so many bytes, at most a page of them, that may be loaded; 0 if this is not known at once, or they lie in two pages. */
    long rawForLoad(long address, int size) {
        long entry = entry(address);
        // The last byte's page is compared, in the place of the first one's: they only agree if both are the same, for
        // neighbours have different places.
        if (RawMemory.getPlain(entry) == (address + size - 1 | OFFSET_MASK) && space.retireSequence() == sequence) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET)) {
                return address + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    /** As {@link #rawForLoad}, of bytes that may be stored. */
    long rawForStore(long address, int size) {
        long entry = entry(address);
        if (RawMemory.getPlain(entry) == (address + size - 1 | OFFSET_MASK) && space.retireSequence() == sequence) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET) && SpaceWord.allowsStore(word)) {
                return address + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    /**
     * Remembers a page, in the epoch in which its slot was found.
     *
     * @param slot the slot's address
     * @param found the space's retire sequence before the walk to the slot
     * @param word what stood in the slot, and allows a load
     * @param raw absolute address of the byte at the address
     */
    void remember(long address, long slot, long found, long word, long raw) {
        if (!canRemember) {
            return;
        }
        if (found != sequence) {
            forgetAll();
            sequence = found;
        }
        long entry = entry(address);
        used |= 1L << (entry - base) / GROUP_BYTES;
        RawMemory.setPlain(entry, address | OFFSET_MASK);
        RawMemory.setPlain(entry + SLOT_OFFSET, slot);
        RawMemory.setPlain(entry + WORD_OFFSET, word);
        RawMemory.setPlain(entry + DISTANCE_OFFSET, raw - address);
    }

    private void forgetAll() {
        while (used != 0) {
            RawMemory.fill(base + (long) Long.numberOfTrailingZeros(used) * GROUP_BYTES, GROUP_BYTES, (byte) 0);
            used &= used - 1;
        }
    }

    /**
     * Pages that lie a power of two apart have places of their own, as neighbours have. Neighbours never share one, which {@link #rawForLoad} relies on: from page to page the sum
     * grows by one or two.
     */
    private static long place(long address) {
        long page = address >>> PAGE_SHIFT;
        return (page + (page >>> ENTRIES_SHIFT) & ENTRIES - 1) << ENTRY_SHIFT;
    }

    private long entry(long address) {
        return base + place(address);
    }
}

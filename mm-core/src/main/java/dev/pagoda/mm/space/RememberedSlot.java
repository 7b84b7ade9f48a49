package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Where a view found the slots of 2 MiB of addresses: a leaf table, or the one slot of a huge page.
 *
 * <p>It is used only if, after entering, the space's retire sequence is what it was before the walk that found the table. The slot is read afresh at every access, so
 * permissions are never cached. A view has a row of them, and an address says which one is its own: programs go to and fro between stack, heap and
 * code, and a last one that is looked at first would be guessed wrong at every third access.
 *
 * <p>Used by the view's thread, inside epochs.
 */
final class RememberedSlot {
    /** In a row: half a GiB of addresses. Of the accesses of recorded programs fewer than one in two hundred meets the slot of another's addresses there. */
    static final int ROW = 256;

    /** Addresses of one. */
    private static final int LEAF_SHIFT = PhysicalMemory.FRAME_SHIFT + 9;
    /** From an address to the place of its page's slot in a table, in bytes, but for the mask. */
    private static final int SLOT_SHIFT = PhysicalMemory.FRAME_SHIFT - 3;

    private static final long LEAF_SLOTS_MASK = (Tables.SLOTS - 1) << 3;
    private static final long NO_LEAF = -1;

    /** Which 2 MiB of addresses. */
    private long leaf = NO_LEAF;
    /** The space's retire sequence before the walk. */
    private long sequence;
    /** Address of the leaf table's first slot, or of the one slot of a huge page. */
    private long firstSlot;
    /** Which bits of an address, shifted, tell the slot: those of a leaf table's index, or none. */
    private long slotMask;
    /** Which bits of an address lie within its page, small or huge. */
    private long offsetMask;

    private int level;

    /** Makes a row for a view. */
    static RememberedSlot[] row() {
        RememberedSlot[] row = new RememberedSlot[ROW];
        for (int i = 0; i < ROW; i++) {
            row[i] = new RememberedSlot();
        }
        return row;
    }

    /** Where in a row the address has its slot. */
    static int indexOf(long address) {
        return (int) (address >>> LEAF_SHIFT) & ROW - 1;
    }

    /** Whether it is the slot of an address and no table has left the tree since. The sequence was read after entering: an older table can only be remembered under an older number. */
    boolean isOf(long address, long sequenceNow) {
        return (leaf ^ address >>> LEAF_SHIFT | sequence ^ sequenceNow) == 0;
    }

    /** Address of the slot that covers an address. The word in the slot of a huge page may be any by now: a table if the page was split. */
    long slot(long address) {
        return firstSlot + (address >>> SLOT_SHIFT & slotMask);
    }

    /** What of an address lies within its page. */
    long offset(long address) {
        return address & offsetMask;
    }

    /** Bytes from an address to the end of its page. */
    long bytesToEnd(long address) {
        return offsetMask + 1 - offset(address);
    }

    /** Whether the slot is one of a leaf table's, with those of the pages beside it around it. */
    boolean isInLeaf() {
        return level == 0;
    }

    /** Forgets the slot of a huge page that covers an address: it did not allow what was asked, perhaps because the page was split. */
    void forgetHuge(long address) {
        if (leaf == address >>> LEAF_SHIFT && level != 0) {
            leaf = NO_LEAF;
        }
    }

    /** Walks from the root to the slot of an address; false if there is neither a leaf table nor a huge page. */
    boolean walk(AddressSpace space, long address) {
        if (address < 0 || address >= AddressSpace.END) {
            return false;
        }
        // Before the walk: what leaves the tree meanwhile makes this void.
        long before = space.retireSequence();
        Tables tables = space.core().tables();
        long page = address >>> PhysicalMemory.FRAME_SHIFT;
        long table = space.root();
        for (int at = Tables.ROOT_LEVEL; at > 0; at--) {
            long slot = tables.slot(table, page, at);
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isPresent(word)) {
                remember(address, before, slot, at);
                return true;
            }
            if (!SpaceWord.isTable(word) || SpaceWord.isFrozen(word)) {
                return false;
            }
            table = SpaceWord.frame(word);
        }
        remember(address, before, tables.tableAddress(table), 0);
        return true;
    }

    private void remember(long address, long before, long slot, int slotLevel) {
        leaf = address >>> LEAF_SHIFT;
        sequence = before;
        firstSlot = slot;
        level = slotLevel;
        slotMask = slotLevel == 0 ? LEAF_SLOTS_MASK : 0;
        offsetMask = (Tables.pagesAt(slotLevel) << PhysicalMemory.FRAME_SHIFT) - 1;
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;

/**
 * Repairs the word of a page that an access could not use, by one CAS, or says why it cannot be repaired.
 *
 * <p>Each attempt is one epoch: the word is read and changed in it. What has to wait (a page to be read, memory to be reclaimed, a page that is on
 * the move) leaves the epoch, waits, and starts over from the root. Lock-free on anonymous memory.
 *
 * <p>Nothing is populated in a slot of 2 MiB or more, and huge pages are allowed there: one CAS maps a block that was zeroed before. A huge page that is
 * shared by fork is split at the first store, and one small page of it copied.
 */
final class Fault {
    /* What an attempt came to. */
    static final int REPAIRED = 0;
    static final int AGAIN = 1;
    static final int NOT_MAPPED = 2;
    static final int FORBIDDEN = 3;
    static final int BEYOND_END = 4;
    static final int BRING_IN = 5;
    static final int NO_FRAME = 6;
    static final int WAIT = 7;
    static final int WANTS_BLOCK = 8;
    static final int SPLIT = 9;
    static final int REPAIRED_DIRTY = 10;
    static final int SWAPPED = 11;

    /** An object may refuse a page for reasons of its own, such as a bound, while frames are free: after so many tries the fault gives up. */
    private static final int MOST_OBJECT_REFUSALS = 16;

    private Fault() {}

    /**
     * Makes the page usable for one kind of access. Called outside of epochs.
     *
     * @throws MemoryFault if memory does not allow it
     */
    static void resolve(View view, long address, boolean store) {
        view.forgetHuge(address);
        view.hugeBlock().begin();
        try {
            resolveWithBlock(view, address, store);
        } finally {
            view.hugeBlock().end();
        }
    }

    private static void resolveWithBlock(View view, long address, boolean store) {
        int objectRefusals = 0;
        while (true) {
            int outcome = attempt(view, address, store);
            switch (outcome) {
                case REPAIRED -> {
                    view.counters().add(Counters.FAULTS, 1);
                    view.participant().tidy();
                    return;
                }
                case REPAIRED_DIRTY -> {
                    view.counters().add(Counters.FAULTS, 1);
                    view.participant().tidy();
                    view.core().throttle();
                    return;
                }
                case NOT_MAPPED -> {
                    if (!GrowDown.reach(view, address >>> PhysicalMemory.FRAME_SHIFT)) {
                        throw FaultReason.notMapped(address);
                    }
                }
                case FORBIDDEN -> throw FaultReason.forbidden(address, store);
                case BEYOND_END -> throw FaultReason.beyondEnd(address);
                case BRING_IN -> {
                    int found = AbsentPage.bringIn(view, address);
                    if (found == BEYOND_END) {
                        throw FaultReason.beyondEnd(address);
                    }
                    if (found == NO_FRAME) {
                        objectRefusals++;
                        if (objectRefusals == MOST_OBJECT_REFUSALS) {
                            throw FaultReason.noFrame(address);
                        }
                        reclaim(view, address);
                    }
                }
                case SWAPPED -> {
                    if (SwapIn.bringIn(view, address) == NO_FRAME) {
                        reclaim(view, address);
                    }
                }
                case NO_FRAME -> reclaim(view, address);
                case WANTS_BLOCK -> {
                    if (!view.hugeBlock().take()) {
                        throw FaultReason.noHugePage(address);
                    }
                }
                case WAIT -> View.pause();
                default -> Shrink.help(view, address >>> PhysicalMemory.FRAME_SHIFT);
            }
        }
    }

    private static int attempt(View view, long address, boolean store) {
        if (address < 0 || address >= AddressSpace.END) {
            return NOT_MAPPED;
        }
        view.core().payBack(view.stripe());
        view.makeRoom(AbsentPage.AROUND_PAGES + 2);
        Participant self = view.participant();
        self.enter();
        try {
            return repair(view, address, store);
        } finally {
            self.leave();
        }
    }

    private static int repair(View view, long address, boolean store) {
        Tables tables = view.core().tables();
        long page = address >>> PhysicalMemory.FRAME_SHIFT;
        long leafSlot = view.leafSlot(address);
        long sequence = view.space().retireSequence();
        long table = view.space().root();
        for (int level = leafSlot == 0 ? Tables.ROOT_LEVEL : 0; level >= 0; ) {
            long slot = leafSlot == 0 ? tables.slot(table, page, level) : leafSlot;
            long word = RawMemory.getAcquire(slot);
            if (SpaceWord.isFrozen(word)) {
                return AGAIN;
            }
            if (SpaceWord.isTable(word)) {
                table = SpaceWord.frame(word);
                level--;
                if (level == 0 && !view.use(table, sequence)) {
                    return AGAIN;
                }
                continue;
            }
            if (!SpaceWord.isMapped(word)) {
                return NOT_MAPPED;
            }
            if (!(store ? SpaceWord.isWritable(word) : SpaceWord.isReadable(word))) {
                return FORBIDDEN;
            }
            if (SpaceWord.isBusy(word)) {
                return WAIT;
            }
            if (SpaceWord.isPresent(word)) {
                int outcome = PresentPage.repair(view, slot, word, level, page, store);
                if (outcome != SPLIT) {
                    return outcome;
                }
            } else if (SpaceWord.isSwapped(word)) {
                return SWAPPED;
            } else if (level == 0) {
                return AbsentPage.populate(view, slot, word, page, store);
            } else if (view.hugeBlock().isWanted(word, level, store)) {
                return AbsentPage.populateHuge(view, slot, word, level, page);
            }
            if (!Edges.expand(view, slot, word, level, false)) {
                return NO_FRAME;
            }
        }
        return AGAIN;
    }

    private static void reclaim(View view, long address) {
        if (!view.core().reclaim(view.stripe())) {
            throw FaultReason.noFrame(address);
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Chooses private anonymous pages for swap: a clock over all spaces, by address, with a second chance for what was used since the hand passed.
 *
 * <p>Asked when memory is short and neither pages declared free nor the page cache gave enough; outside of epochs. One thread at a time: who comes second finds nothing here, and tries again as long as the first
 * is at it. Huge pages that were not used are split and go part by part, used or not: their block is free only when the last part has gone. Locked and pinned pages stay, and those of MAP_HUGETLB. Looks at the words of
 * one table in each epoch, at each word twice at most in a call; then blocks for the writing of one {@link SwapBatch}.
 */
final class SwapOut {
    private static final int ROUNDS = 2;

    private final Core core;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Where the hand stands: number of the space, and page. By the one thread that is at it. */
    private int handSpace;

    private long handPage;

    SwapOut(Core core) {
        this.core = core;
    }

    /** Whether a thread is writing pages out at this moment: memory is on its way. */
    boolean isBusy() {
        return busy.get();
    }

    /** Writes some pages out; their frames are retired, and free after a grace period. Returns how many. */
    long reclaim() {
        if (core.swap() == null || core.swap().freeBytes() == 0 || !busy.compareAndSet(false, true)) {
            return 0;
        }
        try (Participant self = core.epochs().join("swap")) {
            return pass(self);
        } finally {
            busy.set(false);
        }
    }

    private long pass(Participant self) {
        List<AddressSpace> spaces = core.spaces().keySet().stream()
                .sorted(Comparator.comparingInt(AddressSpace::number))
                .toList();
        if (spaces.isEmpty()) {
            return 0;
        }
        int first = 0;
        while (first < spaces.size() && spaces.get(first).number() < handSpace) {
            first++;
        }
        SwapBatch batch = new SwapBatch(core, self, false);
        // One more, for what lies before the hand in the space it stands in.
        for (int i = 0; i <= ROUNDS * spaces.size(); i++) {
            AddressSpace space = spaces.get((first + i) % spaces.size());
            long page = i == 0 && space.number() == handSpace ? handPage : 0;
            while (page < AddressSpace.PAGES) {
                page = collect(core, self, space, page, AddressSpace.PAGES, batch);
                if (batch.isFull() || page >= AddressSpace.PAGES && !batch.isEmpty()) {
                    long gone = batch.writeOut(space);
                    if (gone > 0 || core.swap().freeBytes() == 0) {
                        handSpace = space.number();
                        handPage = page;
                        return gone;
                    }
                }
            }
        }
        return 0;
    }

    /**
     * Writes out what a range holds of private anonymous pages, used or not; what another process shares stays. Outside of epochs.
     */
    static void range(View view, long first, long end) {
        Core core = view.core();
        // A participant of this thread's own: a grace period may take the thread to another CPU.
        try (Participant self = core.epochs().join("page out")) {
            SwapBatch batch = new SwapBatch(core, self, true);
            for (long page = first; page < end; ) {
                page = collect(core, self, view.space(), page, end, batch);
                if (batch.isFull() || page >= end && !batch.isEmpty()) {
                    batch.writeOut(view.space());
                }
            }
        }
    }

    /** Adds pages of one table to the batch until it is full; returns the page to go on with. */
    private static long collect(Core core, Participant self, AddressSpace space, long page, long end, SwapBatch batch) {
        self.enter();
        try {
            // A space leaves the list before it gives up its root.
            return core.spaces().containsKey(space)
                    ? new Glance(core, self, space, batch).look(page, end)
                    : AddressSpace.PAGES;
        } finally {
            self.leave();
        }
    }

    /** A look at one table, in one epoch. */
    private record Glance(Core core, Participant self, AddressSpace space, SwapBatch batch) {
        long look(long page, long end) {
            Tables tables = core.tables();
            long table = space.root();
            for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
                long slot = tables.slot(table, page, level);
                long word = RawMemory.getAcquire(slot);
                if (!SpaceWord.isTable(word)) {
                    return isChosen(slot, word, level) && Split.intoParts(space, self.index(), slot, word, level)
                            ? page
                            : Tables.slotEnd(page, level);
                }
                table = SpaceWord.frame(word);
            }
            long stop = Math.min(end, Tables.slotEnd(page, 1));
            long at = page;
            while (at < stop && !batch.isFull()) {
                long slot = tables.slot(table, at, 0);
                if (isChosen(slot, RawMemory.getAcquire(slot), 0)) {
                    batch.add(at);
                }
                at++;
            }
            return at;
        }

        /** Whether a page may go now; if it was used, it loses its second chance here. */
        private boolean isChosen(long slot, long word, int level) {
            if (!SwapBatch.isSwappable(word)) {
                return false;
            }
            Frames frames = core.frames();
            long frame = SpaceWord.frame(word);
            if (frames.isAnyPinned(frame, Tables.pagesAt(level))) {
                return false;
            }
            if (batch.takesUsed()) {
                // What another process has in memory would not be free.
                return !SpaceWord.isCopyOnWrite(word) || frames.count(frame) == 1;
            }
            if (SpaceWord.isAccessed(word) && (level > 0 || !SwapBatch.isPartOfBlock(frames, frame))) {
                RawMemory.compareAndSet(slot, word, SpaceWord.withoutAccessed(word));
                return false;
            }
            return true;
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.mm.swap.SwapStore;

/** Swap in memory, which costs a copy and synchronizes nothing; the tests of other modules have it too. */
class MemorySwap implements SwapStore {
    private final long slots;
    private final Reservation content;

    /** Room for so many pages; the first slot of a store is never used. */
    MemorySwap(int pages) {
        this.slots = pages + 1;
        this.content = new Reservation(slots << 12);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long slots() {
        return slots;
    }

    @Override
    public int read(long slot, long[] pages, int count) {
        for (int i = 0; i < count; i++) {
            RawMemory.copy(content.address() + (slot + i << 12), pages[i], 4096);
        }
        return 0;
    }

    @Override
    public int write(long slot, long[] pages, int count) {
        for (int i = 0; i < count; i++) {
            RawMemory.copy(pages[i], content.address() + (slot + i << 12), 4096);
        }
        return 0;
    }

    @Override
    public void close() {
        content.close();
    }
}

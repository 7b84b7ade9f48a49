package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.mm.swap.SwapStore;

/** A store in memory that fails when it is told to, and has something done before it reads or after it has written. */
final class HeldSwap implements SwapStore {
    private static final int EIO = 5;

    private final Reservation content;
    private final long slots;
    volatile long failingReadFrom = Long.MAX_VALUE;
    volatile boolean failingWrites;
    /** What happens between a write and its answer; it happens once. */
    private volatile Runnable afterWrite;

    private volatile Runnable beforeRead;
    volatile int reads;
    volatile int writes;

    HeldSwap(int pages) {
        this.slots = pages + 1;
        this.content = new Reservation(slots << 12);
    }

    void afterNextWrite(Runnable step) {
        afterWrite = step;
    }

    void beforeNextRead(Runnable step) {
        beforeRead = step;
    }

    @Override
    public String name() {
        return "held";
    }

    @Override
    public long slots() {
        return slots;
    }

    @Override
    public int read(long slot, long[] pages, int count) {
        reads++;
        Runnable step = beforeRead;
        beforeRead = null;
        if (step != null) {
            step.run();
        }
        if (slot + count > failingReadFrom) {
            return -EIO;
        }
        for (int i = 0; i < count; i++) {
            RawMemory.copy(content.address() + (slot + i << 12), pages[i], 4096);
        }
        return 0;
    }

    @Override
    public int write(long slot, long[] pages, int count) {
        writes++;
        if (failingWrites) {
            return -EIO;
        }
        for (int i = 0; i < count; i++) {
            RawMemory.copy(pages[i], content.address() + (slot + i << 12), 4096);
        }
        Runnable step = afterWrite;
        afterWrite = null;
        if (step != null) {
            step.run();
        }
        return 0;
    }

    @Override
    public void close() {
        content.close();
    }
}

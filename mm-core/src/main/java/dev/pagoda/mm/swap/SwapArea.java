package dev.pagoda.mm.swap;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The slots of one store: which are free, and how often each of the others is referred to.
 *
 * <p>A slot has one count: the words that name it (a fork makes two of one), and whoever is reading or writing it. It holds what was written to it until the count is zero. Who finds
 * a slot in a word raises its count unless it is zero and then reads the word again: if that still names the slot, the slot holds that page's content, for as long as the count is held.
 * So counts need no grace period. Four bytes a slot, off-heap, touched on use. Any thread may call; lock-free but for the store. Allocates no objects.
 */
public final class SwapArea implements AutoCloseable {
    /** Returned instead of a slot when none is free. */
    public static final long NONE = -1;

    /** The first slot is the store's own: a file says there what it is. */
    private static final long FIRST_SLOT = 1;

    private final SwapStore store;
    private final Reservation counts;
    private final long slots;
    /** Slots that nobody has been promised: lowered before one is looked for, raised after one is free. */
    private final AtomicLong free;
    /** Where the next search begins: slots are given out in ascending order, so that pages which leave together lie together. */
    private final AtomicLong next = new AtomicLong(FIRST_SLOT);

    private final LongAdder pagesOut = new LongAdder();
    private final LongAdder pagesIn = new LongAdder();
    private final LongAdder errors = new LongAdder();

    /**
     * Takes a store over, all of whose slots but the first are free; it is closed with this.
     *
     * @throws MemoryRefused if the host has no room for the counts
     */
    public SwapArea(SwapStore store) {
        this.store = store;
        this.slots = store.slots();
        this.free = new AtomicLong(slots - FIRST_SLOT);
        try {
            this.counts = new Reservation(slots * Integer.BYTES);
        } catch (MemoryRefused refused) {
            store.close();
            throw refused;
        }
    }

    /** What the slots lie in. */
    public SwapStore store() {
        return store;
    }

    /** Bytes that can be swapped out: SwapTotal. */
    public long totalBytes() {
        return slots - FIRST_SLOT << PhysicalMemory.FRAME_SHIFT;
    }

    /** Bytes of slots that are free: SwapFree. */
    public long freeBytes() {
        return free.get() << PhysicalMemory.FRAME_SHIFT;
    }

    /** One above the last slot. */
    public long slots() {
        return slots;
    }

    /** Pages written since boot whose frames were given up: pswpout. */
    public long pagesOut() {
        return pagesOut.sum();
    }

    /** Pages read since boot and put into memory: pswpin. */
    public long pagesIn() {
        return pagesIn.sum();
    }

    /** Reads and writes that failed. */
    public long errors() {
        return errors.sum();
    }

    /** Counts pages whose words have changed. */
    public void countOut(long pages) {
        pagesOut.add(pages);
    }

    /** As {@link #countOut}. */
    public void countIn(long pages) {
        pagesIn.add(pages);
    }

    /** Takes a free slot, with a count of one; ascending from where the last one was, so costs a look at each taken one between. {@link #NONE} if all are taken. */
    public long allocate() {
        if (!promise()) {
            return NONE;
        }
        // Whoever was promised one finds one: no more are promised than are free.
        while (true) {
            long slot = next.get();
            while (slot < slots && !RawMemory.compareAndSetInt(count(slot), 0, 1)) {
                slot++;
            }
            next.set(slot + 1 < slots ? slot + 1 : FIRST_SLOT);
            if (slot < slots) {
                return slot;
            }
        }
    }

    private boolean promise() {
        while (true) {
            long left = free.get();
            if (left == 0) {
                return false;
            }
            if (free.compareAndSet(left, left - 1)) {
                return true;
            }
        }
    }

    /** Takes one more reference; false if the slot is free. Who found it in a word looks at the word again. */
    public boolean raiseUnlessZero(long slot) {
        long at = count(slot);
        while (true) {
            int seen = RawMemory.getIntVolatile(at);
            if (seen == 0) {
                return false;
            }
            if (RawMemory.compareAndSetInt(at, seen, seen + 1)) {
                return true;
            }
        }
    }

    /**
     * Gives a reference up; the slot is free if it was the last.
     *
     * @throws IllegalStateException if there is none
     */
    public void drop(long slot) {
        long at = count(slot);
        while (true) {
            int seen = RawMemory.getIntVolatile(at);
            if (seen == 0) {
                throw new IllegalStateException("swap slot " + slot + " is given up, and nobody has it");
            }
            if (RawMemory.compareAndSetInt(at, seen, seen - 1)) {
                if (seen == 1) {
                    free.getAndIncrement();
                }
                return;
            }
        }
    }

    /** How often a slot is referred to; may be old at once. */
    public int references(long slot) {
        return RawMemory.getIntVolatile(count(slot));
    }

    /** Reads neighbouring slots, to each of which the caller has a reference: {@link SwapStore#read}. */
    public int read(long slot, long[] pages, int count) {
        return counted(store.read(slot, pages, count));
    }

    /** Writes neighbouring slots, to each of which the caller has the only reference: {@link SwapStore#write}. */
    public int write(long slot, long[] pages, int count) {
        return counted(store.write(slot, pages, count));
    }

    private int counted(int answer) {
        if (answer < 0) {
            errors.increment();
        }
        return answer;
    }

    private long count(long slot) {
        if (slot < FIRST_SLOT || slot >= slots) {
            throw new IllegalStateException("there is no swap slot " + slot + ": " + store.name() + " has " + slots);
        }
        return counts.address() + slot * Integer.BYTES;
    }

    /** Gives the store up. No word names a slot any more. */
    @Override
    public void close() {
        counts.close();
        store.close();
    }
}

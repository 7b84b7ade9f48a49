package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;

/**
 * Small stacks of frames, one for each stripe or lane, that anybody may push to, pop from and steal from.
 *
 * <pre>
 *  magazine   +0    top       slots believed full; stored by its own threads only
 *             +8    free for the owner of the magazines
 *             +128  slots     on lines of their own
 *
 *  slot   63                 29 28                  0
 *         +--------------------+---------------------+
 *         | pushes             | frame + 1, or 0     |
 *         +--------------------+---------------------+
 * </pre>
 *
 * <p>Every change of a slot is one compare-and-set, so that any thread may use any magazine; stripes only see to it that this seldom happens. Top is a hint: when it is wrong, a
 * slot more is looked at. Last in, first out: the frame that was given back last is the one that is most likely still in the cache. The pushes never stand still while frames are put
 * in, so that whoever adds them up twice and finds the same sum knows that none was put in between.
 *
 * <p>Lock-free; usually one compare-and-set. The compare-and-set of a push releases what was written before to the one of the pop.
 */
final class Magazines implements AutoCloseable {
    /** No frame. */
    static final long NONE = -1;

    private static final int SLOTS_OFFSET = 128;
    private static final int LINE_BYTES = 128;
    private static final int FRAME_BITS = 29;
    private static final long FRAME_MASK = (1L << FRAME_BITS) - 1;
    private static final long ONE_PUSH = 1L << FRAME_BITS;

    private final int slots;
    private final long bytes;
    private final Reservation reservation;
    /** One above the last magazine that may hold anything; only grows. */
    private final long usedWord;

    private final long base;

    /** Empty ones. */
    Magazines(int count, int slots) {
        this.slots = slots;
        this.bytes = SLOTS_OFFSET + (long) slots * Long.BYTES + LINE_BYTES - 1 & -LINE_BYTES;
        this.reservation = new Reservation(LINE_BYTES + count * bytes);
        this.usedWord = reservation.address();
        this.base = usedWord + LINE_BYTES;
    }

    /** Slots of each magazine. */
    int slots() {
        return slots;
    }

    /** Address of a magazine's top; the word after it is for the owner of the magazines. */
    long address(int magazine) {
        return base + magazine * bytes;
    }

    /** One above the last magazine that may hold anything. */
    int used() {
        return (int) RawMemory.getVolatile(usedWord);
    }

    private void use(int magazine) {
        long seen = RawMemory.getAcquire(usedWord);
        while (seen <= magazine) {
            seen = RawMemory.compareAndExchange(usedWord, seen, magazine + 1L);
        }
    }

    /** Whether the magazine seems to be full. */
    boolean isFull(int magazine) {
        return RawMemory.getOpaque(address(magazine)) >= slots;
    }

    /** Takes the frame that was put in last, or {@link #NONE} if there seems to be none. For the magazine's own threads. */
    long pop(int magazine) {
        long address = address(magazine);
        long top = RawMemory.getOpaque(address);
        while (top > 0) {
            top--;
            long slot = address + SLOTS_OFFSET + (top << 3);
            long seen = RawMemory.getOpaque(slot);
            if ((seen & FRAME_MASK) != 0 && RawMemory.compareAndSet(slot, seen, seen & ~FRAME_MASK)) {
                RawMemory.setOpaque(address, top);
                return (seen & FRAME_MASK) - 1;
            }
        }
        RawMemory.setOpaque(address, 0);
        return NONE;
    }

    /** Puts a frame in; false if there seems to be no room. For the magazine's own threads. */
    boolean push(int magazine, long frame) {
        long address = address(magazine);
        long top = RawMemory.getOpaque(address);
        if (top == 0) {
            use(magazine);
        }
        while (top < slots) {
            long slot = address + SLOTS_OFFSET + (top << 3);
            long seen = RawMemory.getOpaque(slot);
            top++;
            if ((seen & FRAME_MASK) == 0
                    && RawMemory.compareAndSet(slot, seen, (seen & ~FRAME_MASK) + ONE_PUSH | frame + 1)) {
                RawMemory.setOpaque(address, top);
                return true;
            }
        }
        RawMemory.setOpaque(address, top);
        return false;
    }

    /** Takes any frame of any magazine, or {@link #NONE} if none was in the slots when they were looked at. */
    long steal() {
        for (int magazine = 0; magazine < used(); magazine++) {
            for (int index = 0; index < slots; index++) {
                long frame = steal(magazine, index);
                if (frame != NONE) {
                    return frame;
                }
            }
        }
        return NONE;
    }

    /** Takes the frame in one slot, or {@link #NONE}. */
    long steal(int magazine, int index) {
        long slot = slot(magazine, index);
        long seen = RawMemory.getVolatile(slot);
        while ((seen & FRAME_MASK) != 0) {
            long found = RawMemory.compareAndExchange(slot, seen, seen & ~FRAME_MASK);
            if (found == seen) {
                return (seen & FRAME_MASK) - 1;
            }
            seen = found;
        }
        return NONE;
    }

    /** The frame in a slot, or {@link #NONE}; may be old at once. */
    long look(int magazine, int index) {
        return (RawMemory.getVolatile(slot(magazine, index)) & FRAME_MASK) - 1;
    }

    /** Frames in all magazines; exact at rest. */
    long countFrames() {
        long frames = 0;
        for (int magazine = 0; magazine < used(); magazine++) {
            for (int index = 0; index < slots; index++) {
                frames += look(magazine, index) != NONE ? 1 : 0;
            }
        }
        return frames;
    }

    /** How often a frame was put into any magazine: the same sum twice means that none was in between. */
    long countPushes() {
        long pushes = 0;
        for (int magazine = 0; magazine < used(); magazine++) {
            for (int index = 0; index < slots; index++) {
                pushes += RawMemory.getVolatile(slot(magazine, index)) >>> FRAME_BITS;
            }
        }
        return pushes;
    }

    /** Bytes that all magazines take at most. */
    long bytes() {
        return reservation.bytes();
    }

    private long slot(int magazine, int index) {
        return address(magazine) + SLOTS_OFFSET + (long) index * Long.BYTES;
    }

    @Override
    public void close() {
        reservation.close();
    }
}

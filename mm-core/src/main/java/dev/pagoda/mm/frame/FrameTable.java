package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;

/**
 * What the kernel knows of each frame: 16 bytes. A block's entry is that of its first frame.
 *
 * <pre>
 *  byte  0        4              8                              16
 *        +--------+--------------+------------------------------+
 *        | count  | generation   | use                          |
 *        +--------+--------------+------------------------------+
 *
 *  use   63                             9 8      4 3     0
 *        +-------------------------------+--------+-------+
 *        | owner                         | order  | kind  |
 *        +-------------------------------+--------+-------+
 * </pre>
 *
 * <p>A block of order 9 and more may have a single frame laid aside with it, for the table that splitting its page will need: the entry of its second frame, whose count stays 0,
 * keeps that in the field of the owner.
 *
 * <p>The <em>count</em> says how many words, objects and pins refer to the frame. It is raised unless it is zero,
 * and lowered only after a grace period, so that a reader who found the frame in a word may raise it without
 * meeting a reused frame. The <em>generation</em> is raised each time the frame stops being a table and stays when it is used for something else; whoever
 * slept between reading a table and changing it compares it. The <em>owner</em> is what the page shows, see {@link FrameOwner}: a hint. A table shows no page: its tree keeps
 * what it remembers of the table there, and changes it by compare-and-set. All methods are wait-free but
 * {@link #raiseUnlessZero}, which is lock-free.
 *
 * <p>Beside it lie the <em>pins</em>, four bytes a frame: how many of the references are held for devices and the like, which reach the frame without looking at any
 * word. Few frames are ever pinned, so that memory for the counts is touched where they are used only. In the same way lie the <em>users</em> of frames that are tables.
 */
final class FrameTable implements AutoCloseable {
    private static final int ENTRY_SHIFT = 4;
    private static final int PIN_SHIFT = 2;
    private static final int USER_SHIFT = 2;
    private static final int GENERATION_OFFSET = 4;
    private static final int USE_OFFSET = 8;
    private static final long KIND_MASK = 0xf;
    private static final int ORDER_SHIFT = 4;
    private static final long ORDER_MASK = 0x1f;
    private static final int OWNER_SHIFT = 9;
    private static final long USE_MASK = (1L << OWNER_SHIFT) - 1;

    private final Reservation reservation;
    private final long base;
    private final Reservation pinReservation;
    private final long pinBase;
    private final Reservation userReservation;
    private final long userBase;

    FrameTable(long frames) {
        this.reservation = new Reservation(frames << ENTRY_SHIFT);
        this.base = reservation.address();
        this.pinReservation = reserve(frames << PIN_SHIFT, reservation);
        this.pinBase = pinReservation.address();
        this.userReservation = reserve(frames << USER_SHIFT, reservation, pinReservation);
        this.userBase = userReservation.address();
    }

    private static Reservation reserve(long bytes, Reservation... before) {
        try {
            return new Reservation(bytes);
        } catch (MemoryRefused refused) {
            for (Reservation made : before) {
                made.close();
            }
            throw refused;
        }
    }

    private long entry(long frame) {
        return base + (frame << ENTRY_SHIFT);
    }

    int count(long frame) {
        return RawMemory.getIntAcquire(entry(frame));
    }

    int kind(long frame) {
        return (int) (use(frame) & KIND_MASK);
    }

    int order(long frame) {
        return (int) (use(frame) >>> ORDER_SHIFT & ORDER_MASK);
    }

    long owner(long frame) {
        return use(frame) >>> OWNER_SHIFT;
    }

    private long use(long frame) {
        return RawMemory.getAcquire(entry(frame) + USE_OFFSET);
    }

    /** For whoever has the frame in his hands, or accepts that of two who store one is lost: the owner is a hint. */
    void setOwner(long frame, long owner) {
        RawMemory.setRelease(entry(frame) + USE_OFFSET, use(frame) & USE_MASK | owner << OWNER_SHIFT);
    }

    /** As {@link #owner}, in the one order of all volatile accesses. */
    long ownerInOrder(long frame) {
        return RawMemory.getVolatile(entry(frame) + USE_OFFSET) >>> OWNER_SHIFT;
    }

    /** Changes the owner from one to another; false if it was another, or the frame's use changed meanwhile. */
    boolean changeOwner(long frame, long from, long to) {
        long use = use(frame);
        return use >>> OWNER_SHIFT == from
                && RawMemory.compareAndSet(entry(frame) + USE_OFFSET, use, use & USE_MASK | to << OWNER_SHIFT);
    }

    int generation(long frame) {
        return RawMemory.getIntAcquire(entry(frame) + GENERATION_OFFSET);
    }

    void raiseGeneration(long frame) {
        RawMemory.getAndAddInt(entry(frame) + GENERATION_OFFSET, 1);
    }

    /** Gives a block just allocated its kind, no owner, and a count. Published by the CAS that puts it into a word. */
    void start(long frame, int order, int kind, int count) {
        if (kind == FrameKind.TABLE && user(frame) != 0) {
            RawMemory.setIntRelease(userBase + (frame << USER_SHIFT), 0);
        }
        RawMemory.setRelease(entry(frame) + USE_OFFSET, (long) order << ORDER_SHIFT | kind);
        RawMemory.setIntRelease(entry(frame), count);
    }

    boolean raiseUnlessZero(long frame) {
        long address = entry(frame);
        int count = RawMemory.getIntAcquire(address);
        while (count != 0) {
            int found = RawMemory.compareAndExchangeInt(address, count, count + 1);
            if (found == count) {
                return true;
            }
            count = found;
        }
        return false;
    }

    /** Adds references to a block that the caller has one to. */
    void raise(long frame, int references) {
        RawMemory.getAndAddInt(entry(frame), references);
    }

    /**
     * Lowers the count; true for the caller who lowered it to zero and now owns the frame alone.
     *
     * @throws IllegalStateException if it is zero; nothing is changed then
     */
    boolean lower(long frame) {
        long address = entry(frame);
        int count = RawMemory.getIntAcquire(address);
        while (count > 0) {
            int found = RawMemory.compareAndExchangeInt(address, count, count - 1);
            if (found == count) {
                return count == 1;
            }
            count = found;
        }
        throw new IllegalStateException("frame " + frame + " of order " + order(frame) + " ("
                + FrameKind.name(kind(frame)) + ") cannot be dropped: nobody holds a reference to it (dropped twice?)");
    }

    /** Takes back references that were raised in vain; one that was there before remains. */
    void lowerBy(long frame, int references) {
        int before = RawMemory.getAndAddInt(entry(frame), -references);
        if (before <= references) {
            throw new IllegalStateException("block " + frame + " was counted " + before + " when " + references
                    + " references were taken back: one more must have been held");
        }
    }

    /** Lays a single frame aside with a block; false if one lies there already. */
    boolean deposit(long block, long frame) {
        return RawMemory.compareAndSet(entry(block + 1) + USE_OFFSET, 0, frame + 1 << OWNER_SHIFT);
    }

    /** The frame laid aside with a block; negative if there is none. */
    long deposited(long block) {
        return (use(block + 1) >>> OWNER_SHIFT) - 1;
    }

    /** Takes the frame laid aside with a block; negative if there is none, or another took it. */
    long takeDeposit(long block) {
        long use = use(block + 1);
        return use != 0 && RawMemory.compareAndSet(entry(block + 1) + USE_OFFSET, use, 0)
                ? (use >>> OWNER_SHIFT) - 1
                : FrameAllocator.REFUSED;
    }

    /** Changes a count to another: whoever succeeds in making it zero owns the frame alone. */
    boolean change(long frame, int from, int to) {
        return RawMemory.compareAndSetInt(entry(frame), from, to);
    }

    /**
     * Changes the number of pins. A full fence: of one who pins and then reads the word again, and one who changes the word and then looks for pins, one sees the
     * other.
     */
    void addPins(long frame, int pins) {
        RawMemory.getAndAddInt(pinBase + (frame << PIN_SHIFT), pins);
    }

    int pins(long frame) {
        return RawMemory.getIntVolatile(pinBase + (frame << PIN_SHIFT));
    }

    /** Who uses a table; 0 for a fresh one. In the one order of all volatile accesses. */
    int user(long table) {
        return RawMemory.getIntVolatile(userBase + (table << USER_SHIFT));
    }

    /** As {@link #changeOwner}, for the user of a table. */
    boolean changeUser(long table, int from, int to) {
        return RawMemory.compareAndSetInt(userBase + (table << USER_SHIFT), from, to);
    }

    /** Forgets what the frame was; called by its owner, who lowered the count to zero, before it goes back to the allocator. */
    void finish(long frame) {
        RawMemory.setRelease(entry(frame) + USE_OFFSET, FrameKind.FREE);
    }

    @Override
    public void close() {
        reservation.close();
        pinReservation.close();
        userReservation.close();
    }
}

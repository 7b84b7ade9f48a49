package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;

/**
 * Frames that are zero already, a magazine for each stripe, so that a fault does not wait for memset: filled by idle CPUs, which also have them in their cache then.
 *
 * <p>For the allocator these frames are handed out, so that nobody writes to them; for everybody else they are free, and they are stolen before anyone is refused. A frame that
 * is being zeroed is in nobody's books; how many fillings are going on is counted, so that a refusal can wait for them.
 *
 * <p>Lock-free.
 */
final class ZeroedFrames implements AutoCloseable {
    /** A fault every 100 ns empties it in 6 µs; more would not stay in the first caches. */
    static final int SLOTS = 64;

    private static final long ONE_ENDED = 1L << 32;

    private final Reservation reservation = new Reservation(Long.BYTES);
    /**
     * <pre>
     *  63                          32 31                           0
     *  +-----------------------------+------------------------------+
     *  | fillings that have ended    | fillings that are going on   |
     *  +-----------------------------+------------------------------+
     * </pre>
     *
     * Those that have ended count if they had a frame, wherever it went.
     */
    private final long fillings = reservation.address();

    private final Magazines magazines = new Magazines(Lanes.STRIPES, SLOTS);

    /** Takes a frame of a stripe's own, or {@link Magazines#NONE}. */
    long take(int stripe) {
        return magazines.pop(stripe & Lanes.STRIPES - 1);
    }

    /** Takes a frame of anybody's, or {@link Magazines#NONE}. */
    long steal() {
        return magazines.steal();
    }

    /** Whether a stripe has as many as it may have. */
    boolean isFull(int stripe) {
        return magazines.isFull(stripe & Lanes.STRIPES - 1);
    }

    /** Puts a zeroed frame in; false if there is no room. The push publishes the zeroes to whoever takes the frame. */
    boolean put(int stripe, long frame) {
        return magazines.push(stripe & Lanes.STRIPES - 1, frame);
    }

    /** Tells that a frame is about to be taken from the allocator and zeroed: until {@link #endFilling(boolean)} it is in nobody's books. */
    void beginFilling() {
        RawMemory.getAndAdd(fillings, 1);
    }

    /** Tells that what was begun has ended: the frame, if there was one, is in stock or given back. */
    void endFilling(boolean hadFrame) {
        RawMemory.getAndAdd(fillings, hadFrame ? ONE_ENDED - 1 : -1);
    }

    /** A number that stays the same only while no frame passes between the allocator and the stock; see {@link #isSettled}. */
    long passages() {
        return RawMemory.getVolatile(fillings);
    }

    /** Whether no frame is on its way between the allocator and the stock, and none was since {@link #passages} gave this number. */
    boolean isSettled(long passages) {
        return (int) passages == 0 && RawMemory.getVolatile(fillings) == passages;
    }

    /** Frames in stock; exact at rest. */
    long count() {
        return magazines.countFrames();
    }

    @Override
    public void close() {
        magazines.close();
        reservation.close();
    }
}

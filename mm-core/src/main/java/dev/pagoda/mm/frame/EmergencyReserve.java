package dev.pagoda.mm.frame;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A few frames that only changes that have begun and must not fail half-way may have. What comes back anywhere refills it first. Lock-free.
 */
final class EmergencyReserve {
    /** Enough for ten munmaps that all split at both edges of their range at the same time. */
    static final int FRAMES = 64;

    private final FrameTable table;
    /** Frame + 1, or 0 where a frame is missing. */
    private final AtomicLongArray slots = new AtomicLongArray(FRAMES);

    private volatile boolean incomplete = true;

    EmergencyReserve(FrameTable table) {
        this.table = table;
    }

    /** Whether a frame may be missing. */
    boolean isIncomplete() {
        return incomplete;
    }

    /** Takes a frame out; negative if there is none left. */
    long take() {
        for (int i = 0; i < FRAMES; i++) {
            long held = slots.get(i);
            if (held != 0 && slots.compareAndSet(i, held, 0)) {
                incomplete = true;
                return held - 1;
            }
        }
        return FrameAllocator.REFUSED;
    }

    /** Puts a frame of the caller's in; false if none is missing. */
    boolean refill(long frame) {
        for (int i = 0; i < FRAMES; i++) {
            if (slots.get(i) == 0) {
                table.start(frame, 0, FrameKind.KERNEL, 1);
                if (slots.compareAndSet(i, 0, frame + 1)) {
                    return true;
                }
            }
        }
        // A frame taken between the search and this store would be forgotten, so look once more.
        incomplete = false;
        if (count() < FRAMES) {
            incomplete = true;
        }
        return false;
    }

    /** Frames that are there. */
    int count() {
        int count = 0;
        for (int i = 0; i < FRAMES; i++) {
            count += slots.get(i) != 0 ? 1 : 0;
        }
        return count;
    }
}

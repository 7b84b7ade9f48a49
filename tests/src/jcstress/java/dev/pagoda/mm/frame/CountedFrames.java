package dev.pagoda.mm.frame;

import java.util.concurrent.atomic.AtomicInteger;

/** One frame table for all samples of a JVM; each sample has a frame of its own, taken in turn. */
final class CountedFrames {
    /** The table of all samples. */
    static final FrameTable TABLE;

    private static final int FRAMES = 1 << 14;
    private static final AtomicInteger NEXT = new AtomicInteger();

    static {
        TABLE = new FrameTable(FRAMES);
    }

    private CountedFrames() {}

    /** A frame with a count of one. */
    static long newFrame() {
        long frame = NEXT.getAndIncrement() & FRAMES - 1;
        TABLE.start(frame, 0, FrameKind.ANONYMOUS, 1);
        return frame;
    }

    /** Raises the count if it is not zero; says which. */
    static String raise(long frame) {
        return TABLE.raiseUnlessZero(frame) ? "raised" : "refused";
    }

    /** Lowers the count; says whether the caller would give the frame back. */
    static String lower(long frame) {
        return TABLE.lower(frame) ? "given back" : "kept";
    }

    /** Takes the count if it is the last one; says whether the caller would give the frame back. */
    static String takeLast(long frame) {
        return TABLE.change(frame, 1, 0) ? "given back" : "kept";
    }
}

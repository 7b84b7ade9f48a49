package dev.pagoda.mm.frame;

/**
 * What an allocation asks for, beside its order, packed into an int: a {@link FrameKind}, and any of the flags below added to it.
 *
 * <pre>
 *  31        9 8     7     6     5     4     3      0
 *  +----------+-----+-----+-----+-----+-----+--------+
 *  | 0        |  E  |  G  |  R  |  N  |  Z  | kind   |
 *  +----------+-----+-----+-----+-----+-----+--------+
 * </pre>
 *
 * <p>All methods are pure functions.
 */
public final class FrameRequest {
    /** Z: every byte is to be zero. */
    public static final int ZEROED = 1 << 4;
    /** N: refuse rather than take memory away from others; for callers inside an epoch, or who would be asked to reclaim what they hold. */
    public static final int NO_RECLAIM = 1 << 5;
    /** R: a single frame may come from the emergency reserve when nothing else is left: for a change that has begun and must not fail. */
    public static final int USE_RESERVE = 1 << 6;
    /** G: take a block only if one is seen at once; for callers that do well without. */
    public static final int GLANCE = 1 << 7;
    /** E: wait, by yielding, for frames that are just in the hands of others, so that a refusal is exact. Outside of epochs only. */
    public static final int EXACT = 1 << 8;

    private static final int KIND_MASK = 0xf;

    private FrameRequest() {}

    /** The {@link FrameKind} that is asked for. */
    public static int kind(int request) {
        return request & KIND_MASK;
    }

    /** Whether a flag is set. */
    public static boolean has(int request, int flag) {
        return (request & flag) != 0;
    }

    static int effort(int request) {
        if (has(request, EXACT)) {
            return FrameAllocator.Effort.EXACT;
        }
        return has(request, GLANCE) ? FrameAllocator.Effort.GLANCE : FrameAllocator.Effort.SEARCH;
    }
}

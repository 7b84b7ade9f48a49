package dev.pagoda.mm.frame;

/** What a frame is used for: a small number in the frame table, never stored elsewhere. */
public final class FrameKind {
    /** Nobody's: the allocator may hand it out. */
    public static final int FREE = 0;
    /** Content of private memory. */
    public static final int ANONYMOUS = 1;
    /** A page of a file or of shared memory; its object holds one count. */
    public static final int OBJECT = 2;
    /** A table of 512 slots. */
    public static final int TABLE = 3;
    /** Held by the kernel itself: the zero frame and the emergency reserve. */
    public static final int KERNEL = 4;

    /** Free, and zeroed in advance. */
    public static final int ZEROED = 5;

    private FrameKind() {}

    /** Whether a frame of the kind can be moved or dropped one day, so that large blocks around it come together again. */
    public static boolean isMovable(int kind) {
        return kind == ANONYMOUS || kind == OBJECT;
    }

    /** The kind's name, for messages. */
    public static String name(int kind) {
        return switch (kind) {
            case FREE -> "free";
            case ANONYMOUS -> "anonymous";
            case OBJECT -> "object";
            case TABLE -> "table";
            case KERNEL -> "kernel";
            case ZEROED -> "zeroed in advance";
            default -> "unknown kind " + kind;
        };
    }
}

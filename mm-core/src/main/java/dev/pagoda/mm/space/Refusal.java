package dev.pagoda.mm.space;

/**
 * Why an operation of a space was refused: negative numbers, so that a result is either a value or a refusal.
 *
 * <p>The numbers are Linux's negated errnos, so that a system call can hand them on.
 */
public final class Refusal {
    /** No frame, no table or no addresses are left, or a page of the range is not mapped. */
    public static final int NO_MEMORY = -12;
    /** The limit of locked memory is reached, or no frame, no table and no region's id are left for now: where Linux asks to try again. */
    public static final int AGAIN = -11;
    /** The protection or the object does not allow it. */
    public static final int DENIED = -13;
    /** The range is not mapped, or the object ends before it. */
    public static final int BAD_ADDRESS = -14;
    /** A locked page is in the way. */
    public static final int BUSY = -16;
    /** Something is mapped there. */
    public static final int EXISTS = -17;
    /** The range holds a kind of memory for which this makes no sense. */
    public static final int INVALID = -22;
    /** The object could not be read or written. */
    public static final int IO_ERROR = -5;

    private Refusal() {}
}

package dev.pagoda.mm.frame;

/** Why an allocation was refused; told as a negative number in place of a frame, so that a refusal costs no object. */
public enum FrameRefusal {
    /** Fewer frames are free than the block has. */
    EXHAUSTED(-1, "fewer frames are free than were asked for; free memory, or boot with more"),
    /** Enough frames are free, but no block of the order: memory is in pieces. */
    FRAGMENTED(-2, "frames are free, but not side by side; ask for a smaller order");

    private final long code;
    private final String reason;

    FrameRefusal(long code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** The number that stands for it in place of a frame. */
    public long code() {
        return code;
    }

    /** The reason, in a sentence, with what to do. */
    public String reason() {
        return reason;
    }

    /** Whether the answer of an allocation is a refusal. */
    public static boolean isRefused(long answer) {
        return answer < 0;
    }

    /** The refusal that the answer of an allocation stands for. */
    public static FrameRefusal of(long answer) {
        for (FrameRefusal refusal : values()) {
            if (refusal.code == answer) {
                return refusal;
            }
        }
        throw new IllegalArgumentException(answer + " is not a refusal");
    }
}

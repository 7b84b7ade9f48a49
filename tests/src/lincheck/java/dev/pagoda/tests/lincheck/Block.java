package dev.pagoda.tests.lincheck;

/** A block of frames, the result of an operation. A class and not a record, because Lincheck cannot look into records and says so. */
public final class Block {
    private final long frame;
    private final int order;

    /** The block of an order that starts with a frame. */
    public Block(long frame, int order) {
        this.frame = frame;
        this.order = order;
    }

    /** Its first frame. */
    public long frame() {
        return frame;
    }

    /** Its order. */
    public int order() {
        return order;
    }

    /** The frame after its last one. */
    public long end() {
        return frame + (1L << order);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Block block && block.frame == frame && block.order == order;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(frame) + order;
    }

    @Override
    public String toString() {
        return "order " + order + " at " + frame;
    }
}

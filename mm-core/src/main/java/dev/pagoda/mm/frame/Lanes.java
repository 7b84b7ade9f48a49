package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;

/**
 * What each stripe has of its own: a <em>lane</em> for each kind of block, with the area it takes from at present and, for single frames, a magazine.
 *
 * <p>A slot of a lane's magazine holds a unit of the frame's area, and the frame itself as a hint: its bit is clear, so it is a free frame like any other, and if somebody else
 * has taken it the unit promises another one of the same area.
 */
final class Lanes implements AutoCloseable {
    /** Stripes with lanes of their own; further ones share. */
    static final int STRIPES = 64;
    /** Frames that reclaim can take away from whoever has them: pages of files and of private memory. */
    static final int MOVABLE = 0;
    /** Frames that stay where they are: tables and the kernel's own. Kept apart, for they keep large blocks from coalescing. */
    static final int UNMOVABLE = 1;
    /** Blocks of order 1 to 8. */
    static final int RUNS = 2;
    /** Blocks of order 9 and more. */
    static final int LARGE = 3;

    /** So many that what a program takes and gives back around a call or a fault stays here: eight lines. */
    static final int SLOTS = 64;

    private static final int KINDS = 4;
    private static final int AREA_OFFSET = 8;

    /** The magazines, one for each lane; those of blocks stay empty. */
    final Magazines magazines;

    Lanes(int slots) {
        this.magazines = new Magazines(STRIPES * KINDS, slots);
    }

    /** The lane of a stripe, which may be any number, for a kind. */
    static int lane(int stripe, int kind) {
        return (stripe & STRIPES - 1) * KINDS + kind;
    }

    /** The kind of a lane. */
    static int kind(int lane) {
        return lane % KINDS;
    }

    /** The stripe of a lane. */
    static int stripe(int lane) {
        return lane / KINDS;
    }

    /** The area in which the last block was taken; negative if none was yet. */
    long area(int lane) {
        return RawMemory.getOpaque(magazines.address(lane) + AREA_OFFSET) - 1;
    }

    /** Remembers where the last block was taken: a hint. */
    void setArea(int lane, long area) {
        RawMemory.setOpaque(magazines.address(lane) + AREA_OFFSET, area + 1);
    }

    @Override
    public void close() {
        magazines.close();
    }
}

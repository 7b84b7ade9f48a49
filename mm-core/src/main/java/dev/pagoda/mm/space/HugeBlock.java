package dev.pagoda.mm.space;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameRequest;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.radix.SpaceWord;

/**
 * The block that a fault is about to map as a huge page. It is taken and zeroed between two epochs, for that takes a hundred times as long as a fault;
 * the word is looked up again afterwards.
 *
 * <p>One instance for each view, used by the view's thread. A block is taken where one is seen at once and memory is not short, else the fault is served by a
 * small page; where MAP_HUGETLB promised huge pages, others are asked to give memory back before the fault is refused.
 */
final class HugeBlock {
    private static final long NONE = -1;

    private final View view;
    private final Core core;
    private long block = NONE;
    private int level;
    private int wantedLevel;
    private boolean promised;
    private boolean refused;

    HugeBlock(View view) {
        this.view = view;
        this.core = view.core();
    }

    /** A fault begins, and may try for a block. */
    void begin() {
        refused = false;
    }

    /** The fault has ended: what it took and did not map goes back. */
    void end() {
        if (block != NONE) {
            core.frames().drop(view.stripe(), block);
            block = NONE;
        }
    }

    /**
     * Whether the slot of a reserved word is to be populated as a whole; remembers what for {@link #take}.
     *
     * @param slotLevel the slot's level, 1 or more
     */
    boolean isWanted(long word, int slotLevel, boolean store) {
        int region = SpaceWord.region(word);
        wantedLevel = Attributes.hugeLevel(region);
        promised = wantedLevel != 0;
        if (!promised && store && !refused && core.hugePages().allow(region)) {
            wantedLevel = 1;
        }
        return wantedLevel == slotLevel;
    }

    /** The block for a slot of a level if it was taken, else negative. */
    long atHand(int slotLevel) {
        return level == slotLevel ? block : NONE;
    }

    /** The block was mapped: it is the word's now. */
    void mapped() {
        block = NONE;
    }

    /**
     * Takes the block that was wanted, zeroed, with a table laid aside for its split. Outside of epochs.
     *
     * @return false if it was promised and there is none; if it was not, the fault does without from here on
     */
    boolean take() {
        end();
        level = wantedLevel;
        block = promised ? takePromised() : takeAtOnce();
        refused = block == NONE;
        return !promised || !refused;
    }

    private long takePromised() {
        long taken = core.allocate(view.participant(), order(), FrameKind.ANONYMOUS | FrameRequest.ZEROED);
        if (taken < 0) {
            return NONE;
        }
        // If there is no frame for a table, the reserve serves the split.
        Split.prepare(view, taken);
        return taken;
    }

    private long takeAtOnce() {
        Frames frames = core.frames();
        int request = FrameKind.ANONYMOUS | FrameRequest.ZEROED | FrameRequest.GLANCE | FrameRequest.NO_RECLAIM;
        long taken = frames.isBelowLow() ? NONE : frames.allocate(view.stripe(), order(), request);
        if (taken < 0) {
            return NONE;
        }
        if (!Split.prepare(view, taken)) {
            frames.drop(view.stripe(), taken);
            return NONE;
        }
        return taken;
    }

    private int order() {
        return level * FrameAllocator.HUGE_ORDER;
    }
}

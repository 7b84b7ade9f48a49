package dev.pagoda.tests.jcstress;

import dev.pagoda.mm.frame.FrameAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * A small allocator, and which of its blocks the test holds: what a sample of an allocator test works on.
 *
 * <p>Actors use {@link #allocator} only. Everything else is for the time before and after them, and for one thread.
 */
final class TinyMemory {
    /** The stripe of the first actor. */
    static final int FIRST = 0;
    /** The stripe of the second actor. */
    static final int SECOND = 1;

    /** The result of an audit without a difference. */
    static final String BALANCED = "balanced";

    /** For the actors. */
    final FrameAllocator allocator;

    private final long frames;
    private final List<Block> held = new ArrayList<>();

    /** A block that is handed out. */
    record Block(long frame, int order) {
        long end() {
            return frame + (1L << order);
        }
    }

    TinyMemory(long frames) {
        this.frames = frames;
        this.allocator = new FrameAllocator(frames);
    }

    /** Takes a block; null if it is refused. */
    Block hold(int stripe, int order) {
        long frame = allocator.allocate(stripe, order);
        if (frame == FrameAllocator.REFUSED) {
            return null;
        }
        held.add(new Block(frame, order));
        return held.getLast();
    }

    /** Takes a block that must be there: the allocator is broken otherwise. */
    Block holdSurely(int stripe, int order) {
        Block block = hold(stripe, order);
        if (block == null) {
            throw new IllegalStateException(
                    "no block of order " + order + " at rest, with " + held + " of " + frames + " frames held");
        }
        return block;
    }

    /** Takes every block of an order that is free. */
    void holdAll(int order) {
        Block last;
        do {
            last = hold(FIRST, order);
        } while (last != null);
    }

    /** Takes note of what an actor was given, and says what that was. */
    String noteAllocated(long frame, int order) {
        if (frame == FrameAllocator.REFUSED) {
            return "refused";
        }
        Block block = new Block(frame, order);
        if (frame < 0 || block.end() > frames || frame % (1L << order) != 0) {
            return "no such block: " + block;
        }
        for (Block other : held) {
            if (frame < other.end() && other.frame() < block.end()) {
                return "handed out twice: " + block + " and " + other;
            }
        }
        held.add(block);
        return "block";
    }

    /** Takes note of what an actor freed. */
    void noteFreed(Block block) {
        held.remove(block);
    }

    /** Takes note that actors freed everything. */
    void noteAllFreed() {
        held.clear();
    }

    /** Frees what the test holds. */
    void release(int stripe, Block block) {
        allocator.free(stripe, block.frame(), block.order());
        held.remove(block);
    }

    /** Frees what was taken last, until so many blocks are left. */
    void releaseDownTo(int count, int stripe) {
        while (held.size() > count) {
            release(stripe, held.getLast());
        }
    }

    /** How many blocks the test holds. */
    int heldCount() {
        return held.size();
    }

    /** The blocks the test holds. */
    List<Block> held() {
        return held;
    }

    /** Compares the allocator's books with what the test holds, frame by frame; {@link #BALANCED}, or the difference. */
    String audit() {
        boolean[] expected = new boolean[(int) frames];
        long free = frames;
        for (Block block : held) {
            for (long frame = block.frame(); frame < block.end(); frame++) {
                expected[(int) frame] = true;
                free--;
            }
        }
        if (allocator.countFree() != free) {
            return allocator.countFree() + " frames are said to be free, not " + free;
        }
        for (int frame = 0; frame < frames; frame++) {
            if (allocator.isAllocated(frame) != expected[frame]) {
                return "frame " + frame
                        + (expected[frame] ? " is held and said to be free" : " is free and said to be held");
            }
        }
        // Its own books against each other too: what is left of a block that is no more shows nowhere else at first.
        List<String> differences = allocator.audit();
        return differences.isEmpty() ? BALANCED : differences.getFirst();
    }
}

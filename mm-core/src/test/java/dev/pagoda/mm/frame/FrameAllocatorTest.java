package dev.pagoda.mm.frame;

import static dev.pagoda.mm.frame.FrameAllocator.HUGE_ORDER;
import static dev.pagoda.mm.frame.FrameAllocator.MAX_ORDER;
import static dev.pagoda.mm.frame.FrameAllocator.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.frame.FrameAllocator.Effort;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread: what is handed out, what is refused, and what is said of wrong frees. */
class FrameAllocatorTest {
    private static final int AREA = 512;

    @Test
    void handsOutEveryFrameOnceAndTakesAllBack() {
        try (FrameAllocator allocator = new FrameAllocator(3 * AREA + 100)) {
            BitSet seen = new BitSet();
            for (long frame; (frame = allocator.allocate(5, 0)) != REFUSED; ) {
                assertThat(frame).isBetween(0L, 3 * AREA + 99L);
                assertThat(seen.get((int) frame)).isFalse();
                seen.set((int) frame);
            }
            assertThat(seen.cardinality()).isEqualTo(3 * AREA + 100);
            assertThat(allocator.countFree()).isZero();
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(REFUSED);
            seen.stream().forEach(frame -> allocator.free(0, frame, 0));
            assertThat(allocator.countFree()).isEqualTo(3 * AREA + 100);
            // Freeing is coalescing, and magazines are emptied: whole blocks are there again, but not from the area
            // that is not whole.
            for (int i = 0; i < 3; i++) {
                assertThat(allocator.allocate(i, HUGE_ORDER) % AREA).isZero();
            }
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(REFUSED);
            assertThat(allocator.countFree()).isEqualTo(100);
            assertThat(allocator.audit()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
    void everyOrderIsHadAsOftenAsItFitsAndComesBack(int order) {
        long frames = order > HUGE_ORDER ? (2L << MAX_ORDER) + (1L << 16) + 77 : (1L << 15) + 77;
        try (FrameAllocator allocator = new FrameAllocator(frames)) {
            for (int round = 0; round < 2; round++) {
                List<Long> blocks = new ArrayList<>();
                BitSet seen = new BitSet();
                for (long frame; (frame = allocator.allocate(blocks.size() % 3, order)) != REFUSED; ) {
                    assertThat(frame % (1L << order)).isZero();
                    assertThat(seen.get((int) frame)).isFalse();
                    seen.set((int) frame);
                    blocks.add(frame);
                }
                assertThat(blocks).hasSize((int) (frames >> order));
                assertThat(allocator.countFree()).isEqualTo(frames & (1L << order) - 1);
                assertThat(allocator.audit()).isEmpty();
                blocks.forEach(frame -> allocator.free(1, frame, order));
                assertThat(allocator.audit()).isEmpty();
            }
            assertThat(allocator.allocate(0, order > HUGE_ORDER ? MAX_ORDER : 15))
                    .isNotEqualTo(REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 16L << 30, 1L << 40})
    void theStateIsSmall(long bytes) {
        try (FrameAllocator allocator = new FrameAllocator(bytes >> 12)) {
            assertThat(allocator.stateBytes() * 100.0 / bytes).isLessThan(0.05);
            assertThat(allocator.allocate(0, MAX_ORDER)).isNotEqualTo(REFUSED);
        }
    }

    @Test
    void aBlockNeedsAWholeFreeArea() {
        try (FrameAllocator allocator = new FrameAllocator(2 * AREA)) {
            long one = allocator.allocate(0, 0);
            long block = allocator.allocate(0, HUGE_ORDER);
            assertThat(block / AREA).isNotEqualTo(one / AREA);
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(REFUSED);
            assertThat(allocator.allocate(0, HUGE_ORDER + 1)).isEqualTo(REFUSED);
            for (long frame = block; frame < block + AREA; frame++) {
                assertThat(allocator.isAllocated(frame)).isTrue();
            }
            allocator.free(0, one, 0);
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(one / AREA * AREA);
            assertThat(allocator.allocate(0, 0)).isEqualTo(REFUSED);
            allocator.free(0, block, HUGE_ORDER);
            assertThat(allocator.allocate(63, 0)).isBetween(block, block + AREA - 1);
        }
    }

    @Test
    void wrongFreesAreNamedAndChangeNothing() {
        try (FrameAllocator allocator = new FrameAllocator(7 * AREA)) {
            long frame = allocator.allocate(0, 0);
            long huge = allocator.allocate(0, HUGE_ORDER);
            long two = allocator.allocate(0, HUGE_ORDER + 1);
            long free = allocator.countFree();
            refused(allocator, frame + 1, 0, "double free");
            refused(allocator, frame / AREA * AREA, HUGE_ORDER, "another order");
            refused(allocator, huge, 0, "block of order 9");
            refused(allocator, huge, 3, "block of order 9");
            refused(allocator, huge + 8, 0, "block of order 9");
            refused(allocator, huge + 8, HUGE_ORDER, "multiple of 512");
            refused(allocator, two, HUGE_ORDER, "block of order 10");
            refused(allocator, two + AREA, HUGE_ORDER, "inside a larger block");
            refused(allocator, two + AREA, 0, "inside a larger block");
            refused(allocator, two + AREA, HUGE_ORDER + 1, "multiple of 1024");
            refused(allocator, -1, 0, "there are");
            refused(allocator, 7 * AREA, 0, "there are");
            refused(allocator, 7 * AREA, HUGE_ORDER, "there are");
            refused(allocator, Long.MAX_VALUE, HUGE_ORDER, "there are");
            refused(allocator, Long.MIN_VALUE, MAX_ORDER, "there are");
            for (int order : new int[] {-1, 19, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> allocator.free(0, frame, order))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(String.valueOf(order));
                assertThatThrownBy(() -> allocator.allocate(0, order)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> allocator.split(0, order)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(allocator.countFree()).isEqualTo(free);
            allocator.free(0, frame, 0);
            allocator.free(0, huge, HUGE_ORDER);
            allocator.free(0, two, HUGE_ORDER + 1);
            refused(allocator, frame, 0, "double free");
            refused(allocator, huge, HUGE_ORDER, "double free");
            refused(allocator, two, HUGE_ORDER + 1, "double free");
            assertThat(allocator.countFree()).isEqualTo(7 * AREA);
            assertThat(allocator.audit()).isEmpty();
        }
    }

    /** Every frame of a block of every order below 9, freed with every order: only the right one is taken. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void onlyTheOrderThatWasAllocatedIsTakenBack(int order) {
        try (FrameAllocator allocator = new FrameAllocator(2 * AREA)) {
            // Neighbours on both sides, so that patterns do not end by chance.
            List<Long> blocks = new ArrayList<>();
            for (long block; (block = allocator.allocate(0, order)) != REFUSED; ) {
                blocks.add(block);
            }
            allocator.free(0, blocks.removeLast(), order);
            for (long block : blocks) {
                for (long frame = block; frame < block + (1 << order); frame++) {
                    for (int wrong = 0; wrong <= MAX_ORDER; wrong++) {
                        if (frame != block || wrong != order) {
                            long tried = frame;
                            int triedOrder = wrong;
                            assertThatThrownBy(() -> allocator.free(0, tried, triedOrder))
                                    .as(
                                            "frame %d of order %d of the block %d of order %d",
                                            tried, triedOrder, block, order)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("frame " + tried + " of order " + triedOrder);
                        }
                    }
                }
            }
            assertThat(allocator.countFree()).isEqualTo(1 << order);
            blocks.forEach(block -> allocator.free(0, block, order));
            assertThat(allocator.audit()).isEmpty();
            assertThat(allocator.allocate(0, HUGE_ORDER + 1)).isZero();
        }
    }

    private static void refused(FrameAllocator allocator, long frame, int order, String why) {
        assertThatThrownBy(() -> allocator.free(0, frame, order))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("frame " + frame + " of order " + order)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 6, 7, 8, 9, 10, 12})
    void aSplitBlockComesBackFrameByFrame(int order) {
        try (FrameAllocator allocator = new FrameAllocator(16 * AREA)) {
            long block = allocator.allocate(0, order);
            allocator.split(block, order);
            assertThat(allocator.countFree()).isEqualTo(16 * AREA - (1 << order));
            if (order > 0) {
                refused(allocator, block, order, "another order");
                assertThatThrownBy(() -> allocator.split(block, order))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot be split");
            }
            for (long frame = block; frame < block + (1 << order); frame++) {
                assertThat(allocator.isAllocated(frame)).isTrue();
                allocator.free(0, frame, 0);
                refused(allocator, frame, 0, "double free");
            }
            assertThat(allocator.audit()).isEmpty();
            assertThat(allocator.allocate(0, HUGE_ORDER + 4)).isZero();
        }
    }

    @Test
    void magazinesOfOthersAreEmptiedBeforeAnyoneIsRefused() {
        try (FrameAllocator allocator = new FrameAllocator(AREA)) {
            // Stripe 1 has half a magazine of units, and stripe 2 takes the rest.
            long first = allocator.allocate(1, 0);
            for (int i = 0; i < AREA - 1; i++) {
                assertThat(allocator.allocate(2, 0)).isNotEqualTo(REFUSED);
            }
            assertThat(allocator.allocate(2, 0)).isEqualTo(REFUSED);
            allocator.free(1, first, 0);
            assertThat(allocator.allocate(63, 0, false, Effort.SEARCH)).isEqualTo(first);
        }
    }

    @Test
    void aBlockIsFoundThoughItsFramesLieInMagazines() {
        try (FrameAllocator allocator = new FrameAllocator(AREA)) {
            List<Long> held = new ArrayList<>();
            for (long frame; (frame = allocator.allocate(0, 0)) != REFUSED; ) {
                held.add(frame);
            }
            for (long frame : held) {
                allocator.free((int) frame / 60, frame, 0, frame % 2 == 0);
            }
            assertThat(allocator.allocate(0, HUGE_ORDER, true, Effort.GLANCE)).isEqualTo(REFUSED);
            assertThat(allocator.allocate(0, HUGE_ORDER)).isZero();
        }
    }

    @Test
    void whatCannotMoveIsKeptApart() {
        try (FrameAllocator allocator = new FrameAllocator(64 * AREA)) {
            long highestMovable = 0;
            long lowestUnmovable = Long.MAX_VALUE;
            for (int i = 0; i < 20 * AREA; i++) {
                highestMovable = Math.max(highestMovable, allocator.allocate(0, 0, true, Effort.EXACT));
                if (i % 10 == 0) {
                    lowestUnmovable = Math.min(lowestUnmovable, allocator.allocate(0, 0, false, Effort.EXACT));
                }
            }
            assertThat(highestMovable).isLessThan(lowestUnmovable);
            assertThat(lowestUnmovable / AREA).isGreaterThanOrEqualTo(61);
        }
    }

    @Test
    void freeMemoryIsToldByOrder() {
        try (FrameAllocator allocator = new FrameAllocator((1L << MAX_ORDER) + 3 * AREA)) {
            FreeBlocks all = allocator.freeBlocks();
            assertThat(all.blocks(MAX_ORDER)).isEqualTo(1);
            assertThat(all.blocks(10)).isEqualTo(1);
            assertThat(all.blocks(9)).isEqualTo(1);
            assertThat(all.freeFrames()).isEqualTo(allocator.frames());
            assertThat(all.shareOfFree(HUGE_ORDER)).isEqualTo(1);
            long frame = allocator.allocate(0, 0);
            assertThat(frame).isZero();
            FreeBlocks less = allocator.freeBlocks();
            for (int order = 0; order < MAX_ORDER; order++) {
                assertThat(less.blocks(order)).as("order %d", order).isEqualTo(order == 9 || order == 10 ? 2 : 1);
            }
            assertThat(less.blocks(MAX_ORDER)).isZero();
            assertThat(less.shareOfMemory(MAX_ORDER)).isZero();
            assertThat(less.servableFrames(HUGE_ORDER)).isEqualTo(allocator.frames() - AREA);
            assertThat(less.freeFrames()).isEqualTo(allocator.countFree());
            assertThat(less.toString()).startsWith("Node 0, zone   Normal      1      1 ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 64})
    void agreesWithAModel(int slots) {
        long seed = System.nanoTime();
        System.out.println("FrameAllocatorTest.agreesWithAModel slots " + slots + " seed " + seed);
        Random random = new Random(seed);
        int frames = 20 * AREA + 61;
        try (FrameAllocator allocator = new FrameAllocator(frames, slots)) {
            BitSet model = new BitSet();
            List<long[]> held = new ArrayList<>();
            for (int i = 0; i < 200_000; i++) {
                // Long phases of growth and of shrinking, so that full and empty both are met.
                boolean grow = random.nextInt(100) < ((i / 10_000) % 2 == 0 ? 70 : 30);
                int order = Math.min(random.nextInt(14), random.nextInt(14));
                if (grow) {
                    allocate(allocator, random, model, held, order, "seed " + seed + " step " + i);
                } else if (!held.isEmpty()) {
                    long[] block = held.set(random.nextInt(held.size()), held.getLast());
                    held.removeLast();
                    allocator.free(random.nextInt(4), block[0], (int) block[1], random.nextBoolean());
                    model.clear((int) block[0], (int) block[0] + (1 << block[1]));
                }
                if (i % 5000 == 0) {
                    assertThat(allocator.countFree()).isEqualTo(frames - model.cardinality());
                    assertThat(allocator.audit()).as("seed %d step %d", seed, i).isEmpty();
                }
            }
            for (int frame = 0; frame < frames; frame++) {
                assertThat(allocator.isAllocated(frame)).isEqualTo(model.get(frame));
            }
            for (long[] block : held) {
                allocator.free(0, block[0], (int) block[1]);
            }
            assertThat(allocator.allocate(0, 13)).as("seed %d", seed).isNotEqualTo(REFUSED);
        }
    }

    private static void allocate(
            FrameAllocator allocator, Random random, BitSet model, List<long[]> held, int order, String where) {
        long block = allocator.allocate(random.nextInt(4), order, random.nextBoolean(), 1 + random.nextInt(2));
        if (block == REFUSED) {
            assertThat(isPossible(model, (int) allocator.frames(), order))
                    .as(where)
                    .isFalse();
            return;
        }
        int count = 1 << order;
        assertThat(block % count).as(where).isZero();
        assertThat(block + count).as(where).isLessThanOrEqualTo(allocator.frames());
        assertThat(model.get((int) block, (int) block + count).isEmpty())
                .as("%s: block %d of order %d", where, block, order)
                .isTrue();
        model.set((int) block, (int) block + count);
        held.add(new long[] {block, order});
    }

    private static boolean isPossible(BitSet model, int frames, int order) {
        for (int first = 0; first + (1 << order) <= frames; first += 1 << order) {
            if (model.nextSetBit(first) < 0 || model.nextSetBit(first) >= first + (1 << order)) {
                return true;
            }
        }
        return false;
    }
}

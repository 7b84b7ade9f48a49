package dev.pagoda.mm.frame;

import static dev.pagoda.mm.frame.FrameAllocator.HUGE_ORDER;
import static dev.pagoda.mm.frame.FrameAllocator.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

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
            // Freeing is coalescing: whole blocks are there again at once, but not from the area that is not whole.
            for (int i = 0; i < 3; i++) {
                assertThat(allocator.allocate(i, HUGE_ORDER) % AREA).isZero();
            }
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(REFUSED);
            assertThat(allocator.countFree()).isEqualTo(100);
        }
    }

    @Test
    void aBlockNeedsAWholeFreeArea() {
        try (FrameAllocator allocator = new FrameAllocator(2 * AREA)) {
            long one = allocator.allocate(0, 0);
            long block = allocator.allocate(0, HUGE_ORDER);
            assertThat(block / AREA).isNotEqualTo(one / AREA);
            assertThat(allocator.allocate(0, HUGE_ORDER)).isEqualTo(REFUSED);
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
        try (FrameAllocator allocator = new FrameAllocator(2 * AREA + 7)) {
            long frame = allocator.allocate(0, 0);
            long block = allocator.allocate(0, HUGE_ORDER);
            long free = allocator.countFree();
            refused(allocator, frame + 1, 0, "handed out");
            refused(allocator, frame / AREA * AREA, HUGE_ORDER, "whole");
            refused(allocator, block, 0, "handed out");
            refused(allocator, block + 8, 0, "handed out");
            refused(allocator, block + 8, HUGE_ORDER, "multiple of 512");
            refused(allocator, -1, 0, "there are");
            refused(allocator, 2 * AREA + 7, 0, "there are");
            refused(allocator, 2 * AREA, HUGE_ORDER, "whole");
            refused(allocator, Long.MAX_VALUE, HUGE_ORDER, "there are");
            assertThatThrownBy(() -> allocator.free(0, frame, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3");
            assertThatThrownBy(() -> allocator.allocate(0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(allocator.countFree()).isEqualTo(free);
            allocator.free(0, frame, 0);
            allocator.free(0, block, HUGE_ORDER);
            refused(allocator, frame, 0, "double free");
            refused(allocator, block, HUGE_ORDER, "double free");
            assertThat(allocator.countFree()).isEqualTo(2 * AREA + 7);
        }
    }

    private static void refused(FrameAllocator allocator, long frame, int order, String why) {
        assertThatThrownBy(() -> allocator.free(0, frame, order))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("frame " + frame + " of order " + order)
                .hasMessageContaining(why);
    }

    @Test
    void agreesWithAModel() {
        long seed = System.nanoTime();
        System.out.println("FrameAllocatorTest.agreesWithAModel seed " + seed);
        Random random = new Random(seed);
        int frames = 4 * AREA + 61;
        try (FrameAllocator allocator = new FrameAllocator(frames)) {
            BitSet model = new BitSet();
            List<Long> single = new ArrayList<>();
            List<Long> whole = new ArrayList<>();
            for (int i = 0; i < 200_000; i++) {
                // Long phases of growth and of shrinking, so that full and empty both are met.
                boolean grow = random.nextInt(100) < ((i / 10_000) % 2 == 0 ? 70 : 30);
                int order = random.nextInt(50) == 0 ? HUGE_ORDER : 0;
                List<Long> held = order == 0 ? single : whole;
                if (grow) {
                    long block = allocator.allocate(random.nextInt(), order);
                    if (block == REFUSED) {
                        assertThat(isPossible(model, frames, order))
                                .as("seed %d step %d", seed, i)
                                .isFalse();
                        continue;
                    }
                    int count = 1 << order;
                    assertThat(model.get((int) block, (int) block + count).isEmpty())
                            .as("seed %d step %d: block %d of order %d", seed, i, block, order)
                            .isTrue();
                    model.set((int) block, (int) block + count);
                    held.add(block);
                } else if (!held.isEmpty()) {
                    int at = random.nextInt(held.size());
                    long block = held.set(at, held.getLast());
                    held.removeLast();
                    allocator.free(0, block, order);
                    model.clear((int) block, (int) block + (1 << order));
                }
                if (i % 1000 == 0) {
                    assertThat(allocator.countFree()).isEqualTo(frames - model.cardinality());
                }
            }
            for (int frame = 0; frame < frames; frame++) {
                assertThat(allocator.isAllocated(frame)).isEqualTo(model.get(frame));
            }
        }
    }

    private static boolean isPossible(BitSet model, int frames, int order) {
        for (int first = 0; first + (1 << order) <= frames; first += 1 << order) {
            if (model.get(first, first + (1 << order)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void twoThreadsNeverGetTheSameFrame() throws InterruptedException {
        int frames = 3 * AREA;
        try (FrameAllocator allocator = new FrameAllocator(frames)) {
            AtomicIntegerArray owners = new AtomicIntegerArray(frames);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread[] threads = new Thread[2];
            for (int t = 0; t < threads.length; t++) {
                int me = t + 1;
                // The same stripe for both: they are to meet.
                threads[t] = new Thread(() -> {
                    try {
                        churn(allocator, owners, me);
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(allocator.countFree()).isEqualTo(frames);
            for (int i = 0; i < 3; i++) {
                assertThat(allocator.allocate(0, HUGE_ORDER)).isNotEqualTo(REFUSED);
            }
        }
    }

    private static void churn(FrameAllocator allocator, AtomicIntegerArray owners, int me) {
        Random random = new Random(me);
        ArrayDeque<long[]> held = new ArrayDeque<>();
        for (int i = 0; i < 300_000; i++) {
            if (held.size() < 600 && random.nextInt(5) < 3) {
                int order = random.nextInt(40) == 0 ? HUGE_ORDER : 0;
                long block = allocator.allocate(7, order);
                if (block != REFUSED) {
                    own(owners, block, order, 0, me);
                    held.add(new long[] {block, order});
                }
            } else if (!held.isEmpty()) {
                long[] block = held.poll();
                own(owners, block[0], (int) block[1], me, 0);
                allocator.free(0, block[0], (int) block[1]);
            }
        }
        for (long[] block : held) {
            own(owners, block[0], (int) block[1], me, 0);
            allocator.free(0, block[0], (int) block[1]);
        }
    }

    private static void own(AtomicIntegerArray owners, long first, int order, int from, int to) {
        for (long frame = first; frame < first + (1 << order); frame++) {
            if (!owners.compareAndSet((int) frame, from, to)) {
                throw new IllegalStateException("frame " + frame + " is owned by " + owners.get((int) frame));
            }
        }
    }
}

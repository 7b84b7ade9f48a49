package dev.pagoda.mm.frame;

import static dev.pagoda.mm.frame.FrameAllocator.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads: nobody gets what another has, nobody is refused what is free, and the books balance at every rest. */
class AllocatorRaceTest {
    private static final int AREA = 512;
    private static final int ROUNDS = 30;

    /** One that runs at the same time as others; throws what it finds wrong. */
    private interface Body {
        void run(int thread) throws Exception;
    }

    private static void together(int threads, Body body) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            all.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                    body.run(thread);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nobodyGetsWhatAnotherHas(int stripes) throws Exception {
        long seed = System.nanoTime();
        System.out.println("AllocatorRaceTest.nobodyGetsWhatAnotherHas stripes " + stripes + " seed " + seed);
        int frames = 12 * AREA + 33;
        try (FrameAllocator allocator = new FrameAllocator(frames, 8)) {
            AtomicIntegerArray owners = new AtomicIntegerArray(frames);
            for (int round = 0; round < ROUNDS; round++) {
                int salt = round;
                together(3, thread -> churn(allocator, owners, thread, stripes, new Random(seed + 31 * thread + salt)));
                assertThat(allocator.audit())
                        .as("seed %d round %d", seed, round)
                        .isEmpty();
                assertThat(allocator.countFree()).isEqualTo(frames);
                long largest = allocator.allocate(0, 12);
                assertThat(largest).as("everything coalesced").isZero();
                allocator.free(0, largest, 12);
            }
        }
    }

    private static void churn(
            FrameAllocator allocator, AtomicIntegerArray owners, int thread, int stripes, Random random) {
        List<long[]> held = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(100) < 52) {
                int order = Math.min(Math.min(random.nextInt(13), random.nextInt(13)), random.nextInt(13));
                long block = allocator.allocate(thread % stripes, order, random.nextBoolean(), 1 + random.nextInt(2));
                if (block != REFUSED) {
                    own(owners, block, order, 0, thread + 1);
                    held.add(new long[] {block, order});
                }
            } else if (!held.isEmpty()) {
                long[] block = held.set(random.nextInt(held.size()), held.getLast());
                held.removeLast();
                own(owners, block[0], (int) block[1], thread + 1, 0);
                allocator.free((thread + random.nextInt(2)) % stripes, block[0], (int) block[1], random.nextBoolean());
            }
        }
        for (long[] block : held) {
            own(owners, block[0], (int) block[1], thread + 1, 0);
            allocator.free(thread % stripes, block[0], (int) block[1]);
        }
    }

    private static void own(AtomicIntegerArray owners, long first, int order, int from, int to) {
        for (long frame = first; frame < first + (1 << order); frame++) {
            if (!owners.compareAndSet((int) frame, from, to)) {
                throw new IllegalStateException("frame " + frame + " of a block of order " + order + " belongs to "
                        + owners.get((int) frame) + ", not " + from);
            }
        }
    }

    /** As many frames as threads, each of which holds at most one: nobody may be refused, though frames wander from magazine to magazine. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void nobodyIsRefusedTheLastFrames(int threads) throws Exception {
        try (FrameAllocator allocator = new FrameAllocator(threads, 4)) {
            together(threads, thread -> {
                for (int i = 0; i < 50_000; i++) {
                    long frame = allocator.allocate(thread, 0);
                    if (frame == REFUSED) {
                        throw new IllegalStateException("refused to thread " + thread + " in step " + i
                                + ", though only " + (threads - 1) + " frames can be held by others");
                    }
                    allocator.free((thread + i) % threads, frame, 0);
                }
            });
            assertThat(allocator.audit()).isEmpty();
        }
    }

    /**
     * The same with the free frames far apart, each given back into a magazine drawn at random: while one thread searches, which takes long, the others carry frames from where it has
     * not been yet to where it was.
     */
    @Test
    void nobodyIsRefusedAFrameThatIsCarriedBehindTheSearch() throws Exception {
        long seed = System.nanoTime();
        System.out.println("AllocatorRaceTest.nobodyIsRefusedAFrameThatIsCarriedBehindTheSearch seed " + seed);
        int threads = 3;
        int frames = 64 * AREA;
        try (FrameAllocator allocator = new FrameAllocator(frames, 8)) {
            // Every stripe's magazines are known, and so are looked through.
            for (int stripe = 0; stripe < FrameAllocator.STRIPES; stripe++) {
                allocator.free(stripe, allocator.allocate(stripe, 0), 0);
            }
            for (int frame = 0; frame < frames; frame++) {
                assertThat(allocator.allocate(frame, 0)).isNotEqualTo(REFUSED);
            }
            for (int i = 0; i < threads; i++) {
                allocator.free(i, (long) i * 20 * AREA + 7, 0);
            }
            together(threads, thread -> {
                Random random = new Random(seed + thread);
                for (int i = 0; i < 20_000; i++) {
                    long frame = allocator.allocate(random.nextInt(FrameAllocator.STRIPES), 0);
                    if (frame == REFUSED) {
                        throw new IllegalStateException("seed " + seed + ": refused to thread " + thread + " in step "
                                + i + ", though only " + (threads - 1) + " frames can be held by others");
                    }
                    allocator.free(random.nextInt(FrameAllocator.STRIPES), frame, 0);
                }
            });
            assertThat(allocator.audit()).isEmpty();
            assertThat(allocator.countFree()).isEqualTo(threads);
        }
    }

    /** As many blocks as threads: nobody may be refused a block, though another claims a larger one in vain at the same time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 7, 8, 9})
    void nobodyIsRefusedTheLastBlocks(int order) throws Exception {
        try (FrameAllocator allocator = new FrameAllocator(Math.max(2L << order, 64), 4)) {
            List<Long> rest = new ArrayList<>();
            long[] kept = {allocator.allocate(0, order), allocator.allocate(0, order)};
            for (long frame; (frame = allocator.allocate(0, 0)) != REFUSED; ) {
                rest.add(frame);
            }
            allocator.free(0, kept[0], order);
            allocator.free(0, kept[1], order);
            together(3, thread -> {
                for (int i = 0; i < 20_000; i++) {
                    if (thread == 2) {
                        // Meets the others half-way and gives back what it got.
                        long block = allocator.allocate(thread, order + 1, true, FrameAllocator.Effort.SEARCH);
                        if (block != REFUSED) {
                            allocator.free(thread, block, order + 1);
                        }
                    } else if (thread == 0) {
                        long block = allocator.allocate(thread, order, true, FrameAllocator.Effort.SEARCH);
                        if (block != REFUSED) {
                            allocator.free(thread, block, order);
                        }
                    }
                }
            });
            assertThat(allocator.audit()).isEmpty();
            assertThat(allocator.countFree()).isEqualTo(2L << order);
            assertThat(allocator.allocate(1, order)).isNotEqualTo(REFUSED);
            assertThat(allocator.allocate(1, order)).isNotEqualTo(REFUSED);
        }
    }

    /** Two free the same block at the same time: one is told, and the block is free once. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 6, 7, 8, 9, 10, 11})
    void ofTwoFreesOneIsTold(int order) throws Exception {
        try (FrameAllocator allocator = new FrameAllocator(8 * AREA, 4)) {
            for (int round = 0; round < 200; round++) {
                long block = allocator.allocate(0, order);
                AtomicIntegerArray told = new AtomicIntegerArray(1);
                together(2, thread -> {
                    try {
                        allocator.free(thread, block, order);
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessageContaining("frame " + block + " of order " + order);
                        told.incrementAndGet(0);
                    }
                });
                assertThat(told.get(0)).isEqualTo(1);
                assertThat(allocator.countFree()).isEqualTo(8 * AREA);
            }
            assertThat(allocator.audit()).isEmpty();
        }
    }

    @Test
    void producerAndConsumerNeedNoStripeInCommon() throws Exception {
        try (FrameAllocator allocator = new FrameAllocator(2 * AREA)) {
            AtomicIntegerArray ring = new AtomicIntegerArray(64);
            int count = 200_000;
            together(2, thread -> {
                for (int i = 0; i < count; i++) {
                    int at = i & 63;
                    if (thread == 0) {
                        long frame = allocator.allocate(0, 0);
                        if (frame == REFUSED) {
                            throw new IllegalStateException("refused though at most 64 frames are on their way");
                        }
                        while (!ring.compareAndSet(at, 0, (int) frame + 1)) {
                            Thread.onSpinWait();
                        }
                    } else {
                        int frame;
                        while ((frame = ring.getAndSet(at, 0)) == 0) {
                            Thread.onSpinWait();
                        }
                        allocator.free(1, frame - 1, 0);
                    }
                }
            });
            assertThat(allocator.countFree()).isEqualTo(2 * AREA);
            assertThat(allocator.audit()).isEmpty();
        }
    }
}

package dev.pagoda.runtime.stress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Blocks of all orders that the allocator has, taken and given back at random with memory 98 % full.
 *
 * <p>Each thread has its share of 98 % of the frames and never asks beyond it, so at any moment at least 2 % are free and a single frame must never
 * be refused; a larger block may be. A word for each frame says who has it, set when a block is had and cleared before it is given back: a frame
 * that two have is found at once. Now and then a thread gives half of its blocks back, so that frames coalesce and large blocks are had again.
 */
final class FramesScenario implements Scenario<FramesScenario.Holder> {
    static final int LARGEST_ORDER = 18;

    private static final int FRAME_SHIFT = 12;
    /** Four words of ours for each frame: more would not fit into the Java heap of a usual machine. */
    private static final long MOST_BYTES = 16L << 30;

    private static final int FULL_PERCENT = 98;
    /** Steps after which a thread gives half of its blocks back, on average. */
    private static final int STEPS_UNTIL_RELEASE = 20_000;

    private final Blocks blocks;
    private final int[] orders;
    /** Who has a frame: worker + 1, or 0. */
    private final AtomicIntegerArray owners;

    private final List<Holder> holders = new ArrayList<>();
    private String account = "";

    /** One thread, with the blocks that it has. */
    static final class Holder extends Worker {
        private final long budget;
        /** First frame and order, packed by {@link #pack}. */
        private long[] held = new long[1024];

        private int count;
        private long frames;
        /** Blocks that are to be given back before any is taken. */
        private int toRelease;

        Holder(int index, long seed, long budget) {
            super(index, seed);
            this.budget = budget;
        }

        @Override
        public String state() {
            return super.state() + ", " + frames + " frames in " + count + " blocks";
        }

        private static long pack(long frame, int order) {
            return frame << 5 | order;
        }

        private void add(long frame, int order) {
            if (count == held.length) {
                held = Arrays.copyOf(held, 2 * count);
            }
            held[count++] = pack(frame, order);
            frames += 1L << order;
        }

        private long takeOut(int index) {
            long block = held[index];
            held[index] = held[--count];
            frames -= 1L << order(block);
            return block;
        }

        private static long frame(long block) {
            return block >>> 5;
        }

        private static int order(long block) {
            return (int) block & 31;
        }
    }

    static FramesScenario of(long memoryBytes, int threads, long seed) {
        if (memoryBytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "the frames scenario keeps books on every frame and takes at most " + (MOST_BYTES >> 30) + "G");
        }
        return new FramesScenario(Blocks.of(memoryBytes >> FRAME_SHIFT), threads, seed);
    }

    FramesScenario(Blocks blocks, int threads, long seed) {
        this.blocks = blocks;
        this.orders = findOrders(blocks);
        this.owners = new AtomicIntegerArray(Math.toIntExact(blocks.frames()));
        long budget = blocks.frames() * FULL_PERCENT / 100 / threads;
        if (budget == 0) {
            throw new IllegalArgumentException("memory has too few frames for " + threads + " threads");
        }
        for (int i = 0; i < threads; i++) {
            holders.add(new Holder(i, seed, budget));
        }
    }

    /** The orders of which a block can be had when all is free. */
    private static int[] findOrders(Blocks blocks) {
        int[] found = new int[LARGEST_ORDER + 1];
        int count = 0;
        for (int order = 0; order <= LARGEST_ORDER; order++) {
            try {
                long frame = blocks.allocate(0, order);
                if (frame != Blocks.REFUSED) {
                    blocks.free(0, frame, order);
                    found[count++] = order;
                }
            } catch (IllegalArgumentException unsupported) {
                continue;
            }
        }
        return Arrays.copyOf(found, count);
    }

    @Override
    public List<Holder> workers() {
        return holders;
    }

    @Override
    public void step(Holder holder) {
        if (holder.toRelease == 0 && holder.random.nextInt(STEPS_UNTIL_RELEASE) == 0) {
            holder.toRelease = holder.count / 2;
        }
        // The lesser of two numbers: small blocks are usual, large ones happen.
        int order = orders[Math.min(holder.random.nextInt(orders.length), holder.random.nextInt(orders.length))];
        boolean fits = holder.frames + (1L << order) <= holder.budget;
        if (holder.count > 0 && (holder.toRelease > 0 || !fits)) {
            free(holder, holder.takeOut(holder.random.nextInt(holder.count)));
            holder.toRelease = Math.max(0, holder.toRelease - 1);
        } else if (fits) {
            allocate(holder, order);
        }
    }

    private void allocate(Holder holder, int order) {
        holder.does("allocate order", order);
        long frame = blocks.allocate(holder.index, order);
        if (frame == Blocks.REFUSED) {
            if (order == 0) {
                throw new IllegalStateException("a single frame was refused to worker " + holder.index
                        + " while at least 2 % of " + blocks.frames() + " frames were free");
            }
            return;
        }
        own(holder.index, frame, order);
        holder.add(frame, order);
    }

    private void own(int worker, long frame, int order) {
        if (frame < 0 || (frame & (1L << order) - 1) != 0 || frame + (1L << order) > blocks.frames()) {
            throw new IllegalStateException("frame " + frame + " cannot begin a block of order " + order);
        }
        for (long i = frame; i < frame + (1L << order); i++) {
            int before = owners.getAndSet((int) i, worker + 1);
            if (before != 0) {
                throw new IllegalStateException("frame " + i + " was given to worker " + worker + " in the block "
                        + frame + " of order " + order + " while worker " + (before - 1) + " has it");
            }
        }
    }

    private void free(Holder holder, long block) {
        long frame = Holder.frame(block);
        int order = Holder.order(block);
        holder.does("free frame, order", frame, order);
        for (long i = frame; i < frame + (1L << order); i++) {
            if (!owners.compareAndSet((int) i, holder.index + 1, 0)) {
                throw new IllegalStateException("frame " + i + " of worker " + holder.index + "'s block " + frame
                        + " of order " + order + " now belongs to worker " + (owners.get((int) i) - 1));
            }
        }
        blocks.free(holder.index, frame, order);
    }

    /** The allocator knows of each frame what we know; and every block of every order that is free can be had, by any thread. */
    @Override
    public void audit() {
        long held = holders.stream().mapToLong(holder -> holder.frames).sum();
        require("frames free", blocks.frames() - held, blocks.countFree());
        for (int frame = 0; frame < owners.length(); frame++) {
            if (blocks.isAllocated(frame) != (owners.get(frame) != 0)) {
                throw new IllegalStateException("frame " + frame + " is said to be "
                        + (blocks.isAllocated(frame) ? "handed out, but nobody has it" : "free, but a worker has it"));
            }
        }
        List<String> differences = blocks.audit();
        if (!differences.isEmpty()) {
            throw new IllegalStateException("the allocator's books do not balance: " + String.join("; ", differences));
        }
        account = blocks.freeBlocks().describe();
        for (int order : orders) {
            require("blocks of order " + order + " had until refused", countFree(order), takeAll(order));
        }
    }

    @Override
    public String account() {
        return account;
    }

    /** The blocks of an order that our own books say are free: each must be had when nobody else takes any. */
    private long countFree(int order) {
        long count = 0;
        for (int first = 0; first + (1 << order) <= owners.length(); first += 1 << order) {
            int at = first;
            while (at < first + (1 << order) && owners.get(at) == 0) {
                at++;
            }
            count += at == first + (1 << order) ? 1 : 0;
        }
        return count;
    }

    /** Everything coalesces: of each order as many blocks can be had as fit into memory. */
    @Override
    public void finish() {
        for (Holder holder : holders) {
            while (holder.count > 0) {
                free(holder, holder.takeOut(holder.count - 1));
            }
        }
        require("frames free at the end", blocks.frames(), blocks.countFree());
        for (int order : orders) {
            require("blocks of order " + order + " at the end", blocks.frames() >> order, takeAll(order));
        }
        require("frames free after all", blocks.frames(), blocks.countFree());
        blocks.close();
    }

    /** Takes all that can be had of an order, by the threads' stripes in turn, and gives it back; how many blocks there were. */
    private long takeAll(int order) {
        Holder taken = new Holder(holders.size(), 0, Long.MAX_VALUE);
        int refusals = 0;
        for (int stripe = 0; refusals < holders.size(); stripe = (stripe + 1) % holders.size()) {
            long frame = blocks.allocate(stripe, order);
            if (frame == Blocks.REFUSED) {
                refusals++;
            } else {
                refusals = 0;
                own(taken.index, frame, order);
                taken.add(frame, order);
            }
        }
        long had = taken.count;
        while (taken.count > 0) {
            free(taken, taken.takeOut(taken.count - 1));
        }
        return had;
    }

    private static void require(String what, long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }
}

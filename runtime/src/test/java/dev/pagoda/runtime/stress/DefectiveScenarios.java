package dev.pagoda.runtime.stress;

import dev.pagoda.mm.frame.FreeBlocks;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The frames scenario over an allocator with a defect that shows after a while. */
public final class DefectiveScenarios {
    private static final long FRAMES = 4096;
    private static final long CALLS_UNTIL_DEFECT = 5000;

    private DefectiveScenarios() {}

    /** One scenario for each defect. */
    public static Scenarios all() {
        return new Scenarios()
                .add("twice", (memory, threads, seed) -> new FramesScenario(new Twice(), threads, seed))
                .add("forgetful", (memory, threads, seed) -> new FramesScenario(new Forgetful(), threads, seed))
                .add("refusing", (memory, threads, seed) -> new FramesScenario(new Refusing(), threads, seed));
    }

    /** An allocator that works. */
    private abstract static class Sound implements Blocks {
        final Blocks blocks = Blocks.of(FRAMES);
        final AtomicLong calls = new AtomicLong();

        boolean isTime() {
            return calls.incrementAndGet() % CALLS_UNTIL_DEFECT == 0;
        }

        @Override
        public long frames() {
            return blocks.frames();
        }

        @Override
        public long allocate(int stripe, int order) {
            return blocks.allocate(stripe, order);
        }

        @Override
        public void free(int stripe, long frame, int order) {
            blocks.free(stripe, frame, order);
        }

        @Override
        public long countFree() {
            return blocks.countFree();
        }

        @Override
        public boolean isAllocated(long frame) {
            return blocks.isAllocated(frame);
        }

        @Override
        public List<String> audit() {
            return blocks.audit();
        }

        @Override
        public FreeBlocks freeBlocks() {
            return blocks.freeBlocks();
        }

        @Override
        public void close() {
            blocks.close();
        }
    }

    /** Gives a frame away again that it gave away before. */
    private static final class Twice extends Sound {
        private final AtomicLong last = new AtomicLong();

        @Override
        public long allocate(int stripe, int order) {
            if (order == 0 && isTime()) {
                return last.get();
            }
            long frame = super.allocate(stripe, order);
            if (order == 0 && frame != REFUSED) {
                last.set(frame);
            }
            return frame;
        }
    }

    /** Forgets that a block was given back. */
    private static final class Forgetful extends Sound {
        @Override
        public void free(int stripe, long frame, int order) {
            if (!isTime()) {
                super.free(stripe, frame, order);
            }
        }
    }

    /** Refuses a frame although one is free. */
    private static final class Refusing extends Sound {
        @Override
        public long allocate(int stripe, int order) {
            return order == 0 && isTime() ? REFUSED : super.allocate(stripe, order);
        }
    }
}

package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * The count of one frame in a {@link FrameTable}, as Lincheck runs it. A thread drops only what it raised; the count that the frame started with is its object's.
 *
 * <p>Invariant: linearizable against {@link Model}, a plain number. So nobody raises the count after somebody was told that his was the last.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class FrameCount {
    private static final int MOST_THREADS = 8;
    private static final long FRAME = 1;

    private final FrameTable table;
    private final int[] raised = new int[MOST_THREADS];
    /** Whether the object has given its count up; only its own operations look, and they take turns. */
    private boolean letGo;

    /** A frame with a count of one. */
    public FrameCount() {
        RawMemory.forgetAll();
        table = new FrameTable(2);
        table.start(FRAME, 0, FrameKind.OBJECT, 1);
    }

    /** Raises the count unless it is zero. */
    @Operation
    public boolean raise(@Param(name = "thread") int thread) {
        boolean done = table.raiseUnlessZero(FRAME);
        if (done) {
            raised[thread]++;
        }
        return done;
    }

    /** Lowers it, if the thread has raised it; says whether it was the last. */
    @Operation
    public boolean drop(@Param(name = "thread") int thread) {
        if (raised[thread] == 0) {
            return false;
        }
        raised[thread]--;
        return table.lower(FRAME);
    }

    /** The object gives the frame up if nobody else refers to it. */
    @Operation(nonParallelGroup = "object")
    public boolean evict() {
        boolean last = !letGo && table.change(FRAME, 1, 0);
        letGo |= last;
        return last;
    }

    /** The object lets the frame go; says whether it was the last that did. */
    @Operation(nonParallelGroup = "object")
    public boolean letGo() {
        boolean last = !letGo && table.lower(FRAME);
        letGo = true;
        return last;
    }

    /** The count. */
    @Operation
    public int count() {
        return table.count(FRAME);
    }

    /** The count as a plain number. */
    public static class Model {
        private final int[] raised = new int[MOST_THREADS];
        private int count = 1;
        private boolean letGo;

        /** As above. */
        public boolean raise(int thread) {
            if (count == 0) {
                return false;
            }
            raised[thread]++;
            count++;
            return true;
        }

        /** As above. */
        public boolean drop(int thread) {
            if (raised[thread] == 0) {
                return false;
            }
            raised[thread]--;
            return --count == 0;
        }

        /** As above. */
        public boolean evict() {
            return count == 1 && letGo();
        }

        /** As above. */
        public boolean letGo() {
            boolean last = !letGo && --count == 0;
            letGo = true;
            return last;
        }

        /** As above. */
        public int count() {
            return count;
        }
    }
}

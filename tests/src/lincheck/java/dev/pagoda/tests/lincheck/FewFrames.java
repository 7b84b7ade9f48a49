package dev.pagoda.tests.lincheck;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/** Two frames: who is refused, and who is not, is almost determined. */
@Param(name = "stripe", gen = IntGen.class, conf = "0:2")
@Param(name = "thread", gen = ThreadIdGen.class)
public class FewFrames extends AllocatorOperations {
    /** Two frames. */
    public FewFrames() {
        super(new Size());
    }

    /** Allocates a frame. */
    @Operation
    @OfOrder(0)
    public Block allocateFrame(@Param(name = "thread") int thread, @Param(name = "stripe") int stripe) {
        return allocate(thread, stripe, 0);
    }

    /** Frees one. */
    @Operation
    public Block freeOldest(@Param(name = "thread") int thread, @Param(name = "stripe") int stripe) {
        return free(thread, stripe);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
    }

    /** Of one area: nothing is searched. */
    public static final class Size implements Geometry {
        @Override
        public long frames() {
            return 2;
        }

        @Override
        public int largestOrder() {
            return 0;
        }

        @Override
        public Refusal refusal() {
            return Refusal.NONE_FREE;
        }
    }
}

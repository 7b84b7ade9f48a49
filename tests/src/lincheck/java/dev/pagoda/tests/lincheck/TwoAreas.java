package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.frame.FrameAllocator;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/** Two areas: frames and whole areas, which take each other's place. */
@Param(name = "stripe", gen = IntGen.class, conf = "0:2")
@Param(name = "thread", gen = ThreadIdGen.class)
public class TwoAreas extends AllocatorOperations {
    /** Two areas. */
    public TwoAreas() {
        super(new Size());
    }

    /** Allocates a frame. */
    @Operation
    @OfOrder(0)
    public Block allocateFrame(@Param(name = "thread") int thread, @Param(name = "stripe") int stripe) {
        return allocate(thread, stripe, 0);
    }

    /** Allocates an area. */
    @Operation
    @OfOrder(FrameAllocator.HUGE_ORDER)
    public Block allocateArea(@Param(name = "thread") int thread, @Param(name = "stripe") int stripe) {
        return allocate(thread, stripe, FrameAllocator.HUGE_ORDER);
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

    /** The areas are searched one after the other. */
    public static final class Size implements Geometry {
        @Override
        public long frames() {
            return 2L << FrameAllocator.HUGE_ORDER;
        }

        @Override
        public int largestOrder() {
            return FrameAllocator.HUGE_ORDER;
        }

        @Override
        public Refusal refusal() {
            return Refusal.NONE_FREE;
        }
    }
}

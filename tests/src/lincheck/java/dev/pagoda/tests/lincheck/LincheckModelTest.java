package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.epoch.RingOfRecords;
import dev.pagoda.mm.frame.FrameCount;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking: for each scenario the orders of its memory accesses, one by one, up to a bound. A failure is shown with the order that
 * leads to it.
 *
 * <p>All is lock-free but the allocator's very last memory, where a refusal waits for what is in hands: there a thread that waits is no failure.
 *
 * <p>Apart from {@link LincheckStressTest}, because a class that Lincheck has prepared for one cannot be prepared for the other in the same JVM.
 */
class LincheckModelTest {
    @Test
    void fewFrames() {
        LincheckRuns.modelCheck(FewFrames.class, AllocatorVerifier.class, FewFrames.Size.class, false, 2, 10);
    }

    @Test
    void twoAreas() {
        LincheckRuns.modelCheck(TwoAreas.class, AllocatorVerifier.class, TwoAreas.Size.class, false, 2, 10);
    }

    @Test
    void frameCount() {
        LincheckRuns.modelCheck(FrameCount.class, LinearizabilityVerifier.class, FrameCount.Model.class, true, 0, 30);
    }

    @Test
    void emptyRing() {
        LincheckRuns.modelCheck(RingOfRecords.Empty.class, NothingThrown.class, RingOfRecords.class, true, 0, 15);
    }

    @Test
    void fullRing() {
        LincheckRuns.modelCheck(RingOfRecords.Full.class, NothingThrown.class, RingOfRecords.class, true, 0, 15);
    }
}

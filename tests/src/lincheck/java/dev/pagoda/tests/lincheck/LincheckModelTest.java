package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.epoch.RetireRing;
import dev.pagoda.mm.frame.FrameCount;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking: for each scenario the orders of its memory accesses, one by one, up to a bound. A failure is shown with the order that
 * leads to it.
 *
 * <p>Apart from {@link LincheckStressTest}, because a class that Lincheck has prepared for one cannot be prepared for the other in the same JVM.
 */
class LincheckModelTest {
    @Test
    void fewFrames() {
        LincheckRuns.modelCheck(FewFrames.class, AllocatorVerifier.class, FewFrames.Size.class, 2, 10);
    }

    @Test
    void twoAreas() {
        LincheckRuns.modelCheck(TwoAreas.class, AllocatorVerifier.class, TwoAreas.Size.class, 2, 10);
    }

    @Test
    void frameCount() {
        LincheckRuns.modelCheck(FrameCount.class, LinearizabilityVerifier.class, FrameCount.Model.class, 0, 30);
    }

    @Test
    void emptyRing() {
        LincheckRuns.modelCheck(RetireRing.Empty.class, NothingThrown.class, RetireRing.class, 0, 15);
    }

    @Test
    void fullRing() {
        LincheckRuns.modelCheck(RetireRing.Full.class, NothingThrown.class, RetireRing.class, 0, 15);
    }
}

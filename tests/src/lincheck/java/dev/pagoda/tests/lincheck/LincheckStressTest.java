package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.epoch.RingOfRecords;
import dev.pagoda.mm.frame.FrameCount;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/** The scenarios of {@link LincheckModelTest} on real threads, each many times: no order is shown, but none is left out by a bound either. */
class LincheckStressTest {
    @Test
    void fewFrames() {
        LincheckRuns.stress(FewFrames.class, AllocatorVerifier.class, FewFrames.Size.class, 2, 30);
    }

    @Test
    void twoAreas() {
        LincheckRuns.stress(TwoAreas.class, AllocatorVerifier.class, TwoAreas.Size.class, 2, 30);
    }

    @Test
    void frameCount() {
        LincheckRuns.stress(FrameCount.class, LinearizabilityVerifier.class, FrameCount.Model.class, 0, 20);
    }

    @Test
    void emptyRing() {
        LincheckRuns.stress(RingOfRecords.Empty.class, NothingThrown.class, RingOfRecords.class, 0, 15);
    }

    @Test
    void fullRing() {
        LincheckRuns.stress(RingOfRecords.Full.class, NothingThrown.class, RingOfRecords.class, 0, 15);
    }
}

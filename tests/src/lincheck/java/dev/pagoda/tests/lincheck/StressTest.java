package dev.pagoda.tests.lincheck;

import org.junit.jupiter.api.Test;

/** The scenarios of {@link ModelCheckTest} on real threads, each many times: no order is shown, but none is left out by a bound either. */
class StressTest {
    @Test
    void fewFrames() {
        LincheckRuns.stress(FewFrames.class, AllocatorVerifier.class, FewFrames.Size.class);
    }

    @Test
    void twoAreas() {
        LincheckRuns.stress(TwoAreas.class, AllocatorVerifier.class, TwoAreas.Size.class);
    }
}

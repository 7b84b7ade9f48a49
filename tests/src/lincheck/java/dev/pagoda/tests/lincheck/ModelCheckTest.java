package dev.pagoda.tests.lincheck;

import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking: for each scenario the orders of its memory accesses, one by one, up to a bound. A failure is shown with the order that
 * leads to it.
 *
 * <p>Apart from {@link StressTest}, because a class that Lincheck has prepared for one cannot be prepared for the other in the same JVM.
 */
class ModelCheckTest {
    @Test
    void fewFrames() {
        LincheckRuns.modelCheck(FewFrames.class, AllocatorVerifier.class, FewFrames.Size.class);
    }

    @Test
    void twoAreas() {
        LincheckRuns.modelCheck(TwoAreas.class, AllocatorVerifier.class, TwoAreas.Size.class);
    }
}

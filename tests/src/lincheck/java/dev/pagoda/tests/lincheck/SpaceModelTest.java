package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.space.MeetingClaims;
import dev.pagoda.mm.space.MovedPages;
import dev.pagoda.mm.space.SinglePages;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking of the operations of a space, on the code itself: for each scenario the orders of its steps, one by one, up to a bound. Accesses are judged for two
 * threads: a third may read a page while a store of another, which began before the page was protected or moved, is still on its way.
 */
class SpaceModelTest {
    @Test
    void singlePages() {
        LincheckRuns.modelCheckSpace(
                SinglePages.class, LinearizabilityVerifier.class, SinglePages.Model.class, 2, 1, 15);
    }

    @Test
    void movedPages() {
        LincheckRuns.modelCheckSpace(MovedPages.class, LinearizabilityVerifier.class, MovedPages.Model.class, 2, 1, 15);
    }

    @Test
    void meetingClaims() {
        LincheckRuns.modelCheckSpace(
                MeetingClaims.class, LinearizabilityVerifier.class, MeetingClaims.Model.class, 3, 1, 15);
    }
}

package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.space.MeetingClaims;
import dev.pagoda.mm.space.MovedPages;
import dev.pagoda.mm.space.SinglePages;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking of the operations of a space, on the code itself: for each race the orders of its steps, one by one, up to a bound. Accesses are judged for two
 * threads: a third may read a page while a store of another, which began before the page was protected or moved, is still on its way.
 */
class SpaceModelTest {
    @Test
    void faultAgainstUnmap() {
        singlePages("store 1 2; load 1", "unmap 1; load 1", "load 1");
    }

    @Test
    void faultAgainstReuse() {
        singlePages("load 0; load 1", "unmap 0; reuse; store 1 3", "load 1");
    }

    @Test
    void storeAgainstProtect() {
        singlePages("store 0 2", "protect 0; load 0; load 0", "load 0");
    }

    @Test
    void storeAgainstDiscard() {
        singlePages("store 0 2; load 0", "discard 0; load 0", "load 0");
    }

    @Test
    void faultsThatMeet() {
        singlePages("increment 1", "increment 1", "load 1");
        singlePages("store 1 2", "store 1 3; load 1", "load 1");
    }

    @Test
    void movesThatMeet() {
        movedPages("move 0; load 1", "move 0; load 1", "load 1");
    }

    @Test
    void storeAgainstMove() {
        movedPages("store 0 2; load 1", "move 0; load 1; load 1", "load 1");
    }

    @Test
    void claimsThatMeet() {
        LincheckRuns.modelCheckSpace(
                MeetingClaims.class,
                LinearizabilityVerifier.class,
                MeetingClaims.Model.class,
                Scenarios.of(MeetingClaims.class, "claim 1 3", "claim 0 1; giveBack", "claim 0 2"));
    }

    private static void singlePages(String first, String second, String end) {
        ExecutionScenario scenario = Scenarios.of(SinglePages.class, first, second, end);
        LincheckRuns.modelCheckSpace(
                SinglePages.class, LinearizabilityVerifier.class, SinglePages.Model.class, scenario);
    }

    private static void movedPages(String first, String second, String end) {
        ExecutionScenario scenario = Scenarios.of(MovedPages.class, first, second, end);
        LincheckRuns.modelCheckSpace(MovedPages.class, LinearizabilityVerifier.class, MovedPages.Model.class, scenario);
    }
}

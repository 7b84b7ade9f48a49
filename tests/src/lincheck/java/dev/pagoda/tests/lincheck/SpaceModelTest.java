package dev.pagoda.tests.lincheck;

import dev.pagoda.mm.radix.PagesOfATree;
import dev.pagoda.mm.space.CollapsedPages;
import dev.pagoda.mm.space.FoldedPages;
import dev.pagoda.mm.space.ForkedPage;
import dev.pagoda.mm.space.MeetingClaims;
import dev.pagoda.mm.space.MovedPages;
import dev.pagoda.mm.space.PunchedPage;
import dev.pagoda.mm.space.SinglePages;
import dev.pagoda.mm.space.TruncatedPage;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.verifier.LinearizabilityVerifier;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking of the operations of a space, on the code itself: for each race the orders of its steps, one by one, up to a bound. Accesses are judged for two
 * threads: a third may read a page while a store of another, which began before the page was protected or moved, is still on its way.
 */
class SpaceModelTest {
    /** Enough for each rule that is left out to be noticed. */
    private static final int ORDERS = 150;

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
        check(MeetingClaims.class, MeetingClaims.Model.class, "claim 1 3", "claim 0 1; giveBack", "claim 0 2");
    }

    @Test
    void expandAgainstDetach() {
        tables(FoldedPages.InTable.class, FoldedPages.Mapped.class, "store 0 2", "mapAround; load 0", "load 0");
    }

    @Test
    void expandAgainstShrink() {
        tables(FoldedPages.AmongEqual.class, FoldedPages.Mapped.class, "store 0 2", "giveBack", "load 0");
    }

    @Test
    void faultAgainstFreeze() {
        tables(FoldedPages.UniformTable.class, FoldedPages.Mapped.class, "store 0 2", "giveBack", "load 0");
    }

    @Test
    void claimAgainstFreeze() {
        tables(FoldedPages.EmptyTable.class, FoldedPages.Free.class, "claim 0", "giveBack; claim 0", "load 0");
    }

    @Test
    void takeOverAgainstFork() {
        // A store that takes over in the wrong moment comes in twice.
        forkedPage(ForkedPage.LeftAlone.class, 300);
    }

    @Test
    void storeAgainstFork() {
        forkedPage(ForkedPage.Alone.class, ORDERS);
    }

    @Test
    void storeAgainstCollapse() {
        collapsedPages("store 0 2", "collapse", "load 0");
    }

    @Test
    void faultAgainstCollapse() {
        collapsedPages("store 1 2", "collapse", "load 1");
    }

    @Test
    void mapAgainstCollapse() {
        collapsedPages("unmapAll; reuse; map 0", "collapse", "load 1");
    }

    @Test
    void faultAgainstPunch() {
        tables(PunchedPage.class, PunchedPage.Model.class, "load 0", "punch; load 0", "load 0");
    }

    @Test
    void loadAgainstTruncate() {
        tables(TruncatedPage.class, TruncatedPage.Model.class, "load 0", "truncate 0; truncate 1", "load 0");
    }

    @Test
    void storeAgainstTruncate() {
        tables(TruncatedPage.class, TruncatedPage.Model.class, "store 0 2", "truncate 0; truncate 1", "load 0");
    }

    @Test
    void bringInAgainstGiveBack() {
        tables(PagesOfATree.One.class, PagesOfATree.ModelOfOne.class, "bringIn 0 2", "cut 1", "look 0");
    }

    @Test
    void bringInAgainstReuseOfTheTable() {
        tables(PagesOfATree.One.class, PagesOfATree.ModelOfOne.class, "bringIn 0 2; look 0", "cut 1; reuse", "look 0");
    }

    @Test
    void giveBackAgainstGiveBack() {
        tables(PagesOfATree.One.class, PagesOfATree.ModelOfOne.class, "bringIn 0 2; cut 0", "cut 1", "look 0");
    }

    @Test
    void noteDirtyAgainstGiveBack() {
        tables(PagesOfATree.None.class, PagesOfATree.Model.class, "bringIn 0 2", "cut 0; bringIn 1 1", "look 1");
    }

    @Test
    void walkAgainstGiveBack() {
        tables(PagesOfATree.One.class, PagesOfATree.ModelOfOne.class, "walk", "cut 1; bringIn 0 2", "look 0");
    }

    private static void collapsedPages(String first, String second, String end) {
        tables(CollapsedPages.class, CollapsedPages.Model.class, first, second, end);
    }

    private static void forkedPage(Class<?> start, int orders) {
        tables(start, ForkedPage.Model.class, "store 0 2", "fork; loadChild", "loadChild", orders);
    }

    private static void singlePages(String first, String second, String end) {
        check(SinglePages.class, SinglePages.Model.class, first, second, end);
    }

    private static void movedPages(String first, String second, String end) {
        check(MovedPages.class, MovedPages.Model.class, first, second, end);
    }

    private static void tables(Class<?> operations, Class<?> model, String first, String second, String end) {
        tables(operations, model, first, second, end, ORDERS);
    }

    private static void tables(
            Class<?> operations, Class<?> model, String first, String second, String end, int orders) {
        ExecutionScenario scenario = Scenarios.of(operations, first, second, end);
        LincheckRuns.modelCheckTables(operations, LinearizabilityVerifier.class, model, scenario, orders);
    }

    private static void check(Class<?> operations, Class<?> model, String first, String second, String end) {
        ExecutionScenario scenario = Scenarios.of(operations, first, second, end);
        LincheckRuns.modelCheckSpace(operations, LinearizabilityVerifier.class, model, scenario);
    }
}

package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a host does with pages that were only read: what it may be excused for, and what not. */
class HostFactsTest {
    private static final Sequence SEQUENCE = HostFacts.READ_PAGES_DROPPED;

    @Test
    void pagesOfTheirOwnMayGoWhereTheHostHasThem() throws IOException {
        Observation ours = ours();
        Comparison excused = new Comparison(SEQUENCE, theirs(false), ours, new HostFacts(0, 0, true));
        assertNull(excused.first());
        assertEquals(Map.of(Explanation.DROPPED_ZEROES, 4), excused.explained());
        assertNotNull(new Comparison(SEQUENCE, theirs(false), ours, new HostFacts(0, 0, false)).first());
    }

    @Test
    void pagesOfZeroesThatStayAreNoDifference() throws IOException {
        Comparison comparison = new Comparison(SEQUENCE, theirs(true), ours(), new HostFacts(0, 0, true));
        assertNull(comparison.first());
        assertEquals(Map.of(), comparison.explained());
    }

    @Test
    void whetherTheHostHasThemShowsInItsAnswer() throws IOException {
        assertEquals(true, HostFacts.showsDropOfReadPages(theirs(false)));
        assertEquals(false, HostFacts.showsDropOfReadPages(theirs(true)));
        Observation unusable = theirs(false);
        unusable.unusable = "out of room";
        assertEquals(false, HostFacts.showsDropOfReadPages(unusable));
        Observation refused = theirs(false);
        refused.outcomes.set(0, Outcome.of(-1));
        assertEquals(false, HostFacts.showsDropOfReadPages(refused));
    }

    /** The host's own answer, asked twice. */
    @Test
    void thisHostAnswersAlike() {
        try (LinuxSide linux = LinuxSide.start()) {
            assertEquals(linux.host().dropsReadPages(), HostFacts.showsDropOfReadPages(linux.run(SEQUENCE)));
        } catch (HostRefused refused) {
            Assumptions.abort(refused.getMessage());
        }
    }

    private static Observation ours() throws IOException {
        try (PagodaSide pagoda = new PagodaSide((step, outcome) -> outcome)) {
            return pagoda.run(SEQUENCE);
        }
    }

    /** As ours, with pages that stay or go. */
    private static Observation theirs(boolean stay) throws IOException {
        Observation seen = ours();
        for (var range : seen.ends.getFirst().ranges()) {
            for (Observation.ProbedLine line : range) {
                Arrays.fill(line.resident(), stay);
            }
        }
        return seen;
    }
}

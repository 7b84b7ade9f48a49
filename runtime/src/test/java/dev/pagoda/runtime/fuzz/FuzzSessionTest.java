package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pagoda.syscalls.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Both sides together; aborted where the host is no Linux that can be compared with. */
class FuzzSessionTest {
    private static final long PAGE = 4096;

    /** Fixed, so that a build's result is its own; -Dpagoda.fuzz.seed looks elsewhere, and pagoda fuzz for longer. */
    private static final long SEED = 4_000_000;

    @Test
    void theHostsLinuxAndPagodaAgree() {
        long seed = Long.getLong("pagoda.fuzz.seed", SEED);
        System.out.println("FuzzSessionTest: seed " + seed);
        List<FuzzSession.Finding> findings = new ArrayList<>();
        try (FuzzSession session = FuzzSession.start(options(seed, 300))) {
            session.run(progress -> {}, findings::add);
            assertTrue(session.groups().contains("map"));
        } catch (HostRefused refused) {
            Assumptions.abort(refused.getMessage());
        }
        assertEquals(List.of(), findings);
    }

    @Test
    void aWrongAnswerIsFoundAndMadeSmall() {
        List<FuzzSession.Finding> findings = new ArrayList<>();
        PagodaSide.Answers wrong = (step, outcome) ->
                step.call() == Call.MUNMAP && step.number(1) == 3 * PAGE ? Outcome.of(-Errno.ENOMEM) : outcome;
        try (FuzzSession session = FuzzSession.start(options(1, 1000), wrong)) {
            session.run(progress -> {}, findings::add);
        } catch (HostRefused refused) {
            Assumptions.abort(refused.getMessage());
        }
        assertEquals(1, findings.size());
        List<String> script = List.of(findings.getFirst().script().split("\n"));
        assertTrue(script.getFirst().startsWith("@ FUZZ-"), script::toString);
        assertTrue(script.getLast().matches("munmap\\(.*, 3\\*PAGE\\) = 0 .*"), script::toString);
        assertTrue(script.size() <= 3, script::toString);
    }

    private static FuzzOptions options(long seed, int sequences) {
        return new FuzzOptions(seed, sequences, Long.MAX_VALUE, 40, Long.MAX_VALUE, 1, List.of());
    }
}

package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class MinimizerTest {
    /** Something is wrong wherever a protection is changed behind a map of at least two pages. */
    private static boolean isWrong(Sequence sequence) {
        boolean mapped = false;
        for (Step step : sequence.steps()) {
            mapped |= step.call() == Call.MMAP && step.number(1) >= 2 * 4096;
            if (mapped && step.call() == Call.MPROTECT) {
                return true;
            }
        }
        return false;
    }

    /** Part of what is wrong, or what another step refers to. */
    private static boolean isNeeded(Sequence sequence, Step step) {
        return step.call() == Call.MPROTECT
                || step.call() == Call.MMAP && step.number(1) >= 2 * 4096
                || sequence.steps().stream().anyMatch(other -> other.refersTo(step.id()));
    }

    @Test
    void whatIsNotNeededIsLeftOutAndLengthsShrink() throws HostRefused {
        Generator generator = new Generator(EnumSet.allOf(Group.class), 40);
        int minimized = 0;
        for (long seed = 0; seed < 500; seed++) {
            Sequence sequence = generator.generate(seed);
            if (!isWrong(sequence)) {
                continue;
            }
            Sequence smallest = new Minimizer(MinimizerTest::isWrong).minimize(sequence);
            assertTrue(isWrong(smallest), () -> "seed " + sequence.seed());
            assertTrue(
                    smallest.steps().stream().allMatch(step -> isNeeded(smallest, step)),
                    () -> "seed " + sequence.seed() + ": " + smallest);
            assertTrue(
                    smallest.steps().stream().anyMatch(step -> step.call() == Call.MMAP && step.number(1) == 2 * 4096),
                    () -> "seed " + sequence.seed() + ": " + smallest);
            minimized++;
        }
        assertTrue(minimized > 100);
    }

    @Test
    void whatDoesNotFailAgainStaysAsItIs() throws HostRefused {
        Sequence sequence = new Generator(EnumSet.allOf(Group.class), 40).generate(7);
        assertEquals(sequence, new Minimizer(candidate -> false).minimize(sequence));
    }
}

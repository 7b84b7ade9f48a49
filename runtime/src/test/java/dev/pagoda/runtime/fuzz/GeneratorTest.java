package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final Set<Group> ALL = EnumSet.allOf(Group.class);
    private static final int MANY = 2000;

    @Test
    void aSeedMakesTheSameSequenceEachTime() {
        for (long seed = 0; seed < MANY; seed++) {
            assertEquals(new Generator(ALL, 40).generate(seed), new Generator(ALL, 40).generate(seed));
        }
        assertNotEquals(
                new Generator(ALL, 40).generate(1).steps(),
                new Generator(ALL, 40).generate(2).steps());
    }

    @Test
    void everyCallIsMadeAndNoneReachesTheAgent() {
        Set<Call> made = EnumSet.noneOf(Call.class);
        for (long seed = 0; seed < MANY; seed++) {
            Sequence sequence = new Generator(ALL, 40).generate(seed);
            assertTrue(sequence.isSound(), () -> "seed " + sequence.seed() + ": " + sequence.steps());
            for (Step step : sequence.steps()) {
                made.add(step.call());
                assertFalse(Safety.harms(step), () -> "seed " + sequence.seed() + ": " + step);
            }
        }
        // What only the user of a script asks for.
        made.add(Call.LOCKED);
        assertEquals(EnumSet.allOf(Call.class), made);
    }

    @Test
    void aGroupThatIsLeftOutIsNotMade() {
        Set<Group> few = EnumSet.of(Group.MAP, Group.ACCESS);
        Set<Call> allowed = EnumSet.of(Call.MMAP, Call.MUNMAP, Call.LOAD, Call.STORE, Call.CAS, Call.FILL);
        for (long seed = 0; seed < MANY; seed++) {
            for (Step step : new Generator(few, 40).generate(seed).steps()) {
                assertTrue(allowed.contains(step.call()), step::toString);
            }
        }
    }
}

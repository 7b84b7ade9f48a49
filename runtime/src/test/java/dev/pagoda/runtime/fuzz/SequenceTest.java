package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Sequences that once differed because of the fuzzer itself, and such that must not be compared. */
class SequenceTest {
    private static final long PAGE = 4096;
    private static final long A = Arena.A.address();

    private final List<Step> steps = new ArrayList<>();

    private Value add(Call call, Value... arguments) {
        steps.add(new Step(steps.size() + 1, 0, call, List.of(arguments)));
        return new Value(steps.size(), 0);
    }

    private static Value of(long number) {
        return Value.of(number);
    }

    private Sequence made() {
        return new Sequence(0, List.copyOf(steps), true);
    }

    @Test
    void theNumberOfAClosedDescriptorIsNotUsedOnceAnotherMayHaveIt() {
        Value closed = add(Call.MEMFD, of(PAGE), of(0));
        add(Call.CLOSE, closed);
        add(Call.FSTAT_SIZE, closed);
        assertTrue(made().isSound());
        add(Call.TMPFILE, of(PAGE), of(Linux.O_RDWR));
        assertTrue(made().isSound());
        add(Call.FSTAT_SIZE, closed);
        assertFalse(made().isSound());
    }

    @Test
    void whatIsResidentIsNotAskedAfterAMove() {
        add(Call.RESIDENT, of(A), of(PAGE));
        add(Call.MREMAP, of(A), of(PAGE), of(PAGE), of(Linux.MREMAP_MAYMOVE), of(0));
        assertTrue(made().isSound());
        add(Call.RESIDENT, of(A), of(PAGE));
        assertFalse(made().isSound());
    }

    /** The look itself needed room, and was refused it. */
    @Test
    void whatIsResidentIsToldWithoutRoomToMap() {
        long anonymous = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED;
        add(Call.MMAP, of(A), of(PAGE), of(Linux.PROT_READ | Linux.PROT_WRITE), of(anonymous), of(-1), of(0));
        add(Call.STORE, of(A), of(1), of(1));
        Value size = add(Call.VMSIZE);
        add(Call.SETRLIMIT, of(Linux.RLIMIT_AS), size);
        add(Call.RESIDENT, of(A), of(PAGE));
        try (Sides sides = Sides.start((step, outcome) -> outcome)) {
            Sides.Both both = sides.run(List.of(made())).getFirst();
            assertEquals(1, both.pagoda().outcomes.getLast().value());
            assertEquals(null, sides.compare(made(), both).first());
        } catch (HostRefused refused) {
            Assumptions.abort(refused.getMessage());
        }
    }

    /** mincore's vector said of a file on disk what the host's cache holds. */
    @Test
    void theVectorOfMincoreIsLookedAtOnlyWhereTheProgramDecidesWhatIsResident() {
        add(Call.MINCORE, of(A), of(PAGE), of(A));
        assertTrue(made().isSound());
        add(Call.TMPFILE, of(PAGE), of(Linux.O_RDWR));
        add(Call.MINCORE, of(A), of(PAGE), of(Linux.TASK_SIZE));
        assertTrue(made().isSound());
        add(Call.MINCORE, of(A), of(PAGE), of(Linux.TASK_SIZE - PAGE));
        assertFalse(made().isSound());
    }

    /** Linux had split a map, so more of its pages were looked at, which made them resident in the child too. */
    @Test
    void theLookAtOneProcessMakesNoDifferenceInAnother() {
        long protection = Linux.PROT_READ | Linux.PROT_WRITE;
        long shared = Linux.MAP_SHARED | Linux.MAP_FIXED | Linux.MAP_ANONYMOUS;
        add(Call.MMAP, of(A), of(1024 * PAGE), of(protection), of(shared), of(-1), of(0));
        Value size = add(Call.VMSIZE);
        add(Call.SETRLIMIT, of(Linux.RLIMIT_AS), size.plus(PAGE));
        Value file = add(Call.MEMFD, of(PAGE), of(0));
        Value child = add(Call.FORK);
        long fixed = Linux.MAP_PRIVATE | Linux.MAP_FIXED;
        add(Call.MMAP, of(A + 512 * PAGE), of(1024 * PAGE), of(protection), of(fixed), file, of(0));
        List<Value> cut = List.of(of(A + 512 * PAGE), of(PAGE));
        steps.add(new Step(steps.size() + 1, child.base(), Call.MUNMAP, cut));
        assertNoDifference();
    }

    /**
     * What was locked looks like its neighbour in a child, which is one map here; on Linux the neighbour has no room for a huge page, which it says before it comes to
     * a hole (seed 880005947).
     */
    @Test
    void aCollapseGoesByTheMapsThatLinuxKeepsApartInAChild() {
        assertCollapseIsExplained(1);
        assertCollapseIsExplained(2);
    }

    private void assertCollapseIsExplained(int pagesBehind) {
        steps.clear();
        long pages = 512;
        long huge = A + pages * PAGE;
        long flags = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED;
        Value readWrite = of(Linux.PROT_READ | Linux.PROT_WRITE);
        add(Call.MMAP, of(huge), of(pages * PAGE), readWrite, of(flags | Linux.MAP_LOCKED), of(-1), of(0));
        add(Call.MMAP, of(huge + pages * PAGE), of(PAGE), readWrite, of(flags), of(-1), of(0));
        int child = add(Call.FORK).base();
        List<Value> range = List.of(of(huge), of((pages + pagesBehind) * PAGE), of(Linux.MADV_COLLAPSE));
        steps.add(new Step(steps.size() + 1, child, Call.MADVISE, range));
        assertNoDifference();
    }

    private void assertNoDifference() {
        try (Sides sides = Sides.start((step, outcome) -> outcome)) {
            Sides.Both both = sides.run(List.of(made())).getFirst();
            assertEquals(null, sides.compare(made(), both).first());
        } catch (HostRefused refused) {
            Assumptions.abort(refused.getMessage());
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operation of a space is refused its first frame, its second, its third and so on: it fails whole or not at all, and nothing leaks. */
@Timeout(120)
class InjectedRefusalTest {
    private static final long C = 0x300000000000L;

    /** What is done after the frames were laid out; each may be refused, and none may leave anything behind. */
    private static final List<Consumer<TestSpace>> STEPS = List.of(
            t -> t.map(Map.Where.FIXED, C, 5 * PAGE, READ_WRITE),
            t -> t.map(Map.Where.FIXED, C - PAGE, 2 * MIB + 2 * PAGE, READ_WRITE),
            t -> t.map(Map.Where.FIXED, C + GIB - PAGE, GIB + 2 * PAGE, READ_WRITE),
            t -> touch(t, A, true),
            t -> touch(t, A + MIB, false),
            t -> touch(t, A + 3 * MIB + PAGE, true),
            t -> t.protect(A + PAGE, 3 * MIB, READ),
            t -> t.unmap(A + 3 * PAGE, 4 * MIB),
            t -> t.unmap(B + MIB, PAGE),
            t -> t.discard(A + PAGE, 2 * MIB + PAGE),
            t -> t.remap(A, 4 * PAGE, 3 * MIB),
            t -> t.remapTo(A, 5 * MIB, 5 * MIB, C + 7 * PAGE),
            t -> t.remap(B, 2 * PAGE, 300 * PAGE),
            t -> touch(t, B + 7 * PAGE, true),
            t -> t.fixedShared(C, 2 * MIB, READ_WRITE));

    private static void touch(TestSpace t, long address, boolean store) {
        try {
            if (store) {
                t.store(address, 7);
            } else {
                t.load(address);
            }
        } catch (MemoryFault fault) {
            assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
        }
    }

    /** With one refusal the kernel finds a frame at the second try; with a thousand there is none to be found. */
    @ParameterizedTest
    @ValueSource(longs = {1, 1000})
    void nothingLeaksWhicheverAllocationIsRefused(long refusals) {
        int refused = 0;
        for (int step = 0; step < STEPS.size(); step++) {
            int after = 0;
            while (run(STEPS.get(step), after, refusals)) {
                after++;
            }
            refused += after;
        }
        assertThat(refused).as("refusals that were met").isGreaterThan(STEPS.size());
    }

    /** Whether a refusal was met. */
    private static boolean run(Consumer<TestSpace> step, long after, long refusals) {
        try (TestSpace t = new TestSpace(8 * MIB)) {
            t.fixed(A, 8 * MIB, READ_WRITE);
            t.fill(A + PAGE, 5 * PAGE, 3);
            t.store(A + 4 * MIB, 1);
            t.fixedShared(B, 4 * MIB, READ_WRITE);
            t.store(B, 1);
            String before = t.space.maps();
            long own = t.space.ownBytes();
            t.core.frames().injectRefusals(after, refusals);
            boolean failed = false;
            try {
                step.accept(t);
            } catch (AssertionError unexpected) {
                // The steps that check their answer: refused, as was to be expected.
                failed = true;
            }
            boolean met = t.core.frames().countRefusals() > 0;
            t.core.frames().injectRefusals(-1, 0);
            t.audit();
            assertThat(met || !failed).isTrue();
            assertThat(t.space.ownBytes()).isLessThanOrEqualTo(own + PAGE);
            if (failed) {
                assertThat(t.space.maps()).isEqualTo(before);
            }
            return met;
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.memory.MemoryRefused;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExhaustionTest {
    /** Where the pages lie that use all memory up. */
    private static final long C = 0x300000000000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theFaultThatFindsNoFrameKillsAndAfterAnUnmapAllGoesOn(long mebibytes) {
        try (TestSpace t = new TestSpace(mebibytes * MIB)) {
            long first = t.exhaust(C);
            assertThat(first).isPositive();
            t.audit();
            assertThat(t.space.ownBytes()).isEqualTo(first * PAGE);
            for (long page = 0; page < first; page++) {
                assertThat(t.load(C + page * PAGE)).isEqualTo(0xee);
            }
            t.refusesStore(C + first * PAGE, MemoryFault.SIGKILL, MemoryFault.SI_KERNEL);
            for (int round = 0; round < 5; round++) {
                assertThat(t.unmap(C, GIB)).isZero();
                assertThat(t.exhaust(C)).isEqualTo(first);
            }
            assertThat(t.discard(C, first * PAGE)).isZero();
            t.store(C + (first - 1) * PAGE, 5);
            assertThat(t.load(C + (first - 1) * PAGE)).isEqualTo(5);
        }
    }

    @Test
    void sharedMemoryIsRefusedAndKeptAsWell() {
        try (TestSpace t = new TestSpace(MIB)) {
            t.fixedShared(B, 2 * MIB, READ_WRITE);
            long page = 0;
            try {
                for (; ; page++) {
                    t.store(B + page * PAGE, (int) page);
                }
            } catch (MemoryFault fault) {
                assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
            }
            assertThat(page).isPositive();
            t.audit();
            t.discard(B, 2 * MIB);
            t.refusesStore(B + page * PAGE, MemoryFault.SIGKILL, MemoryFault.SI_KERNEL);
            for (long at = 0; at < page; at++) {
                assertThat(t.load(B + at * PAGE)).isEqualTo(at & 0xff);
            }
            assertThat(t.unmap(B, 2 * MIB)).isZero();
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 1);
        }
    }

    @Test
    void aSpaceWithoutARootIsRefused() {
        try (TestSpace t = new TestSpace(MIB)) {
            t.exhaust(C);
            assertThatThrownBy(() -> new AddressSpace(t.core)).isInstanceOf(MemoryRefused.class);
            t.audit();
            t.unmap(C, GIB);
            new AddressSpace(t.core).destroy();
        }
    }

    @Test
    void everyOperationWithoutMemoryIsDoneOrRefusedAndNothingElse() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, 4 * TIB, READ_WRITE);
            t.store(A + TIB, 0x21);
            t.fixedShared(B, 4 * PAGE, READ_WRITE);
            t.fill(B, 2 * PAGE, 0x22);
            t.exhaust(C);
            long hole = A + 2 * TIB + 3 * GIB + 5 * MIB + 7 * PAGE;
            unchanged(t, () -> t.unmap(hole, PAGE), Refusal.NO_MEMORY);
            unchanged(t, () -> t.protect(hole, PAGE, READ), Refusal.NO_MEMORY);
            // What is not populated need not be split to be given up.
            unchanged(t, () -> t.discard(hole, PAGE), 0);
            unchanged(t, () -> Advise.free(t.view, hole >>> 12, 1), 0);
            unchanged(t, () -> Advise.lock(t.view, hole >>> 12, 1, true), Refusal.NO_MEMORY);
            unchanged(t, () -> Advise.attribute(t.view, hole >>> 12, 1, 0, Attributes.RANDOM, false), Refusal.AGAIN);
            unchanged(t, () -> Populate.range(t.view, hole >>> 12, 1, true), Refusal.NO_MEMORY);
            unchanged(t, () -> t.map(Map.Where.FIXED, hole, PAGE, READ_WRITE), Refusal.NO_MEMORY);
            long free = 0x400000000000L;
            unchanged(t, () -> t.map(Map.Where.FIXED, free + PAGE, PAGE, READ), Refusal.NO_MEMORY);
            unchanged(t, () -> t.map(Map.Where.FIXED_UNLESS_MAPPED, free + PAGE, PAGE, READ), Refusal.NO_MEMORY);
            unchanged(t, () -> t.map(Map.Where.FIXED_UNLESS_MAPPED, free + GIB - PAGE, GIB, READ), Refusal.NO_MEMORY);
            unchanged(t, () -> t.map(Map.Where.HINT, free + PAGE, PAGE, READ), Refusal.NO_MEMORY);
            unchanged(t, () -> t.map(Map.Where.LOW, 0, PAGE, READ), Refusal.NO_MEMORY);
            unchanged(t, () -> t.remap(A + TIB, PAGE, 2 * PAGE), Refusal.NO_MEMORY);
            unchanged(t, () -> t.remapTo(A + TIB, PAGE, PAGE, free + PAGE), Refusal.NO_MEMORY);
            unchanged(t, () -> t.remapTo(B, 2 * PAGE, 2 * PAGE, free + PAGE), Refusal.NO_MEMORY);
            unchanged(t, () -> t.remapTo(B, 0, 2 * PAGE, free + PAGE), Refusal.NO_MEMORY);
            t.refusesStore(hole, MemoryFault.SIGKILL, MemoryFault.SI_KERNEL);
            t.refusesStore(B + 2 * PAGE, MemoryFault.SIGKILL, MemoryFault.SI_KERNEL);
            // What needs no table works as ever.
            assertThat(t.map(Map.Where.FIXED, free, 512 * GIB, READ)).isEqualTo(free);
            assertThat(t.protect(A, 512 * GIB, READ)).isZero();
            assertThat(t.load(A + TIB)).isEqualTo(0x21);
            t.audit();
            assertThat(t.unmap(C, GIB)).isZero();
            assertThat(t.unmap(hole, PAGE)).isZero();
            t.notMapped(hole);
            t.store(hole + PAGE, 1);
        }
    }

    /** A map's page moves where a table is missing half-way: all or nothing, and the content is whole. */
    @Test
    void movesWithFewFramesLeft() {
        for (int spare = 0; spare < 12; spare++) {
            try (TestSpace t = new TestSpace(8 * MIB)) {
                long bytes = 2 * MIB;
                t.fixed(A + MIB, bytes, READ_WRITE);
                t.fill(A + MIB, bytes, 0x31);
                long used = t.exhaust(C);
                assertThat(t.discard(C + (used - spare) * PAGE, spare * PAGE)).isZero();
                long got = t.remapTo(A + MIB, bytes, bytes, B + MIB / 2 + PAGE);
                t.audit();
                long at = got < 0 ? A + MIB : B + MIB / 2 + PAGE;
                assertThat(got == Refusal.NO_MEMORY || got == at)
                        .as("answer %d", got)
                        .isTrue();
                assertThat(t.same(at, bytes, 0x31)).isTrue();
                t.notMapped(got < 0 ? B + MIB : A + MIB);
            }
        }
    }

    private static void unchanged(TestSpace t, LongSupplier operation, long expected) {
        long mapped = t.space.mappedBytes();
        long own = t.space.ownBytes();
        String maps = t.space.maps();
        assertThat(operation.getAsLong()).isEqualTo(expected);
        t.audit();
        assertThat(t.space.maps()).isEqualTo(maps);
        assertThat(t.space.mappedBytes()).isEqualTo(mapped);
        assertThat(t.space.ownBytes()).isEqualTo(own);
        assertThat(t.load(A + TIB)).isEqualTo(0x21);
        assertThat(t.load(B + PAGE)).isEqualTo(0x22);
    }
}

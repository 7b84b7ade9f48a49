package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.Map.Where.ANYWHERE;
import static dev.pagoda.mm.space.Map.Where.FIXED_UNLESS_MAPPED;
import static dev.pagoda.mm.space.Map.Where.HINT;
import static dev.pagoda.mm.space.Map.Where.LOW;
import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.EXEC;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static dev.pagoda.mm.space.TestSpace.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MapTest {
    @Test
    void aHintIsUsedWhenFreeAndIgnoredWhenNot() {
        try (TestSpace t = new TestSpace()) {
            assertThat(t.map(HINT, A, PAGE, READ_WRITE)).isEqualTo(A);
            assertThat(t.map(HINT, A, PAGE, READ_WRITE)).isPositive().isNotEqualTo(A);
            assertThat(t.map(HINT, A - PAGE, 2 * PAGE, READ_WRITE)).isPositive().isNotEqualTo(A - PAGE);
        }
    }

    @Test
    void fixedReplacesThePagesUnderIt() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.fill(A, 3 * PAGE, 0x11);
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            assertThat(t.load(A)).isEqualTo(0x11);
            assertThat(t.load(A + PAGE)).isZero();
            assertThat(t.load(A + 2 * PAGE)).isEqualTo(0x11);
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(1);
        }
    }

    @Test
    void unlessMappedOverlapsAtEitherEndAndTouches() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A + PAGE, PAGE, NONE);
            assertThat(t.map(FIXED_UNLESS_MAPPED, A, 2 * PAGE, NONE)).isEqualTo(Refusal.EXISTS);
            assertThat(t.map(FIXED_UNLESS_MAPPED, A + PAGE, 2 * PAGE, NONE)).isEqualTo(Refusal.EXISTS);
            assertThat(t.map(FIXED_UNLESS_MAPPED, A, PAGE, NONE)).isEqualTo(A);
            assertThat(t.map(FIXED_UNLESS_MAPPED, A + 2 * PAGE, PAGE, NONE)).isEqualTo(A + 2 * PAGE);
            assertThat(t.space.mappedBytes()).isEqualTo(3 * PAGE);
            assertThat(t.maps(A - GIB, 2 * GIB)).isEqualTo(1);
        }
    }

    @Test
    void aRefusedLargeClaimLeavesNothingBehind() {
        try (TestSpace t = new TestSpace()) {
            // The obstacle is the last page, so that everything before it was claimed already.
            t.fixed(A + TIB + 3 * GIB, PAGE, NONE);
            long start = A - 5 * MIB - PAGE;
            assertThat(t.map(FIXED_UNLESS_MAPPED, start, A + TIB + 3 * GIB + PAGE - start, READ_WRITE))
                    .isEqualTo(Refusal.EXISTS);
            assertThat(t.space.mappedBytes()).isEqualTo(PAGE);
            assertThat(t.maps(start, 2 * TIB)).isEqualTo(1);
            t.audit();
            assertThat(t.map(FIXED_UNLESS_MAPPED, start, A + TIB + 3 * GIB - start, READ_WRITE))
                    .isEqualTo(start);
            assertThat(t.maps(start, 2 * TIB)).isEqualTo(2);
        }
    }

    @Test
    void lowMapsStayBelowTwoGibibytes() {
        try (TestSpace t = new TestSpace()) {
            long total = 0;
            for (long bytes : new long[] {PAGE, 3 * MIB, 100 * MIB, PAGE}) {
                long at = t.map(LOW, 0, bytes, NONE);
                assertThat(at).isPositive();
                assertThat(at + bytes).isLessThanOrEqualTo(2 * GIB);
                total += bytes;
            }
            assertThat(t.space.mappedBytes()).isEqualTo(total);
            assertThat(t.map(LOW, 0, 2 * GIB, NONE)).isEqualTo(Refusal.NO_MEMORY);
        }
    }

    @Test
    void hugeReservationsCostFewTablesAndNoTime() {
        try (TestSpace t = new TestSpace()) {
            long start = System.nanoTime();
            long tables = t.space.tables();
            long one = t.map(ANYWHERE, 0, TIB, NONE);
            long sixteen = t.map(ANYWHERE, 0, 16 * TIB, READ_WRITE);
            assertThat(one).isPositive();
            assertThat(sixteen).isPositive();
            assertThat(t.space.tables() - tables).isLessThanOrEqualTo(2);
            assertThat(t.space.mappedBytes()).isEqualTo(17 * TIB);
            assertThat(t.unmap(sixteen, 16 * TIB)).isZero();
            assertThat(t.unmap(one, TIB)).isZero();
            // At odd borders: three tables an edge.
            t.fixed(A + 5 * PAGE, 16 * TIB, READ_WRITE);
            assertThat(t.space.tables() - tables).isLessThanOrEqualTo(6);
            assertThat(t.maps(A, 17 * TIB)).isEqualTo(1);
            assertThat(t.protect(A + 5 * PAGE, 16 * TIB, READ)).isZero();
            assertThat(t.discard(A + 5 * PAGE, 16 * TIB)).isZero();
            assertThat(t.unmap(A + 5 * PAGE, 16 * TIB)).isZero();
            // Each step is microseconds; walking pages would be minutes.
            assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void noRoomForALargerSpaceThanThereIs() {
        try (TestSpace t = new TestSpace()) {
            assertThat(t.map(ANYWHERE, 0, 100 * TIB, NONE)).isPositive();
            assertThat(t.map(ANYWHERE, 0, 100 * TIB, NONE)).isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.map(ANYWHERE, 0, 20 * TIB, NONE)).isPositive();
        }
    }

    @Test
    void fixedOverEverything() {
        try (TestSpace t = new TestSpace()) {
            for (int i = 0; i < 300; i++) {
                long at = t.map(ANYWHERE, 0, (1 + i % 40) * PAGE, READ_WRITE);
                t.store(at, i);
            }
            t.fixedShared(A, 9 * MIB, READ_WRITE);
            t.fill(A + MIB, MIB, 1);
            t.fixed(PAGE, AddressSpace.END - 2 * PAGE, READ);
            assertThat(t.maps(0, AddressSpace.END)).isEqualTo(1);
            assertThat(t.space.mappedBytes()).isEqualTo(AddressSpace.END - 2 * PAGE);
            assertThat(t.space.ownBytes()).isZero();
            assertThat(t.space.objectBytes()).isZero();
            assertThat(t.load(A + MIB)).isZero();
            t.audit();
            assertThat(t.core.holders()).isEmpty();
        }
    }

    @Test
    void anywhereNeverOverlaps() {
        try (TestSpace t = new TestSpace()) {
            TreeMap<Long, Long> model = new TreeMap<>();
            java.util.Random random = new java.util.Random(5);
            for (int i = 0; i < 4000; i++) {
                if (model.size() > 200 || random.nextInt(3) == 0 && !model.isEmpty()) {
                    Long at = model.ceilingKey(random.nextLong(AddressSpace.END));
                    at = at == null ? model.firstKey() : at;
                    assertThat(t.unmap(at, model.remove(at))).isZero();
                } else {
                    long bytes = PAGE * (random.nextInt(4) == 0 ? random.nextInt(1, 3000) : random.nextInt(1, 40));
                    long at = t.map(random.nextInt(9) == 0 ? LOW : ANYWHERE, 0, bytes, READ_WRITE);
                    assertThat(at).isPositive();
                    java.util.Map.Entry<Long, Long> below = model.lowerEntry(at + bytes);
                    assertThat(below == null || below.getKey() + below.getValue() <= at)
                            .as("%x+%x overlaps %s", at, bytes, below)
                            .isTrue();
                    model.put(at, bytes);
                    t.store(at + bytes - 1, 1);
                }
            }
            assertThat(t.space.mappedBytes())
                    .isEqualTo(model.values().stream().mapToLong(x -> x).sum());
        }
    }

    @Test
    void aWindowThatAFoldedMapTookIsLeft() {
        try (TestSpace t = new TestSpace()) {
            long small = t.map(ANYWHERE, 0, PAGE, READ_WRITE);
            t.fixed(small & -2 * MIB, 2 * MIB, READ_WRITE);
            long next = t.map(ANYWHERE, 0, PAGE, READ_WRITE);
            assertThat(next).isPositive();
            assertThat(next & -2 * MIB).isNotEqualTo(small & -2 * MIB);
            t.fixed(next & -GIB, GIB, READ_WRITE);
            assertThat(t.map(ANYWHERE, 0, PAGE, READ_WRITE) & -GIB).isNotEqualTo(next & -GIB);
        }
    }

    @Test
    void protectionsAndTheirFaults() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, NONE);
            t.refusesLoad(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            t.refusesStore(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            t.fixed(A, PAGE, WRITE);
            assertThat(t.load(A)).isZero();
            t.store(A, 42);
            assertThat(t.load(A)).isEqualTo(42);
            assertThat(t.space.permissions(A)).isEqualTo("-w-p");
            t.fixed(A, PAGE, EXEC);
            assertThat(t.load(A)).isZero();
            t.refusesStore(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
            assertThat(t.space.permissions(A)).isEqualTo("--xp");
            t.fixed(A, PAGE, READ | WRITE | EXEC);
            assertThat(t.space.permissions(A)).isEqualTo("rwxp");
            assertThat(t.space.permissions(A + PAGE)).isEmpty();
        }
    }

    @Test
    void freshMemoryIsZeroPrivateAndShared() {
        try (TestSpace t = new TestSpace()) {
            for (int round = 0; round < 3; round++) {
                t.fixed(A, 2 * PAGE, READ_WRITE);
                assertThat(t.same(A, 2 * PAGE, 0)).isTrue();
                t.fill(A, 2 * PAGE, -1);
                t.fixedShared(A, 2 * PAGE, READ_WRITE);
                assertThat(t.same(A, 2 * PAGE, 0)).isTrue();
                t.fill(A, 2 * PAGE, -1);
            }
        }
    }

    @Test
    void aMapInTheMiddleOfAnObjectsMapKeepsTheOffsets() {
        try (TestSpace t = new TestSpace()) {
            SharedMemory object = new SharedMemory(t.core, 4);
            t.fixedObject(A, 4 * PAGE, READ_WRITE, object, true, 0);
            for (int i = 0; i < 4; i++) {
                t.store(A + i * PAGE, 'a' + i);
            }
            t.fixedObject(A, 4 * PAGE, READ, object, false, 0);
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            assertThat(t.load(A)).isEqualTo('a');
            assertThat(t.load(A + PAGE)).isZero();
            assertThat(t.load(A + 2 * PAGE)).isEqualTo('c');
            assertThat(t.load(A + 3 * PAGE)).isEqualTo('d');
            assertThat(t.maps(A, 4 * PAGE)).isEqualTo(3);
            assertThat(t.space.permissions(A)).isEqualTo("r--p");
            object.letGo();
        }
    }

    @Test
    void privateCopiesOfAnObjectStayPrivate() {
        try (TestSpace t = new TestSpace()) {
            SharedMemory object = new SharedMemory(t.core, 2);
            t.fixedObject(A, 2 * PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(A + GIB, 2 * PAGE, READ_WRITE, object, false, 0);
            t.store(A, 1);
            assertThat(t.load(A + GIB)).isEqualTo(1);
            t.store(A + GIB, 2);
            assertThat(t.load(A)).isEqualTo(1);
            assertThat(t.load(A + GIB)).isEqualTo(2);
            t.store(A, 3);
            assertThat(t.load(A + GIB)).isEqualTo(2);
            assertThat(t.space.ownBytes()).isEqualTo(PAGE);
            assertThat(t.space.objectBytes()).isEqualTo(PAGE);
            assertThat(t.discard(A + GIB, 2 * PAGE)).isZero();
            assertThat(t.load(A + GIB)).as("the copy is gone").isEqualTo(3);
            t.fixedObject(A + 2 * GIB, 3 * PAGE, READ_WRITE, object, true, 0);
            t.refusesStore(A + 2 * GIB + 2 * PAGE, MemoryFault.SIGBUS, MemoryFault.BUS_ADRERR);
            t.refusesLoad(A + 2 * GIB + 2 * PAGE, MemoryFault.SIGBUS, MemoryFault.BUS_ADRERR);
            object.letGo();
        }
    }
}

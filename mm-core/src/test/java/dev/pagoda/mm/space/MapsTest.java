package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MapsTest {
    @Test
    void anonymousNeighboursMergeOnBothSides() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.fixed(A + PAGE, PAGE, READ_WRITE);
            t.fixed(A - PAGE, PAGE, READ_WRITE);
            t.store(A, 1);
            assertThat(t.maps(A - PAGE, 3 * PAGE)).isEqualTo(1);
            assertThat(t.space.mapStart(A + PAGE)).isEqualTo(A - PAGE);
            t.fixed(A + 2 * PAGE, PAGE, READ);
            assertThat(t.maps(A - PAGE, 4 * PAGE)).isEqualTo(2);
        }
    }

    @Test
    void twoSharedObjectsStayApart() {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, PAGE, READ_WRITE);
            t.fixedShared(A + PAGE, PAGE, READ_WRITE);
            assertThat(t.maps(A, 2 * PAGE)).isEqualTo(2);
        }
    }

    @Test
    void twoMapsOfOneObjectMergeIfTheOffsetsGoOn() {
        try (TestSpace t = new TestSpace()) {
            SharedMemory object = new SharedMemory(t.core, 8);
            t.fixedObject(A, 2 * PAGE, READ_WRITE, object, true, 0);
            t.fixedObject(A + 2 * PAGE, 2 * PAGE, READ_WRITE, object, true, 2);
            assertThat(t.maps(A, 4 * PAGE)).isEqualTo(1);
            t.fixedObject(A + 4 * PAGE, 2 * PAGE, READ_WRITE, object, true, 0);
            assertThat(t.maps(A, 6 * PAGE)).isEqualTo(2);
            object.letGo();
        }
    }

    @Test
    void theTextIsThatOfLinux() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.fixedShared(A + GIB, 2 * PAGE, READ);
            assertThat(t.unmap(A + GIB, PAGE)).isZero();
            String[] lines = t.space.maps().split("\n");
            assertThat(lines).hasSize(2);
            assertThat(lines[0]).isEqualTo("100000000000-100000003000 rw-p 00000000 00:00 0 ");
            assertThat(lines[1])
                    .startsWith("100040001000-100040002000 r--s 00001000 00:00 0 ")
                    .endsWith("/dev/zero (deleted)");
            assertThat(lines[1].indexOf('/')).isEqualTo(73);
        }
    }
}

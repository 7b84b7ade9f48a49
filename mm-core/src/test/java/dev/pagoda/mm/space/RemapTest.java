package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.TIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemapTest {
    @Test
    void aSourceThatIsNotMapped() {
        try (TestSpace t = new TestSpace()) {
            assertThat(t.remap(A, PAGE, 2 * PAGE)).isEqualTo(Refusal.BAD_ADDRESS);
            assertThat(t.remap(A, PAGE, PAGE)).isEqualTo(Refusal.BAD_ADDRESS);
            assertThat(t.remap(A, 2 * PAGE, PAGE)).isEqualTo(Refusal.BAD_ADDRESS);
        }
    }

    @Test
    void shrinksInPlaceAlsoOverTwoMaps() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.store(A + PAGE, 1);
            assertThat(t.protect(A, PAGE, NONE)).isZero();
            assertThat(t.remap(A, 3 * PAGE, 2 * PAGE, false, -PAGE, false)).isEqualTo(A);
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(2);
            assertThat(t.load(A + PAGE)).isEqualTo(1);
            t.notMapped(A + 2 * PAGE);
        }
    }

    @Test
    void growsInPlaceOrMoves() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 0x77);
            assertThat(t.remap(A, PAGE, 3 * PAGE, false, -PAGE, false)).isEqualTo(A);
            assertThat(t.load(A + 2 * PAGE)).isZero();
            assertThat(t.maps(A, 3 * PAGE)).isEqualTo(1);
            t.fixed(A + 4 * PAGE, PAGE, READ_WRITE);
            assertThat(t.remap(A, 3 * PAGE, 5 * PAGE, false, -PAGE, false)).isEqualTo(Refusal.NO_MEMORY);
            long moved = t.remap(A, 3 * PAGE, 5 * PAGE);
            assertThat(moved).isPositive().isNotEqualTo(A);
            assertThat(t.load(moved)).isEqualTo(0x77);
            assertThat(t.load(moved + 4 * PAGE)).isZero();
            t.notMapped(A);
            t.notMapped(A + 2 * PAGE);
            assertThat(t.load(A + 4 * PAGE)).isZero();
            assertThat(t.space.mappedBytes()).isEqualTo(6 * PAGE);
        }
    }

    @Test
    void growsAPartOfAMap() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.fill(A, PAGE, 1);
            assertThat(t.remap(A, PAGE, 2 * PAGE, false, -PAGE, false)).isEqualTo(Refusal.NO_MEMORY);
            long moved = t.remap(A, PAGE, 2 * PAGE);
            assertThat(moved).isPositive();
            assertThat(t.load(moved)).isEqualTo(1);
            assertThat(t.load(moved + PAGE)).isZero();
            t.notMapped(A);
            assertThat(t.load(A + PAGE)).isZero();
        }
    }

    @Test
    void aFixedMoveReplacesItsTargetAndGrows() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 0x31);
            t.fixed(B, 2 * PAGE, READ_WRITE);
            t.fill(B, 2 * PAGE, 0x32);
            assertThat(t.remapTo(A, PAGE, 2 * PAGE, B)).isEqualTo(B);
            assertThat(t.load(B)).isEqualTo(0x31);
            assertThat(t.load(B + PAGE)).isZero();
            assertThat(t.space.permissions(B + PAGE)).isEqualTo("rw-p");
            t.notMapped(A);
        }
    }

    @Test
    void aFixedMoveThatShrinks() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.fill(A, 3 * PAGE, 5);
            assertThat(t.remapTo(A, 3 * PAGE, PAGE, B)).isEqualTo(B);
            assertThat(t.load(B)).isEqualTo(5);
            t.notMapped(B + PAGE);
            assertThat(t.maps(A, 3 * PAGE)).isZero();
        }
    }

    @Test
    void severalMapsTravelWithTheHolesBetweenThem() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 8 * PAGE, READ_WRITE);
            t.fill(A, 8 * PAGE, 4);
            assertThat(t.protect(A + PAGE, PAGE, READ)).isZero();
            assertThat(t.unmap(A + 3 * PAGE, 2 * PAGE)).isZero();
            t.fixedShared(A + 6 * PAGE, PAGE, READ_WRITE);
            t.store(A + 6 * PAGE, 9);
            t.fixed(B, 8 * PAGE, READ_WRITE);
            t.fill(B, 8 * PAGE, 7);
            assertThat(t.remapTo(A, 8 * PAGE, 8 * PAGE, B)).isEqualTo(B);
            assertThat(t.maps(A, 8 * PAGE)).isZero();
            assertThat(t.space.permissions(B + PAGE)).isEqualTo("r--p");
            assertThat(t.load(B + PAGE)).isEqualTo(4);
            // Where the source has holes, what lay at the destination stays, as on Linux.
            assertThat(t.load(B + 3 * PAGE)).isEqualTo(7);
            assertThat(t.load(B + 4 * PAGE)).isEqualTo(7);
            assertThat(t.load(B + 5 * PAGE)).isEqualTo(4);
            assertThat(t.load(B + 6 * PAGE)).isEqualTo(9);
            assertThat(t.space.permissions(B + 6 * PAGE)).isEqualTo("rw-s");
            assertThat(t.remapTo(B, 8 * PAGE, 9 * PAGE, A)).isEqualTo(Refusal.BAD_ADDRESS);
        }
    }

    @Test
    void aSharedObjectKeepsItsSizeAndData() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 4 * PAGE, NONE);
            t.fixedShared(A, 2 * PAGE, READ_WRITE);
            t.fill(A, PAGE, 'a');
            t.fill(A + PAGE, PAGE, 'b');
            assertThat(t.remap(A, 2 * PAGE, PAGE)).isEqualTo(A);
            assertThat(t.remapTo(A, PAGE, 3 * PAGE, A + PAGE)).isEqualTo(A + PAGE);
            assertThat(t.load(A + PAGE)).isEqualTo('a');
            assertThat(t.load(A + 2 * PAGE)).isEqualTo('b');
            t.refusesLoad(A + 3 * PAGE, MemoryFault.SIGBUS, MemoryFault.BUS_ADRERR);
        }
    }

    @Test
    void aSecondViewOfSharedMemoryAndNoneOfPrivate() {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, 4 * PAGE, READ_WRITE);
            t.store(A + PAGE, 9);
            long second = t.remap(A + PAGE, 0, 2 * PAGE);
            assertThat(second).isPositive();
            assertThat(t.load(second)).isEqualTo(9);
            t.store(second + PAGE, 8);
            assertThat(t.load(A + 2 * PAGE)).isEqualTo(8);
            t.fixed(B, PAGE, NONE);
            assertThat(t.remapTo(A, 0, PAGE, B)).isEqualTo(B);
            t.store(B, 3);
            assertThat(t.load(A)).isEqualTo(3);
            t.fixed(B, PAGE, READ_WRITE);
            assertThat(t.remap(B, 0, PAGE)).isEqualTo(Refusal.INVALID);
        }
    }

    @Test
    void keepingTheSourceLeavesItEmpty() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 6);
            assertThat(t.remap(A, 2 * PAGE, 2 * PAGE, true, B, true)).isEqualTo(B);
            assertThat(t.same(B, 2 * PAGE, 6)).isTrue();
            assertThat(t.same(A, 2 * PAGE, 0)).isTrue();
            t.store(A, 1);
            long third = t.remap(B, 2 * PAGE, 2 * PAGE, true, -PAGE, true);
            assertThat(t.same(third, 2 * PAGE, 6)).isTrue();
            assertThat(t.same(B, 2 * PAGE, 0)).isTrue();
            assertThat(t.space.mappedBytes()).isEqualTo(6 * PAGE);
            t.fixedShared(A, 2 * PAGE, READ_WRITE);
            t.store(A, 7);
            assertThat(t.remap(A, 2 * PAGE, 2 * PAGE, true, B, true)).isEqualTo(B);
            assertThat(t.load(A)).isEqualTo(7);
            assertThat(t.load(B)).isEqualTo(7);
        }
    }

    @Test
    void largeMovesAtOddAlignments() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            long[][] moves = {
                {PAGE, 2 * MIB - PAGE, 2 * PAGE},
                {0, 8 * MIB, PAGE},
                {3 * PAGE, 6 * MIB, 0},
                {MIB, 4 * MIB, 3 * MIB + PAGE}
            };
            for (long[] move : moves) {
                long bytes = 8 * MIB;
                t.fixed(A, bytes, READ_WRITE);
                byte[] content = new byte[(int) bytes];
                for (int i = 0; i < bytes; i++) {
                    content[i] = (byte) (i >>> 12 ^ i);
                }
                t.view.write(A, content, 0, content.length);
                long source = A + move[0];
                long target = B + move[2];
                assertThat(t.remapTo(source, move[1], move[1], target)).isEqualTo(target);
                byte[] back = new byte[(int) move[1]];
                t.view.read(target, back, 0, back.length);
                assertThat(java.util.Arrays.equals(
                                back, 0, back.length, content, (int) move[0], (int) (move[0] + move[1])))
                        .isTrue();
                t.notMapped(source);
                t.notMapped(source + move[1] - 1);
                t.notMapped(target - 1);
                t.notMapped(target + move[1]);
                assertThat(t.space.ownBytes()).isEqualTo(bytes);
                t.audit();
                assertThat(t.unmap(A, GIB)).isZero();
                assertThat(t.unmap(B, GIB)).isZero();
            }
        }
    }

    @Test
    void aHugeSparseMapMovesWithItsFewPages() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * TIB, READ_WRITE);
            long[] places = {0, 5 * PAGE, 2 * MIB - 1, 3 * GIB + 77, TIB, 2 * TIB - 1};
            for (int i = 0; i < places.length; i++) {
                t.store(A + places[i], i + 1);
            }
            long target = B + 2 * TIB + 3 * PAGE;
            assertThat(t.remapTo(A, 2 * TIB, 2 * TIB, target)).isEqualTo(target);
            for (int i = 0; i < places.length; i++) {
                assertThat(t.load(target + places[i])).isEqualTo(i + 1);
            }
            assertThat(t.maps(A, 2 * TIB)).isZero();
            assertThat(t.maps(target, 2 * TIB)).isEqualTo(1);
            assertThat(t.space.mappedBytes()).isEqualTo(2 * TIB);
        }
    }

    @Test
    void aLockedMapStaysLocked() {
        try (TestSpace t = new TestSpace()) {
            t.fixedLocked(A, PAGE, READ_WRITE);
            assertThat(t.remap(A, PAGE, 3 * PAGE, false, -PAGE, false)).isEqualTo(A);
            assertThat(t.space.lockedBytes()).isEqualTo(3 * PAGE);
            assertThat(t.remapTo(A, 3 * PAGE, 3 * PAGE, B)).isEqualTo(B);
            assertThat(t.space.lockedBytes()).isEqualTo(3 * PAGE);
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.faults;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AccessTest {
    @Test
    void numbersAreLittleEndianAtEveryOffset() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            for (int size : new int[] {1, 2, 4, 8}) {
                long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
                for (long at : new long[] {A, A + 1, A + 13, A + PAGE - size, A + 2 * PAGE - size}) {
                    t.view.store(at, size, 0x8877_6655_4433_2211L);
                    assertThat(t.view.load(at, size)).isEqualTo(0x8877_6655_4433_2211L & mask);
                    assertThat(t.load(at)).isEqualTo(0x11);
                }
            }
            assertThatThrownBy(() -> t.view.load(A, 3)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void accessesAcrossPagesAndAcrossTables() {
        try (TestSpace t = new TestSpace()) {
            for (long border : new long[] {A + PAGE, A + 2 * MIB, A + GIB, A + 512 * GIB}) {
                t.fixed(border - PAGE, 2 * PAGE, READ_WRITE);
                for (int size : new int[] {2, 4, 8}) {
                    for (int before = 1; before < size; before++) {
                        long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
                        t.view.store(border - before, size, 0x1122_3344_5566_7788L + before);
                        assertThat(t.view.load(border - before, size))
                                .isEqualTo(0x1122_3344_5566_7788L + before & mask);
                        assertThat(t.load(border - before)).isEqualTo(0x88 + before);
                    }
                }
            }
        }
    }

    @Test
    void aStoreAcrossTheEndOfAMapWritesNothing() {
        try (TestSpace t = new TestSpace()) {
            for (long end : new long[] {A + PAGE, A + 2 * MIB, A + GIB}) {
                t.fixed(end - PAGE, PAGE, READ_WRITE);
                for (int before = 1; before < 8; before++) {
                    long at = end - before;
                    faults(() -> t.view.store(at, 8, -1), end, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
                    faults(() -> t.view.load(at, 8), end, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
                }
                assertThat(t.same(end - PAGE, PAGE, 0)).isTrue();
                t.fixed(end, PAGE, READ);
                faults(() -> t.view.store(end - 4, 8, -1), end, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
                assertThat(t.view.load(end - 4, 8)).isZero();
                assertThat(t.unmap(end - PAGE, PAGE)).isZero();
                faults(() -> t.view.load(end - 4, 8), end - 4, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            }
            t.fixed(AddressSpace.END - PAGE, PAGE, READ_WRITE);
            faults(
                    () -> t.view.store(AddressSpace.END - 1, 2, 0),
                    AddressSpace.END,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_MAPERR);
        }
    }

    @Test
    void compareAndSetChangesItsBytesOnly() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            t.view.store(A, 8, 0x8877_6655_4433_2211L);
            assertThat(t.view.compareAndSet(A + 3, 1, 0x44, 0xff)).isEqualTo(0x44);
            assertThat(t.view.compareAndSet(A + 6, 2, 0x8877, 0)).isEqualTo(0x8877);
            assertThat(t.view.compareAndSet(A + 4, 4, 1, 2)).isEqualTo(0x6655);
            assertThat(t.view.compareAndSet(A, 8, 0x6655_ff33_2211L, 5)).isEqualTo(0x6655_ff33_2211L);
            assertThat(t.view.load(A, 8)).isEqualTo(5);
            faults(() -> t.view.compareAndSet(A + 2, 4, 0, 0), A + 2, MemoryFault.SIGBUS, MemoryFault.BUS_ADRALN);
            assertThat(t.protect(A, PAGE, READ)).isZero();
            faults(() -> t.view.compareAndSet(A, 8, 9, 9), A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
        }
    }

    @Test
    void bulkCopiesStopAtTheFirstBadPage() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            byte[] bytes = new byte[(int) (3 * PAGE)];
            java.util.Arrays.fill(bytes, (byte) 7);
            faults(
                    () -> t.view.write(A + 5, bytes, 0, bytes.length),
                    A + 2 * PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_MAPERR);
            assertThat(t.same(A + 5, 2 * PAGE - 5, 7)).isTrue();
            byte[] back = new byte[bytes.length];
            faults(
                    () -> t.view.read(A, back, 0, back.length),
                    A + 2 * PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_MAPERR);
            assertThat(back[5]).isEqualTo((byte) 7);
            assertThat(back[(int) (2 * PAGE)]).isZero();
        }
    }

    @Test
    void readingNeverWrittenMemoryTakesNoFrame() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 16 * MIB, READ_WRITE);
            assertThat(t.same(A, 16 * MIB, 0)).isTrue();
            assertThat(t.space.ownBytes()).isZero();
            t.store(A + 5 * MIB, 1);
            assertThat(t.space.ownBytes()).isEqualTo(PAGE);
            assertThat(t.load(A + 5 * MIB + 1)).isZero();
            assertThat(t.load(A + 5 * MIB - 1)).isZero();
        }
    }
}

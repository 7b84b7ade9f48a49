package dev.pagoda.mm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RawMemoryTest {
    private static final long PATTERN = 0x8877_6655_4433_2211L;

    @Test
    void byteExchangeTouchesItsByteOnly() {
        try (Reservation memory = new Reservation(4096)) {
            for (int at = 0; at < 8; at++) {
                RawMemory.setPlain(memory.address(), PATTERN);
                byte there = (byte) (PATTERN >>> 8 * at);
                long mask = 0xffL << 8 * at;
                assertThat(RawMemory.compareAndExchangeByte(memory.address() + at, (byte) (there + 1), (byte) 0xfe))
                        .isEqualTo(there);
                assertThat(RawMemory.getPlain(memory.address())).isEqualTo(PATTERN);
                assertThat(RawMemory.compareAndExchangeByte(memory.address() + at, there, (byte) 0xfe))
                        .isEqualTo(there);
                assertThat(RawMemory.getPlain(memory.address())).isEqualTo(PATTERN & ~mask | 0xfeL << 8 * at);
            }
        }
    }

    @Test
    void clearClearsItsWordsOnly() {
        try (Reservation memory = new Reservation(4 << 20)) {
            for (long bytes : new long[] {8, 16, 72, 4096, 2 << 20}) {
                long first = memory.address() + 4096;
                RawMemory.fill(first - 8, bytes + 16, (byte) -1);
                RawMemory.clear(first, bytes);
                assertThat(RawMemory.getPlain(first - 8)).isEqualTo(-1);
                for (long at = 0; at < bytes; at += 8) {
                    assertThat(RawMemory.getPlain(first + at)).isZero();
                }
                assertThat(RawMemory.getPlain(first + bytes)).isEqualTo(-1);
            }
        }
    }

    @Test
    void shortExchangeTouchesItsTwoBytesOnly() {
        try (Reservation memory = new Reservation(4096)) {
            for (int at = 0; at < 8; at += 2) {
                RawMemory.setPlain(memory.address(), PATTERN);
                short there = (short) (PATTERN >>> 8 * at);
                long mask = 0xffffL << 8 * at;
                assertThat(RawMemory.compareAndExchangeShort(memory.address() + at, (short) 0, (short) -2))
                        .isEqualTo(there);
                assertThat(RawMemory.getPlain(memory.address())).isEqualTo(PATTERN);
                assertThat(RawMemory.compareAndExchangeShort(memory.address() + at, there, (short) -2))
                        .isEqualTo(there);
                assertThat(RawMemory.getPlain(memory.address())).isEqualTo(PATTERN & ~mask | 0xfffeL << 8 * at);
            }
        }
    }

    @Test
    void wordsAndHalfWordsExchangeAndAdd() {
        try (Reservation memory = new Reservation(4096)) {
            long word = memory.address() + 64;
            assertThat(RawMemory.compareAndSet(word, 1, 2)).isFalse();
            assertThat(RawMemory.compareAndExchange(word, 0, -5)).isZero();
            assertThat(RawMemory.getAndAdd(word, 7)).isEqualTo(-5);
            assertThat(RawMemory.getAcquire(word)).isEqualTo(2);
            assertThat(RawMemory.compareAndExchangeInt(word, 2, -1)).isEqualTo(2);
            assertThat(RawMemory.getAndAddInt(word, 2)).isEqualTo(-1);
            assertThat(RawMemory.getPlain(word)).isEqualTo(1);
        }
    }

    @Test
    void neighbouringBytesOfTwoThreadsDoNotLoseEachOther() throws InterruptedException {
        try (Reservation memory = new Reservation(4096)) {
            int rounds = 200_000;
            Thread[] threads = new Thread[2];
            for (int t = 0; t < threads.length; t++) {
                long address = memory.address() + 1 + t;
                threads[t] = new Thread(() -> {
                    for (int i = 0; i < rounds; i++) {
                        byte expected = (byte) i;
                        if (RawMemory.compareAndExchangeByte(address, expected, (byte) (i + 1)) != expected) {
                            throw new IllegalStateException("a byte that nobody else writes has changed");
                        }
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(RawMemory.getPlain(memory.address())).isEqualTo((rounds & 0xff) * 0x010100L);
        }
    }

    @Test
    void bulkCopiesAndUnalignedNumbers() {
        try (Reservation memory = new Reservation(8192)) {
            byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            RawMemory.copyIn(bytes, 1, memory.address() + 3, 8);
            assertThat(RawMemory.getLong(memory.address() + 3)).isEqualTo(0x0908_0706_0504_0302L);
            RawMemory.copy(memory.address(), memory.address() + 4096, 32);
            byte[] out = new byte[9];
            RawMemory.copyOut(memory.address() + 4096 + 3, out, 0, 9);
            assertThat(out).containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 0);
            RawMemory.fill(memory.address() + 4096, 5, (byte) -1);
            assertThat(RawMemory.getLong(memory.address() + 4096)).isEqualTo(0x0605_04ff_ffff_ffffL);
        }
    }

    @Test
    void physicalMemoryRefusesImpossibleSizes() {
        assertThatThrownBy(() -> new PhysicalMemory(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
        assertThatThrownBy(() -> new PhysicalMemory(PhysicalMemory.MAX_FRAMES + 1))
                .isInstanceOf(IllegalArgumentException.class);
        try (PhysicalMemory memory = new PhysicalMemory(600)) {
            assertThat(memory.base() % (2 << 20)).isZero();
            assertThat(memory.address(3) - memory.base()).isEqualTo(3 * 4096);
            assertThat(RawMemory.getLong(memory.address(599) + 4088)).isZero();
        }
    }
}

package dev.pagoda.mm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is touched in advance, by this host and by hosts that refuse. */
class PrefaultTest {
    private static final long MIB = 1L << 20;
    /** Two units and a half. */
    private static final long BYTES = 160 * MIB;

    private static final long FRAMES = BYTES >> PhysicalMemory.FRAME_SHIFT;
    private static final int EINVAL = 22;

    private final PhysicalMemory memory = new PhysicalMemory(FRAMES);

    /** A host that populates as this one does, unless it has an errno to answer instead. */
    private record FakeHost(IntSupplier errno, LongSupplier available) implements Prefaulting.Host {
        @Override
        public int populate(long address, long bytes) {
            int refusal = errno.getAsInt();
            return refusal != 0 ? refusal : Posix.populate(address, bytes);
        }

        @Override
        public long availableBytes() {
            return available.getAsLong();
        }
    }

    private Prefault runOn(IntSupplier errno, LongSupplier available, int threads) {
        return new Prefaulting(memory.base(), BYTES, new FakeHost(errno, available)).run(threads, done -> {});
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("prefault-"));
        memory.close();
        assertThat(smaps("Rss:")).isZero();
    }

    /** Sum of a figure over the mappings of the memory, in bytes, as the host counts. */
    private long smaps(String figure) throws IOException {
        long sum = 0;
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
                inside = start >= memory.base() && start < memory.base() + BYTES;
            } else if (inside && line.startsWith(figure)) {
                sum += Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void everyFrameIsTouchedAndProgressEndsWithAll(int threads) throws IOException {
        assertThat(memory.residentBytes()).isZero();
        List<Long> told = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Prefault cost = memory.prefault(threads, done -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            told.add(done);
        });
        assertThat(memory.residentBytes()).isEqualTo(BYTES);
        assertThat(smaps("Rss:")).isEqualTo(BYTES);
        assertThat(told).isSorted().endsWith(BYTES);
        assertThat(cost.bytes()).isEqualTo(BYTES);
        assertThat(cost.threads()).isEqualTo(Math.min(threads, 3));
        assertThat(cost.nanos()).isPositive();
        assertThat(cost.nanosPerFrame()).isEqualTo((double) cost.nanos() / FRAMES);
    }

    @Test
    void hugePagesAreWhatTheHostCounts() throws IOException {
        memory.prefault(1, done -> {});
        assertThat(memory.hugePageBytes()).isEqualTo(smaps("AnonHugePages:"));
        if (memory.hugePageBytes() > 0) {
            assertThat(memory.hugePagesAdvised()).isTrue();
        }
    }

    /** Whether the host knows the advice or not, and whoever writes meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {0, EINVAL})
    void contentStays(int errno) throws InterruptedException {
        for (long frame = 0; frame < FRAMES; frame += 2) {
            RawMemory.setPlain(memory.address(frame), ~frame);
        }
        Thread writer = Thread.ofPlatform().start(() -> {
            for (long frame = 1; frame < FRAMES; frame += 2) {
                RawMemory.setOpaque(memory.address(frame), ~frame);
            }
        });
        Prefault cost = runOn(() -> errno, () -> HostMemory.UNKNOWN, 2);
        writer.join();
        if (errno == EINVAL) {
            assertThat(cost.byAdvice()).isFalse();
        }
        assertThat(memory.residentBytes()).isEqualTo(BYTES);
        for (long frame = 0; frame < FRAMES; frame++) {
            assertThat(RawMemory.getPlain(memory.address(frame))).isEqualTo(~frame);
        }
    }

    /** The same word is written as often as it can be while it is touched: no write is lost. */
    @Test
    void touchingLosesNoWriteOfOthers() throws InterruptedException {
        FakeHost host = new FakeHost(() -> EINVAL, () -> HostMemory.UNKNOWN);
        AtomicBoolean touching = new AtomicBoolean(true);
        AtomicLong writes = new AtomicLong();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (touching.get()) {
                RawMemory.getAndAdd(memory.base(), 1);
                writes.setPlain(writes.getPlain() + 1);
            }
        });
        for (int i = 0; i < 2_000; i++) {
            new Prefaulting(memory.base(), PhysicalMemory.FRAME_BYTES, host).run(1, done -> {});
        }
        touching.set(false);
        writer.join();
        assertThat(RawMemory.getPlain(memory.base())).isEqualTo(writes.get());
    }

    @Test
    void aHostThatDoesNotKnowTheAdviceIsAskedOnceAndTouched() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Prefault cost = runOn(
                () -> {
                    asked.incrementAndGet();
                    return EINVAL;
                },
                () -> HostMemory.UNKNOWN,
                1);
        assertThat(asked).hasValue(1);
        assertThat(cost.byAdvice()).isFalse();
        assertThat(smaps("Rss:")).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @CsvSource({"12, ENOMEM", "14, EFAULT", "133, EHWPOISON", "5, errno 5"})
    void aRefusalInTheMiddleIsToldWithItsFigures(int errno, String name) {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> runOn(() -> calls.getAndIncrement() == 0 ? 0 : errno, () -> 999 * MIB, 1))
                .isInstanceOf(MemoryRefused.class)
                .hasMessageStartingWith("the host backed 64M of 160M of memory and then refused (" + name)
                .hasMessageEndingWith("999M available): ask for less memory, or do without prefault");
        assertThat(calls).hasValue(2);
        assertThat(memory.residentBytes()).isEqualTo(64 * MIB);
    }

    /** The first to ask is refused; whoever is at work then finishes its unit and begins no other of the hundred. */
    @Test
    void aRefusalStopsTheOtherThreadsToo() {
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Thread> first = new AtomicReference<>();
        Prefaulting.Host host = new Prefaulting.Host() {
            @Override
            public int populate(long address, long bytes) {
                calls.incrementAndGet();
                if (first.compareAndSet(null, Thread.currentThread())) {
                    return 12;
                }
                // Until the refused one has ended, or waits for the others to end.
                while (first.get().getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait();
                }
                return 0;
            }

            @Override
            public long availableBytes() {
                return HostMemory.UNKNOWN;
            }
        };
        assertThatThrownBy(() -> new Prefaulting(memory.base(), 100 * Prefaulting.UNIT_BYTES, host).run(2, done -> {}))
                .isInstanceOf(MemoryRefused.class)
                .hasMessageContaining("ENOMEM");
        assertThat(calls.get()).isLessThanOrEqualTo(2);
        assertThat(memory.residentBytes()).isZero();
    }

    @Test
    void tooLittleIsRefusedBeforeAnythingIsTouched() {
        assertThatThrownBy(() -> runOn(() -> 0, () -> 180 * MIB, 1))
                .isInstanceOf(MemoryRefused.class)
                .hasMessage("to touch 160M of memory takes 160M more and 33M to spare, but the host has 180M available:"
                        + " ask for at most 147M, or do without prefault");
        assertThat(memory.residentBytes()).isZero();
        // What the message advises is had.
        FakeHost host = new FakeHost(() -> 0, () -> 180 * MIB);
        assertThat(new Prefaulting(memory.base(), 147 * MIB, host)
                        .run(1, done -> {})
                        .bytes())
                .isEqualTo(147 * MIB);
    }

    @Test
    void whatIsTouchedAlreadyNeedsNothing() {
        memory.prefault(1, done -> {});
        assertThat(runOn(() -> 0, () -> 0, 2).bytes()).isEqualTo(BYTES);
    }

    @Test
    void memoryThatOthersTakeMeanwhileIsNotTaken() {
        AtomicLong left = new AtomicLong(3);
        assertThatThrownBy(() -> runOn(() -> 0, () -> left.getAndDecrement() > 0 ? 999 * MIB : 50 * MIB, 1))
                .isInstanceOf(MemoryRefused.class)
                .hasMessageContaining("the host has 50M available")
                .hasMessageContaining("ask for at most 145M");
        assertThat(memory.residentBytes()).isEqualTo(128 * MIB);
    }

    @Test
    void whatProgressThrowsReachesTheCaller() {
        IllegalStateException thrown = new IllegalStateException("enough");
        assertThatThrownBy(() -> memory.prefault(2, done -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        Thread.currentThread().interrupt();
        memory.prefault(2, done -> {});
        assertThat(Thread.interrupted()).isTrue();
        assertThat(memory.residentBytes()).isEqualTo(BYTES);
    }

    @Test
    void noThreadsAreRefused() {
        assertThatThrownBy(() -> memory.prefault(0, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
    }

    /** Nothing but closing gives memory back. */
    @Test
    void whatWasTouchedStaysWithoutPrefault() {
        RawMemory.fill(memory.address(0), BYTES / 4, (byte) 1);
        assertThat(memory.residentBytes()).isGreaterThanOrEqualTo(BYTES / 4);
        RawMemory.fill(memory.address(0), BYTES / 4, (byte) 0);
        assertThat(memory.residentBytes()).isGreaterThanOrEqualTo(BYTES / 4);
    }
}

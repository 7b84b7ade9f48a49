package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.faults;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccessRunTest {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    @Test
    void accessesInOneEpochSeeAndDoWhatOthersDo() {
        long seed = System.nanoTime();
        System.out.println("AccessRunTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int words = 4096;
        long[] model = new long[words];
        try (TestSpace t = new TestSpace()) {
            // Pages in several tables, all of them made by the accesses.
            t.fixed(A, 64 * MIB, READ_WRITE);
            AccessRun run = t.view.run();
            for (int i = 0; i < 300; i++) {
                run.begin();
                for (int j = random.nextInt(200); j > 0; j--) {
                    int word = random.nextInt(words);
                    // Some lie across pages.
                    long address = A + 8191L * word * 2 % (64 * MIB - 8);
                    if (random.nextBoolean()) {
                        long value = random.nextLong();
                        run.store(address, 8, value);
                        model[word] = value;
                    } else {
                        assertThat(run.load(address, 8)).isEqualTo(model[word]);
                    }
                }
                run.end();
                assertThat(t.view.participant().isInside()).isFalse();
                int word = random.nextInt(words);
                assertThat(t.view.load(A + 8191L * word * 2 % (64 * MIB - 8), 8))
                        .isEqualTo(model[word]);
            }
        }
    }

    @Test
    void aFaultLeavesTheRunAsItWas() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            AccessRun run = t.view.run();
            run.begin();
            run.store(A, 8, 5);
            faults(() -> run.load(A + PAGE, 8), A + PAGE, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            faults(() -> run.store(A + PAGE - 4, 8, -1), A + PAGE, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            assertThat(t.view.participant().isInside()).isTrue();
            assertThat(run.load(A, 8)).isEqualTo(5);
            run.end();
            assertThat(t.view.participant().isInside()).isFalse();
            run.end();
        }
    }

    @Test
    void whatAnotherProtectsOrUnmapsIsRefusedWithinTheRun() {
        try (TestSpace t = new TestSpace();
                View other = t.space.open("other")) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            AccessRun run = t.view.run();
            CountDownLatch stored = new CountDownLatch(1);
            // A word is changed before the change waits for those who may rely on the old one.
            Thread changer = Thread.ofPlatform().start(() -> {
                awaitIt(stored);
                Protect.range(other, A >>> 12, 1, READ);
                Unmap.range(other, (A >>> 12) + 1, 1);
            });
            run.begin();
            try {
                run.store(A, 8, 5);
                run.store(A + PAGE, 8, 6);
                run.store(A, 8, 7);
                stored.countDown();
                assertThatThrownBy(() -> {
                            for (long until = System.nanoTime() + LIMIT_NANOS; System.nanoTime() < until; ) {
                                run.store(A, 8, 7);
                            }
                        })
                        .isInstanceOf(MemoryFault.class);
            } finally {
                run.end();
            }
            awaitIt(changer);
            run.begin();
            try {
                assertThat(run.load(A, 8)).isEqualTo(7);
                faults(() -> run.load(A + PAGE, 8), A + PAGE, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            } finally {
                run.end();
            }
        }
    }

    @Test
    void aRunThatBeginsLaterDoesNotBelieveTablesThatLeft() {
        try (TestSpace t = new TestSpace();
                View other = t.space.open("other")) {
            t.fixed(A, 4 * MIB, READ_WRITE);
            AccessRun run = t.view.run();
            run.begin();
            run.store(A, 8, 5);
            run.end();
            Unmap.range(other, A >>> 12, 4 * MIB >>> 12);
            run.begin();
            faults(() -> run.load(A, 8), A, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
            run.end();
        }
    }

    @Test
    void outsideOfARunNothingIsAccessed() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, PAGE, READ_WRITE);
            AccessRun run = t.view.run();
            assertThatThrownBy(() -> run.load(A, 8))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("begun");
            assertThatThrownBy(() -> run.store(A, 8, 1)).isInstanceOf(IllegalStateException.class);
            run.begin();
            run.store(A, 8, 1);
            assertThatThrownBy(run::begin).isInstanceOf(IllegalStateException.class);
            run.end();
            // Not even a page that was just known.
            assertThatThrownBy(() -> run.load(A, 8)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> run.store(A, 8, 2)).isInstanceOf(IllegalStateException.class);
            assertThat(t.view.load(A, 8)).isEqualTo(1);
        }
    }

    private static void awaitIt(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT_NANOS, TimeUnit.NANOSECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitIt(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofNanos(LIMIT_NANOS))).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.pagoda.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @BeforeAll
    static void needsOurOwnCpus() {
        assertThat(VirtualThreadAccess.refusal()).isEmpty();
    }

    @Test
    void runsManyThreadsThatYield() throws InterruptedException {
        int threads = 2000;
        int yields = 50;
        AtomicLong steps = new AtomicLong();
        try (Scheduler scheduler = new Scheduler(3, Mounting.NOTHING)) {
            List<GuestThread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(scheduler.start("yielder-" + i, -1, () -> {
                    for (int y = 0; y < yields; y++) {
                        steps.incrementAndGet();
                        Thread.yield();
                    }
                }));
            }
            for (GuestThread thread : all) {
                assertThat(thread.join(LIMIT)).isTrue();
                assertThat(thread.state()).isEqualTo(GuestThread.State.ENDED);
            }
        }
        assertThat(steps.get()).isEqualTo((long) threads * yields);
    }

    @Test
    void keepsMoreThreadsThanARunQueueHolds() {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch open = new CountDownLatch(1);
        int threads = 10_000;
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING)) {
            for (int i = 0; i < threads; i++) {
                scheduler.start("waiter-" + i, -1, () -> {
                    awaitUninterrupted(open);
                    Thread.yield();
                    ran.incrementAndGet();
                });
            }
            open.countDown();
        }
        assertThat(ran.get()).isEqualTo(threads);
    }

    @Test
    void guestThreadsRunOnOurCpusAndKnowWhoTheyAre() throws InterruptedException {
        List<Object> seen = new ArrayList<>();
        try (Scheduler scheduler = new Scheduler(1, Mounting.NOTHING)) {
            GuestThread thread = scheduler.start("me", -1, () -> seen.add(GuestThread.current()));
            thread.join();
            assertThat(seen).containsExactly(thread);
            assertThat(scheduler.cpu(0).switches()).isPositive();
            assertThat(GuestThread.current()).isNull();
        }
    }

    @Test
    void mountingAlternatesForEachThreadAndForEachCpu() {
        int threads = 64;
        AtomicIntegerArray mountedOn = new AtomicIntegerArray(threads);
        AtomicIntegerArray running = new AtomicIntegerArray(4);
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger switches = new AtomicInteger();
        Mounting checking = new Mounting() {
            @Override
            public void mounted(Cpu cpu, GuestThread thread) {
                int number = Integer.parseInt(thread.name());
                if (!mountedOn.compareAndSet(number, 0, cpu.index() + 1)
                        || !running.compareAndSet(cpu.index(), 0, number + 1)
                        || Thread.currentThread() != cpu.carrier()) {
                    wrong.incrementAndGet();
                }
                switches.incrementAndGet();
            }

            @Override
            public void unmounted(Cpu cpu, GuestThread thread) {
                int number = Integer.parseInt(thread.name());
                if (!mountedOn.compareAndSet(number, cpu.index() + 1, 0)
                        || !running.compareAndSet(cpu.index(), number + 1, 0)
                        || Thread.currentThread() != cpu.carrier()) {
                    wrong.incrementAndGet();
                }
            }
        };
        GuestThread[] all = new GuestThread[threads];
        CountDownLatch known = new CountDownLatch(1);
        try (Scheduler scheduler = new Scheduler(4, checking)) {
            for (int i = 0; i < threads; i++) {
                int me = i;
                all[i] = scheduler.start(Integer.toString(i), -1, () -> {
                    awaitUninterrupted(known);
                    for (int n = 0; n < 500; n++) {
                        LockSupport.unpark(all[(me + n) % threads].thread());
                        if (n % 3 == 0) {
                            Thread.yield();
                        } else if (n % 7 == 0) {
                            LockSupport.parkNanos(1000);
                        }
                    }
                });
            }
            known.countDown();
        }
        assertThat(wrong.get()).isZero();
        assertThat(switches.get()).isGreaterThan(threads);
    }

    @Test
    void parkedThreadsAreWokenByEachOtherWithoutLoss() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("SchedulerTest.parkedThreadsAreWokenByEachOtherWithoutLoss seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int cpus = 1 + random.nextInt(4);
            int pairs = 1 + random.nextInt(8);
            boolean pin = random.nextBoolean();
            AtomicIntegerArray turns = new AtomicIntegerArray(pairs);
            GuestThread[] players = new GuestThread[2 * pairs];
            CountDownLatch known = new CountDownLatch(1);
            int exchanges = 2000;
            try (Scheduler scheduler = new Scheduler(cpus, Mounting.NOTHING)) {
                for (int i = 0; i < players.length; i++) {
                    int me = i;
                    int home = pin ? random.nextInt(cpus) : -1;
                    players[i] = scheduler.start("player-" + i, home, () -> {
                        awaitUninterrupted(known);
                        for (int n = 0; n < exchanges; n++) {
                            while (turns.get(me / 2) % 2 != me % 2) {
                                LockSupport.park();
                            }
                            turns.incrementAndGet(me / 2);
                            LockSupport.unpark(players[me ^ 1].thread());
                        }
                    });
                }
                known.countDown();
                for (GuestThread player : players) {
                    assertThat(player.join(LIMIT))
                            .as("seed %d, round %d: %s", seed, round, player)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void sleepingCpusAreWokenFromOutsideWithoutLoss() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("SchedulerTest.sleepingCpusAreWokenFromOutsideWithoutLoss seed " + seed);
        Random random = new Random(seed);
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING)) {
            for (int round = 0; round < 20_000; round++) {
                GuestThread thread = scheduler.start("short", random.nextInt(3) - 1, () -> {});
                if (random.nextInt(4) == 0) {
                    Thread.onSpinWait();
                }
                assertThat(thread.join(LIMIT))
                        .as("seed %d, round %d: %s", seed, round, thread)
                        .isTrue();
            }
        }
    }

    @Test
    void workBehindABusyThreadIsStolen() throws InterruptedException {
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING)) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicInteger done = new AtomicInteger();
            int others = 200;
            // The hog starts the others from its own CPU and keeps that CPU until all of them are done.
            GuestThread hog = scheduler.start("hog", 0, () -> {
                started.countDown();
                while (done.get() < others) {
                    Thread.onSpinWait();
                }
            });
            started.await();
            List<GuestThread> all = new ArrayList<>();
            for (int i = 0; i < others; i++) {
                all.add(scheduler.start("other-" + i, -1, done::incrementAndGet));
            }
            assertThat(hog.join(LIMIT)).as("%d of %d done", done.get(), others).isTrue();
            for (GuestThread thread : all) {
                assertThat(thread.join(LIMIT)).isTrue();
                assertThat(thread.lastCpu()).isEqualTo(1);
            }
            assertThat(scheduler.cpu(1).steals()).isPositive();
        }
    }

    @Test
    void pinnedThreadsNeverLeaveTheirCpu() {
        AtomicInteger strays = new AtomicInteger();
        Mounting watching = new Mounting() {
            @Override
            public void mounted(Cpu cpu, GuestThread thread) {
                if (thread.pinned() && cpu.index() != thread.homeCpu()) {
                    strays.incrementAndGet();
                }
            }

            @Override
            public void unmounted(Cpu cpu, GuestThread thread) {
                // Seen when it was mounted.
            }
        };
        try (Scheduler scheduler = new Scheduler(3, watching)) {
            for (int i = 0; i < 300; i++) {
                scheduler.start("pinned-" + i, i % 3, () -> {
                    for (int n = 0; n < 100; n++) {
                        Thread.yield();
                    }
                });
                scheduler.start("free-" + i, -1, () -> {
                    for (int n = 0; n < 100; n++) {
                        Thread.yield();
                    }
                });
            }
        }
        assertThat(strays.get()).isZero();
    }

    @Test
    void idleWorkRunsWhenThereIsNothingElseAndWhenItIsAnnounced() {
        AtomicInteger left = new AtomicInteger(1000);
        CountDownLatch drained = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(1);
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING)) {
            scheduler.addIdleWork(cpu -> {
                int now = left.decrementAndGet();
                if (now == 0) {
                    drained.countDown();
                } else if (now == -1000) {
                    again.countDown();
                }
                return now > 0 || (now > -1000 && drained.getCount() == 0);
            });
            awaitUninterrupted(drained);
            scheduler.wakeForIdleWork();
            awaitUninterrupted(again);
        }
        assertThat(again.getCount()).isZero();
    }

    @Test
    void joinReportsWhatEndedAThread() throws InterruptedException {
        try (Scheduler scheduler = new Scheduler(1, Mounting.NOTHING)) {
            GuestThread thread = scheduler.start("unlucky", -1, () -> {
                throw new IllegalArgumentException("no such page");
            });
            assertThatThrownBy(thread::join)
                    .isInstanceOf(GuestFailure.class)
                    .hasMessageContaining("unlucky")
                    .hasRootCauseMessage("no such page");
        }
    }

    @Test
    void closeReportsFailuresThatNobodyJoined() {
        Scheduler scheduler = new Scheduler(1, Mounting.NOTHING);
        scheduler.start("forgotten", -1, () -> {
            throw new IllegalArgumentException("no such page");
        });
        assertThatThrownBy(scheduler::close).isInstanceOf(GuestFailure.class).hasMessageContaining("forgotten");
        assertThatThrownBy(() -> scheduler.start("late", -1, () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void closeNamesThreadsThatDoNotEnd() {
        Scheduler scheduler = new Scheduler(1, Mounting.NOTHING);
        scheduler.start("eternal", -1, () -> {
            while (true) {
                LockSupport.park();
            }
        });
        assertThatThrownBy(() -> scheduler.close(Duration.ofMillis(50)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("eternal");
    }

    @Test
    void aFailingHookIsReportedAndLosesNoThread() throws InterruptedException {
        Mounting failing = new Mounting() {
            @Override
            public void mounted(Cpu cpu, GuestThread thread) {
                // Only leaving fails.
            }

            @Override
            public void unmounted(Cpu cpu, GuestThread thread) {
                throw new IllegalStateException("epoch still open");
            }
        };
        Scheduler scheduler = new Scheduler(1, failing);
        GuestThread thread = scheduler.start("open", -1, Thread::yield);
        assertThat(thread.join(LIMIT)).isTrue();
        assertThatThrownBy(scheduler::close).hasMessageContaining("epoch still open");
    }

    @Test
    void withoutOurCpusTheJdkSchedulesGuestThreads() throws InterruptedException {
        AtomicInteger mounts = new AtomicInteger();
        Mounting counting = new Mounting() {
            @Override
            public void mounted(Cpu cpu, GuestThread thread) {
                mounts.incrementAndGet();
            }

            @Override
            public void unmounted(Cpu cpu, GuestThread thread) {
                mounts.incrementAndGet();
            }
        };
        try (Scheduler scheduler = new Scheduler(2, counting, false)) {
            assertThat(scheduler.ownsCpus()).isFalse();
            AtomicInteger ran = new AtomicInteger();
            GuestThread thread = scheduler.start("fallback", 1, () -> {
                Thread.yield();
                LockSupport.parkNanos(1000);
                ran.incrementAndGet();
            });
            assertThat(thread.join(LIMIT)).isTrue();
            assertThat(ran.get()).isOne();
            assertThat(mounts.get()).isZero();
            GuestThread failing = scheduler.start("failing", -1, () -> {
                throw new IllegalStateException("on purpose");
            });
            assertThatThrownBy(failing::join).isInstanceOf(GuestFailure.class);
        }
    }

    @Test
    void refusesCpusThatAreNotThere() {
        assertThatThrownBy(() -> new Scheduler(0, Mounting.NOTHING)).isInstanceOf(IllegalArgumentException.class);
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING)) {
            assertThatThrownBy(() -> scheduler.start("lost", 2, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 to 1");
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

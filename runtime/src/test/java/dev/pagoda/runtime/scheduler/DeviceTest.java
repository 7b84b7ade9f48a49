package dev.pagoda.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPUs that wait for a device, here a made one, instead of sleeping. */
@Timeout(60)
class DeviceTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Answers when it is told to, by CPU. */
    private static final class MadeDevice implements Device {
        private final AtomicInteger[] underWay = {new AtomicInteger(), new AtomicInteger()};
        private final List<Queue<Thread>> answers =
                List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        private final Semaphore[] rouse = {new Semaphore(0), new Semaphore(0)};
        private final AtomicInteger helped = new AtomicInteger();

        void answer(int cpu, Thread thread) {
            answers.get(cpu).add(thread);
            rouse[cpu].release();
        }

        private int takeFrom(int cpu) {
            int taken = 0;
            for (Thread next = answers.get(cpu).poll();
                    next != null;
                    next = answers.get(cpu).poll()) {
                underWay[cpu].getAndDecrement();
                LockSupport.unpark(next);
                taken++;
            }
            return taken;
        }

        @Override
        public boolean isUnderWay(int cpu) {
            return underWay[cpu].get() > 0;
        }

        @Override
        public boolean isUnderWayElsewhere(int cpu) {
            return isUnderWay(1 - cpu);
        }

        @Override
        public void take(int cpu) {
            takeFrom(cpu);
        }

        @Override
        public void help(int cpu) {
            helped.addAndGet(takeFrom(1 - cpu));
        }

        @Override
        public void await(int cpu, long mostNanos) {
            try {
                if (mostNanos == 0) {
                    rouse[cpu].acquire();
                } else {
                    assertThat(rouse[cpu].tryAcquire(mostNanos, TimeUnit.NANOSECONDS))
                            .isIn(true, false);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void wake(int cpu) {
            rouse[cpu].release();
        }
    }

    private static void await(AtomicBoolean flag) {
        while (!flag.get()) {
            LockSupport.park();
        }
    }

    @Test
    void aCpuThatWaitsForTheDeviceIsWokenForOtherWork() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("DeviceTest.aCpuThatWaits seed " + seed);
        Random random = new Random(seed);
        MadeDevice device = new MadeDevice();
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING, device)) {
            assumeTrue(scheduler.ownsCpus(), scheduler.fallbackReason());
            for (int round = 0; round < 20_000; round++) {
                // What is under way comes and goes, so that a CPU rests now one way and now the other.
                int cpu = random.nextInt(2);
                device.underWay[cpu].set(random.nextInt(2));
                if (random.nextInt(8) == 0) {
                    device.rouse[cpu].release();
                }
                GuestThread thread = scheduler.start("short", random.nextInt(3) - 1, () -> {});
                assertThat(thread.join(LIMIT)).as("round %d", round).isTrue();
            }
        }
    }

    @Test
    void whoWaitsForAnAnswerRunsWhenItIsThere() throws InterruptedException {
        MadeDevice device = new MadeDevice();
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING, device)) {
            assumeTrue(scheduler.ownsCpus(), scheduler.fallbackReason());
            for (int round = 0; round < 2000; round++) {
                List<GuestThread> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    AtomicBoolean answered = new AtomicBoolean();
                    all.add(scheduler.start("reader", -1, () -> {
                        int cpu = scheduler.currentCpu();
                        Thread self = Thread.currentThread();
                        device.underWay[cpu].getAndIncrement();
                        Thread.ofPlatform().start(() -> {
                            answered.set(true);
                            device.answer(cpu, self);
                        });
                        await(answered);
                    }));
                }
                for (GuestThread thread : all) {
                    assertThat(thread.join(LIMIT)).isTrue();
                }
            }
        }
    }

    @Test
    void anAnswerForACpuThatIsBusyIsTakenByAnother() throws InterruptedException {
        MadeDevice device = new MadeDevice();
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING, device)) {
            assumeTrue(scheduler.ownsCpus(), scheduler.fallbackReason());
            AtomicBoolean over = new AtomicBoolean();
            AtomicBoolean busy = new AtomicBoolean();
            GuestThread keeper = scheduler.start("keeper", 0, () -> {
                busy.set(true);
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            while (!busy.get()) {
                Thread.onSpinWait();
            }
            AtomicBoolean answered = new AtomicBoolean();
            GuestThread reader = scheduler.start("reader", -1, () -> {
                device.underWay[0].getAndIncrement();
                Thread self = Thread.currentThread();
                answered.set(true);
                // As if it had asked on the busy CPU: nothing but that CPU's answers can wake it.
                device.answer(0, self);
                LockSupport.park();
            });
            try {
                assertThat(reader.join(LIMIT)).isTrue();
                assertThat(device.helped).hasPositiveValue();
            } finally {
                over.set(true);
            }
            keeper.join();
        }
    }

    @Test
    void tellsTheCpuOfAGuestThreadOnly() throws InterruptedException {
        try (Scheduler scheduler = new Scheduler(2, Mounting.NOTHING);
                Scheduler other = new Scheduler(1, Mounting.NOTHING)) {
            assumeTrue(scheduler.ownsCpus(), scheduler.fallbackReason());
            assertThat(scheduler.currentCpu()).isEqualTo(-1);
            List<Integer> seen = new ArrayList<>();
            scheduler
                    .start("pinned", 1, () -> {
                        seen.add(scheduler.currentCpu());
                        seen.add(other.currentCpu());
                    })
                    .join();
            assertThat(seen).containsExactly(1, -1);
        }
    }
}

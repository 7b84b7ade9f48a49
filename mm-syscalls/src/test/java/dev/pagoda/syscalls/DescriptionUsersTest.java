package dev.pagoda.syscalls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.syscalls.DescriptionUsers.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last user of a description, and nobody else, is told to close the file, and no call is in then. */
@Timeout(120)
class DescriptionUsersTest {
    private static final int ROUNDS = 100_000;
    private static final int CALLERS = 2;
    private static final int CALLS = 4;

    @Test
    void theLastDescriptorClosesIfNoCallIsIn() {
        DescriptionUsers users = new DescriptionUsers();
        assertThat(users.addDescriptor()).isTrue();
        assertThat(users.enter(7)).isEqualTo(Entry.IN);
        assertThat(users.leave(7)).isFalse();
        assertThat(users.removeDescriptor()).isFalse();
        assertThat(users.removeDescriptor()).isTrue();
        assertThat(users.addDescriptor()).isFalse();
        assertThat(users.enter(7)).isEqualTo(Entry.GONE);
    }

    @Test
    void elseTheLastCallDoes() {
        DescriptionUsers users = new DescriptionUsers();
        for (int stripe = 0; stripe < 1000; stripe++) {
            assertThat(users.enter(stripe)).isEqualTo(Entry.IN);
        }
        assertThat(users.removeDescriptor()).isFalse();
        assertThat(users.enter(1)).as("let in after the end").isEqualTo(Entry.GONE);
        for (int stripe = 0; stripe < 1000; stripe++) {
            assertThat(users.leave(stripe)).isEqualTo(stripe == 999);
        }
    }

    @Test
    void exactlyOneClosesAndNoCallIsInThen() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("DescriptionUsersTest.exactlyOneCloses seed " + seed);
        Race race = new Race();
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofPlatform().start(() -> race.close(new Random(seed))));
        for (int i = 0; i < CALLERS; i++) {
            int stripe = i;
            threads.add(Thread.ofPlatform().start(() -> race.call(stripe, new Random(seed + 1 + stripe))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(race.wrong).isEmpty();
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(race.closed.get(round)).as("closed in round %d", round).isEqualTo(1);
        }
    }

    /** One description in each round, which all threads begin together. */
    private static final class Race {
        final AtomicIntegerArray closed = new AtomicIntegerArray(ROUNDS);
        final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final AtomicInteger arrived = new AtomicInteger();
        private volatile DescriptionUsers users = new DescriptionUsers();

        void close(Random random) {
            for (int round = 0; round < ROUNDS; round++) {
                DescriptionUsers now = users;
                await(2 * round);
                linger(random);
                if (now.removeDescriptor()) {
                    closed.incrementAndGet(round);
                }
                users = new DescriptionUsers();
                await(2 * round + 1);
            }
        }

        void call(int stripe, Random random) {
            for (int round = 0; round < ROUNDS; round++) {
                DescriptionUsers now = users;
                await(2 * round);
                linger(random);
                for (int i = 0; i < CALLS; i++) {
                    callOnce(now, stripe, round, random);
                }
                await(2 * round + 1);
            }
        }

        private void callOnce(DescriptionUsers now, int stripe, int round, Random random) {
            Entry entry = now.enter(stripe);
            boolean closes = entry == Entry.LAST;
            if (entry == Entry.IN) {
                linger(random);
                if (closed.get(round) != 0) {
                    wrong.add("closed under a call in round " + round);
                }
                closes = now.leave(stripe);
            }
            if (closes) {
                closed.incrementAndGet(round);
            }
        }

        private void await(int meeting) {
            arrived.incrementAndGet();
            for (int spins = 0; arrived.get() < (CALLERS + 1) * (meeting + 1); spins++) {
                if (spins < 100) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }

        private static void linger(Random random) {
            for (int i = random.nextInt(20); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }
}

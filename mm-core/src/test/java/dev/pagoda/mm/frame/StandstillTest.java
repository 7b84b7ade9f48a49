package dev.pagoda.mm.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a standstill can be declared, and what ends it. */
@Timeout(60)
class StandstillTest {
    private static final int ROUNDS = 20_000;

    private final Standstill standstill = new Standstill();

    @Test
    void aChangeEndsTheWatchAndTheStandstill() {
        Standstill.Watch watch = standstill.watch();
        assertThat(standstill.watch()).as("shared").isSameAs(watch);
        standstill.declare(watch);
        assertThat(standstill.isDeclared()).isTrue();
        assertThat(standstill.watch()).isSameAs(watch);
        standstill.changed();
        assertThat(standstill.isDeclared()).isFalse();
        assertThat(standstill.isUnchangedSince(watch)).isFalse();
        Standstill.Watch next = standstill.watch();
        assertThat(next).isNotSameAs(watch);
        standstill.declare(watch);
        assertThat(standstill.isDeclared())
                .as("by who watched before the change")
                .isFalse();
    }

    @Test
    void nothingIsDeclaredWhileSomethingIsUnderWay() {
        standstill.begin();
        Standstill.Watch watch = standstill.watch();
        standstill.declare(watch);
        assertThat(standstill.isDeclared()).isFalse();
        standstill.end();
        assertThat(standstill.isUnchangedSince(watch)).as("the end is a change").isFalse();
        standstill.declare(standstill.watch());
        assertThat(standstill.isDeclared()).isTrue();
        standstill.begin();
        assertThat(standstill.isDeclared()).isFalse();
        standstill.end();
    }

    /** Whoever comes first: what has begun is either seen by the declaration or ends it. */
    @Test
    void aBeginAgainstADeclaration() throws Exception {
        AtomicReference<Standstill> shared = new AtomicReference<>();
        CyclicBarrier barrier = new CyclicBarrier(2);
        Thread beginner = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                meet(barrier);
                shared.get().begin();
                meet(barrier);
            }
        });
        int wrong = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Standstill fresh = new Standstill();
            shared.set(fresh);
            meet(barrier);
            fresh.declare(fresh.watch());
            meet(barrier);
            wrong += fresh.isDeclared() ? 1 : 0;
        }
        beginner.join();
        assertThat(wrong).isZero();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

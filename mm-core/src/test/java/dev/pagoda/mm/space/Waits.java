package dev.pagoda.mm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;

/** What tests with several threads wait for, with a limit. */
final class Waits {
    /** How long something that must happen is waited for. */
    static final long LIMIT_NANOS = 20_000_000_000L;

    private Waits() {}

    /** Whether something is so before the time is over. */
    static boolean becomes(BooleanSupplier condition, long nanos) {
        long end = System.nanoTime() + nanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Waits until something is so that must become so. */
    static void await(BooleanSupplier condition) {
        assertThat(becomes(condition, LIMIT_NANOS)).isTrue();
    }
}

package dev.pagoda.mm.frame;

import java.util.concurrent.atomic.AtomicLong;

/** Refuses allocations on purpose, for tests of what follows. Not compiled into any path unless the JVM was started with the flag. */
final class RefusalInjection {
    /** A constant for the compiler: without the flag the branch is gone. */
    static final boolean POSSIBLE = Boolean.getBoolean("pagoda.refusals");

    /** Counts down; refuses while it is between 0, exclusive, and -count, inclusive. */
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

    private volatile long count;

    void set(long after, long refusals) {
        if (!POSSIBLE) {
            throw new IllegalStateException(
                    "refusals can be injected only into a JVM started with -Dpagoda.refusals=true");
        }
        count = refusals;
        left.set(after < 0 ? Long.MAX_VALUE : after);
    }

    /** How many were refused since they were asked for. */
    long countRefused() {
        return Math.clamp(-left.get(), 0, count);
    }

    /** Whether the next allocation will be refused: until then it is as if nothing were free. */
    boolean isRefusing() {
        long now = left.get();
        return now <= 0 && now > -count;
    }

    boolean refusesNow() {
        long now = left.decrementAndGet();
        return now < 0 && now >= -count;
    }
}

package dev.pagoda.runtime.stress;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts the pauses of a run, and remembers at which of them the memory of a domain was emptied: what was stored before must never be seen again. */
final class Rounds {
    private final AtomicIntegerArray emptied;
    private volatile int now;

    Rounds(int domains) {
        emptied = new AtomicIntegerArray(domains);
    }

    /** The round that goes on. */
    int now() {
        return now;
    }

    /** The first round whose stores the domain's memory may still hold. */
    int emptied(int domain) {
        return emptied.get(domain);
    }

    /** Begins the next round; at rest. */
    void begin() {
        now++;
    }

    /** Notes that nothing is left in the memory of a domain; at rest, and when the round has just begun. */
    void empty(int domain) {
        emptied.set(domain, now);
    }
}

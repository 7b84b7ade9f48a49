package dev.pagoda.mm.space;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Small numbers for things that come and go: the lowest never used, or one given back. Lock-free; not for hot paths. */
final class Numbers {
    private final ConcurrentLinkedQueue<Integer> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final int limit;

    Numbers(int limit) {
        this.limit = limit;
    }

    /** A number that nobody has, or -1 if all are taken. */
    int take() {
        Integer number = returned.poll();
        if (number != null) {
            return number;
        }
        int fresh = next.getAndUpdate(n -> n < limit ? n + 1 : n);
        return fresh < limit ? fresh : -1;
    }

    void giveBack(int number) {
        returned.add(number);
    }
}

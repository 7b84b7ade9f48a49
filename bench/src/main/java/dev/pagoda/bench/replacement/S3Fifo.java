package dev.pagoda.bench.replacement;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/** S3-FIFO as its paper has it (SOSP '23): a tenth small, two bits of frequency, as many ghosts as main has places, one shard. */
final class S3Fifo implements Policy {
    private static final int SMALL_PART = 10;
    private static final int MOST_FREQUENT = 3;
    private static final int ABSENT = -1;

    private final int capacity;
    private final int smallCapacity;
    private final byte[] frequency;
    private final Queue<Integer> small = new ArrayDeque<>();
    private final Queue<Integer> main = new ArrayDeque<>();
    private final Set<Integer> ghosts = new LinkedHashSet<>();

    S3Fifo(int blocks, int capacity) {
        this.capacity = capacity;
        smallCapacity = Math.max(1, capacity / SMALL_PART);
        frequency = new byte[blocks];
        Arrays.fill(frequency, (byte) ABSENT);
    }

    @Override
    public boolean use(int block) {
        if (frequency[block] != ABSENT) {
            frequency[block] = (byte) Math.min(MOST_FREQUENT, frequency[block] + 1);
            return true;
        }
        while (small.size() + main.size() >= capacity) {
            if (small.size() >= smallCapacity || main.isEmpty()) {
                evictSmall();
            } else {
                evictMain();
            }
        }
        (ghosts.remove(block) ? main : small).add(block);
        frequency[block] = 0;
        return false;
    }

    private void evictSmall() {
        int block = small.remove();
        if (frequency[block] > 1) {
            frequency[block] = 0;
            main.add(block);
            return;
        }
        frequency[block] = ABSENT;
        ghosts.add(block);
        if (ghosts.size() > capacity - smallCapacity) {
            ghosts.remove(ghosts.iterator().next());
        }
    }

    private void evictMain() {
        int block = main.remove();
        if (frequency[block] > 0) {
            frequency[block]--;
            main.add(block);
        } else {
            frequency[block] = ABSENT;
        }
    }
}

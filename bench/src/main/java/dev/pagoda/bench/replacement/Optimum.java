package dev.pagoda.bench.replacement;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * Belady's optimum, which knows the future: the block that is used again last leaves. That may be the block that just came, as Caffeine may refuse
 * one too: so nothing else can have more hits.
 */
final class Optimum implements Policy {
    private final int capacity;
    private final int[] nextUse;
    private final int[] key;
    private final TreeSet<Long> present = new TreeSet<>();
    private int at;

    Optimum(int[] trace, int blocks, int capacity) {
        this.capacity = capacity;
        nextUse = new int[trace.length];
        key = new int[blocks];
        Arrays.fill(key, Integer.MAX_VALUE);
        for (int i = trace.length - 1; i >= 0; i--) {
            nextUse[i] = key[trace[i]];
            key[trace[i]] = i;
        }
        Arrays.fill(key, -1);
    }

    @Override
    public boolean use(int block) {
        boolean hit = key[block] >= 0 && present.remove(entry(block));
        key[block] = nextUse[at++];
        present.add(entry(block));
        if (present.size() > capacity) {
            key[present.pollLast().intValue()] = -1;
        }
        return hit;
    }

    private long entry(int block) {
        return (long) key[block] << Integer.SIZE | block;
    }
}

package dev.pagoda.bench.replacement;

import dev.pagoda.pagecache.replacement.Replacement;
import dev.pagoda.pagecache.replacement.Residents;

/** The cache's own replacement code, sharded as the cache has it; the accessed bits that pages' words have there are here. */
final class Ours implements Policy, Residents {
    private final Replacement replacement;
    private final boolean[] present;
    private final boolean[] accessed;
    private final int capacity;
    private final int[] victim = new int[1];
    private int pages;

    Ours(int blocks, int capacity, int cpus) {
        replacement = new Replacement(this, capacity, cpus);
        this.capacity = capacity;
        present = new boolean[blocks];
        accessed = new boolean[blocks];
    }

    @Override
    public boolean use(int block) {
        if (present[block]) {
            accessed[block] = true;
            return true;
        }
        if (pages == capacity) {
            pages -= replacement.evict(victim, 1);
            present[Replacement.page(victim[0])] = false;
        }
        present[block] = true;
        accessed[block] = false;
        pages++;
        replacement.admit(block, hash(block));
        return false;
    }

    @Override
    public int takeUse(int page) {
        if (!present[page]) {
            return GONE;
        }
        boolean was = accessed[page];
        accessed[page] = false;
        return was ? USED : IDLE;
    }

    @Override
    public boolean isHere(int page) {
        return present[page];
    }

    /** The finalizer of SplitMix64: bijective, and every bit of the number changes half of the hash. */
    @Override
    public long hash(int page) {
        long mixed = (page + 1) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}

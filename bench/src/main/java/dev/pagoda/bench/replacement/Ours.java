package dev.pagoda.bench.replacement;

import dev.pagoda.pagecache.replacement.Replacement;
import dev.pagoda.pagecache.replacement.Residents;

/** The cache's own replacement code, sharded as the cache has it; the accessed bits that pages' words have there are here. */
final class Ours implements Policy, Residents {
    private final Replacement replacement;
    private final boolean[] present;
    private final boolean[] accessed;

    Ours(int blocks, int capacity, int cpus) {
        replacement = new Replacement(this, capacity, cpus);
        present = new boolean[blocks];
        accessed = new boolean[blocks];
    }

    @Override
    public boolean use(int block) {
        if (present[block]) {
            accessed[block] = true;
            return true;
        }
        present[block] = true;
        accessed[block] = false;
        int left = replacement.admit(block, hash(block));
        if (left != Replacement.NONE) {
            present[left] = false;
        }
        return false;
    }

    @Override
    public boolean takeAccessed(int page) {
        boolean was = accessed[page];
        accessed[page] = false;
        return was;
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

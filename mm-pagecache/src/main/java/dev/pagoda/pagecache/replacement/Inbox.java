package dev.pagoda.pagecache.replacement;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What happened to pages of a shard while somebody works on it: any thread adds, whoever works on the shard takes. Adding is lock-free, and refused when it is full.
 *
 * <p>A place is claimed by a compare-and-set of the end and counts as empty until its content is stored: whoever is slow to store it holds up what was added behind it, and has to look
 * after it himself then, as everybody does who adds ({@link Shard#tell}).
 */
final class Inbox {
    private static final long EMPTY = 0;

    private final int mask;
    /** Kind and page; stored last. */
    private final AtomicLongArray notes;

    private final long[] hashes;
    private final AtomicInteger end = new AtomicInteger();
    /** Raised by whoever works on the shard, when a place is empty again. */
    private volatile int begin;

    /** With so many places, a power of two. */
    Inbox(int capacity) {
        mask = capacity - 1;
        notes = new AtomicLongArray(capacity);
        hashes = new long[capacity];
    }

    /** Adds a note, which must not be 0; false if there is no place. */
    boolean add(long note, long hash) {
        int at = end.get();
        while (true) {
            if (at - begin > mask) {
                return false;
            }
            int found = end.compareAndExchange(at, at + 1);
            if (found == at) {
                hashes[at & mask] = hash;
                notes.set(at & mask, note);
                return true;
            }
            at = found;
        }
    }

    /** Whether nothing can be taken. In the one order of all volatile accesses. */
    boolean isEmpty() {
        return notes.get(begin & mask) == EMPTY;
    }

    /** The first note, or 0; for whoever works on the shard. */
    long first() {
        return notes.get(begin & mask);
    }

    /** The hash beside the first note. */
    long firstHash() {
        return hashes[begin & mask];
    }

    /** Takes the first note out. */
    void remove() {
        int at = begin;
        notes.set(at & mask, EMPTY);
        begin = at + 1;
    }

    long bytes() {
        return (mask + 1L) * 2 * Long.BYTES;
    }
}

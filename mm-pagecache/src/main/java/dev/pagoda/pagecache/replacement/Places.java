package dev.pagoda.pagecache.replacement;

import java.util.Arrays;

/**
 * Room for the pages of several {@link Ring}s, handed out in chunks, so that it need not be there for each of them in full; grows a little at a time. 4 bytes a place and as many for each chunk. One
 * thread at a time.
 */
final class Places {
    /** Places of a chunk; a power of two. */
    static final int CHUNK = 32;

    /** No chunk. */
    static final int NONE = -1;

    private static final int CHUNK_SHIFT = 5;
    /** It grows by such a part, so that no more than that is there in vain. */
    private static final int GROWTH_PART = 32;

    private static final int LEAST_GROWTH = 2;

    private int[] places = new int[0];
    /** The chunk behind each: in its ring, or among the free ones. */
    private int[] next = new int[0];

    private int free = NONE;

    private void grow() {
        int before = next.length;
        int chunks = before + Math.max(LEAST_GROWTH, before / GROWTH_PART);
        places = Arrays.copyOf(places, chunks << CHUNK_SHIFT);
        next = Arrays.copyOf(next, chunks);
        for (int chunk = before; chunk < chunks; chunk++) {
            giveBack(chunk);
        }
    }

    /** A chunk that nothing is behind. */
    int take() {
        if (free == NONE) {
            grow();
        }
        int chunk = free;
        free = next[chunk];
        next[chunk] = NONE;
        return chunk;
    }

    void giveBack(int chunk) {
        next[chunk] = free;
        free = chunk;
    }

    int next(int chunk) {
        return next[chunk];
    }

    void link(int chunk, int behind) {
        next[chunk] = behind;
    }

    int get(int chunk, int place) {
        return places[(chunk << CHUNK_SHIFT) + place];
    }

    void set(int chunk, int place, int value) {
        places[(chunk << CHUNK_SHIFT) + place] = value;
    }

    /** Bytes that it occupies. */
    long bytes() {
        return (long) (places.length + next.length) * Integer.BYTES;
    }
}

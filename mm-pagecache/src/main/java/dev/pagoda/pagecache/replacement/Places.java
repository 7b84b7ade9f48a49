package dev.pagoda.pagecache.replacement;

import java.util.Arrays;

/** Room for the pages of several {@link Ring}s, handed out in chunks, so that it need not be there for each of them in full. One thread at a time. */
final class Places {
    /** Places of a chunk; a power of two. */
    static final int CHUNK = 32;

    /** No chunk. */
    static final int NONE = -1;

    private static final int CHUNK_SHIFT = 5;

    private final long[] places;
    /** The chunk behind each: in its ring, or among the free ones. */
    private final int[] next;

    private int free;

    /** Enough for so many pages in so many rings: each may use a part only of its first chunk and of its last. */
    Places(int pages, int rings) {
        int chunks = (pages + CHUNK - 1) / CHUNK + 2 * rings;
        places = new long[chunks * CHUNK];
        next = new int[chunks];
        Arrays.setAll(next, chunk -> chunk - 1);
        free = chunks - 1;
    }

    /** A chunk that nothing is behind. */
    int take() {
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

    long get(int chunk, int place) {
        return places[(chunk << CHUNK_SHIFT) + place];
    }

    void set(int chunk, int place, long value) {
        places[(chunk << CHUNK_SHIFT) + place] = value;
    }

    /** Bytes that it occupies. */
    long bytes() {
        return (long) places.length * Long.BYTES + (long) next.length * Integer.BYTES;
    }
}

package dev.pagoda.pagecache.replacement;

/** A bounded queue of pages, first in first out, each with the time at which it entered: 8 bytes a place. One thread at a time. */
final class Ring {
    private static final long LOW = 0xffff_ffffL;

    private final long[] places;
    private int head;
    private int size;

    Ring(int capacity) {
        places = new long[capacity];
    }

    int size() {
        return size;
    }

    /** Adds a page; there must be room. */
    void add(int page, int stamp) {
        int at = head + size;
        places[at >= places.length ? at - places.length : at] = (long) stamp << Integer.SIZE | page & LOW;
        size++;
    }

    /** The page that entered first. */
    int page() {
        return (int) places[head];
    }

    /** When that page entered. */
    int stamp() {
        return (int) (places[head] >>> Integer.SIZE);
    }

    /** Takes that page out. */
    void remove() {
        head++;
        head = head == places.length ? 0 : head;
        size--;
    }

    /** Bytes that it occupies. */
    long bytes() {
        return (long) places.length * Long.BYTES;
    }
}

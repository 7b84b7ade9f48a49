package dev.pagoda.pagecache.replacement;

/** A queue of pages, first in first out, each with the time at which it entered: 8 bytes a page, in chunks of a {@link Places}. One thread at a time. */
final class Ring {
    private static final long LOW = 0xffff_ffffL;

    private final Places places;
    /** The chunk of the first page, or {@link Places#NONE} while there is none. */
    private int first = Places.NONE;

    private int firstPlace;
    private int last = Places.NONE;
    /** Behind the last page. */
    private int endPlace;

    private int size;

    Ring(Places places) {
        this.places = places;
    }

    int size() {
        return size;
    }

    /** Adds a page; there must be room. */
    void add(int page, int stamp) {
        if (last == Places.NONE || endPlace == Places.CHUNK) {
            int chunk = places.take();
            if (last == Places.NONE) {
                first = chunk;
                firstPlace = 0;
            } else {
                places.link(last, chunk);
            }
            last = chunk;
            endPlace = 0;
        }
        places.set(last, endPlace++, (long) stamp << Integer.SIZE | page & LOW);
        size++;
    }

    /** The page that entered first. */
    int page() {
        return (int) places.get(first, firstPlace);
    }

    /** When that page entered. */
    int stamp() {
        return (int) (places.get(first, firstPlace) >>> Integer.SIZE);
    }

    /** Takes that page out. */
    void remove() {
        firstPlace++;
        size--;
        if (size == 0 || firstPlace == Places.CHUNK) {
            int emptied = first;
            first = places.next(emptied);
            firstPlace = 0;
            places.giveBack(emptied);
            if (size == 0) {
                first = Places.NONE;
                last = Places.NONE;
            }
        }
    }
}

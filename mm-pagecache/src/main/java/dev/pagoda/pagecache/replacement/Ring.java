package dev.pagoda.pagecache.replacement;

/**
 * A queue of pages, first in first out, in chunks of a {@link Places}: 4 bytes a page. One thread at a time.
 *
 * <p>When a page entered is known about: a page counts as one step later than the one before it, and where that would be wrong by more than may be, the time is written down between the two.
 */
final class Ring {
    /** What no page is: the time of the page behind it follows. */
    private static final int TIME = Replacement.NONE;

    private final Places places;
    private final int tolerance;
    /** The chunk of the first page, or {@link Places#NONE} while there is none. */
    private int first = Places.NONE;

    private int firstPlace;
    private int firstStamp;
    private int last = Places.NONE;
    /** Behind the last page. */
    private int endPlace;
    /** When a page that is added next enters, as far as whoever takes it out can tell. */
    private int nextStamp;

    private int size;

    /**
     * Starts empty.
     *
     * @param places where the pages are to stand
     * @param tolerance by how much times may be wrong
     */
    Ring(Places places, int tolerance) {
        this.places = places;
        this.tolerance = tolerance;
    }

    int size() {
        return size;
    }

    /** Adds a page, or anything of 32 bits but -1. */
    void add(int page, int now) {
        if (size == 0) {
            firstStamp = now;
            nextStamp = now;
        } else if (Math.abs(now - nextStamp) > tolerance) {
            append(TIME);
            append(now);
            nextStamp = now;
        }
        append(page);
        nextStamp++;
        size++;
    }

    private void append(int value) {
        if (last == Places.NONE) {
            last = places.take();
            first = last;
            firstPlace = 0;
            endPlace = 0;
        } else if (endPlace == Places.CHUNK) {
            int chunk = places.take();
            places.link(last, chunk);
            last = chunk;
            endPlace = 0;
        }
        places.set(last, endPlace++, value);
    }

    /** The page that entered first. */
    int page() {
        return places.get(first, firstPlace);
    }

    /** When that page entered, about. */
    int stamp() {
        return firstStamp;
    }

    /** Takes that page out. */
    void remove() {
        size--;
        if (size == 0) {
            places.giveBack(first);
            first = Places.NONE;
            last = Places.NONE;
            return;
        }
        step();
        firstStamp++;
        if (places.get(first, firstPlace) == TIME) {
            step();
            firstStamp = places.get(first, firstPlace);
            step();
        }
    }

    private void step() {
        firstPlace++;
        if (firstPlace == Places.CHUNK) {
            int emptied = first;
            first = places.next(emptied);
            firstPlace = 0;
            places.giveBack(emptied);
        }
    }
}

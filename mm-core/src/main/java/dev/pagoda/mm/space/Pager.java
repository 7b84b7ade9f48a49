package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;

/**
 * What memory knows of an object behind it, such as a file: which frame holds a page, and that a page is about to be written.
 *
 * <p>Implemented by shared memory here and by files in the page cache. Pages are named by their index in the object.
 * Methods that say so are called inside an epoch and must not wait; the others may block and are called outside.
 */
public interface Pager {
    /** Answer of {@link #map} and {@link #bringIn}: the object ends before the page. */
    long BEYOND_END = -1;
    /** Answer of {@link #map}: not in memory; leave the epoch, call {@link #bringIn}, look again. */
    long ABSENT = -2;
    /** Answer of {@link #map} and {@link #bringIn}: no frame is free. */
    long NO_MEMORY = -3;
    /** Answer of {@link #bringIn}: the page could not be read. */
    long IO_ERROR = -4;

    /**
     * Finds a page's frame and raises its count for the caller, who will put it into a word or drop it late. Inside an epoch.
     *
     * @param index the page's index
     * @return the frame, {@link #BEYOND_END} or {@link #ABSENT}
     */
    long map(long index);

    /**
     * As {@link #map}, for a neighbour of the page that is wanted: it does not count as used, and nothing is begun for it. Inside an epoch.
     *
     * @return the frame, or something negative
     */
    default long mapNeighbour(long index) {
        return ABSENT;
    }

    /**
     * Brings a page into memory; may block. The caller holds the object.
     *
     * @param index the page's index
     * @param stripe the caller's stripe for allocations
     * @param description the open file description through which it is mapped: {@link Region#description}
     * @param attributes of the map: {@link Attributes#RANDOM} and {@link Attributes#SEQUENTIAL} say what else is worth reading
     * @return 0 when the page is there (or was a moment ago), {@link #BEYOND_END}, {@link #NO_MEMORY} or {@link #IO_ERROR}
     */
    long bringIn(long index, int stripe, Object description, int attributes);

    /**
     * Says that a page is about to be written through a map. Inside an epoch, before the slot's word is made writable, and once again after it.
     *
     * @param index the page's index
     * @param frame the frame that the slot names
     * @param participant the caller's participant
     * @return false if the object has no longer this frame at this page, or is just copying it: the caller looks again later, and if the slot was made writable
     *     already, the object takes that back
     */
    boolean markDirty(long index, long frame, Participant participant);

    /**
     * Writes the dirty pages of a range to stable storage; may block. The caller holds the object.
     *
     * @param firstIndex first page
     * @param endIndex one above the last page
     * @param description the open file description that asks: {@link Region#description}; it is told of writes that failed before
     * @return 0, or a negated errno
     */
    int sync(long firstIndex, long endIndex, Object description);

    /** Begins to read a range, as a hint; may block. The caller holds the object. */
    void willNeed(long firstIndex, long endIndex);

    /** Says that a range will not be used soon: its pages are the first to go when memory is short. May block. The caller holds the object. */
    default void deactivate(long firstIndex, long endIndex) {
        // An object that cannot give pages back has no order in which they go.
    }

    /**
     * Gives up what can be read again: clean pages of a range go from memory and from all spaces, dirty ones are written and stay. May block. The caller holds the
     * object.
     */
    default void pageOut(long firstIndex, long endIndex) {
        // An object that lives in memory only has nowhere to read a page from.
    }

    /**
     * Makes a range zero and gives its memory back, in all spaces that map it, but for private copies. May block. The caller holds the object.
     *
     * @return 0 or a negated errno
     */
    int punchPages(long firstIndex, long endIndex);

    /** Whether its pages are nowhere but in memory, and so dirty as long as they are there. */
    default boolean isOnlyMemory() {
        return false;
    }

    /** Whether a page is in memory. Inside an epoch. */
    boolean isResident(long index);

    /** What maps shows as the object's name; empty for a nameless one. */
    String name();

    /** As {@link #name}, with what is true of the name at this moment; may ask the host. */
    default String shownName() {
        return name();
    }

    /** The regions through which the object is mapped. */
    Mappings mappings();

    /** Keeps the object alive; false if it is already gone. */
    boolean hold();

    /** Ends a {@link #hold}; the last one lets the object go. May block. */
    void letGo();
}

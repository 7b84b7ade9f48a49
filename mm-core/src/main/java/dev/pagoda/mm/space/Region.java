package dev.pagoda.mm.space;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What backs a run of pages of one space: an object, where in it the run lies, and what may be done with it.
 *
 * <p>Immutable but for its count and for what it shows of its object, which becomes more only. A slot's word names it by id. It counts the pages that name it: raised by the number of
 * pages before the first word goes in, lowered after the last is out; a region whose count fell to zero is dead and its id is used again
 * after a grace period. A thread that slept holds the object and compares {@code regions.get(id)} with it in the epoch of its change.
 */
public final class Region {
    private final AddressSpace space;
    private final int id;
    private final Pager pager;
    private final Object description;
    private final boolean shared;
    private final long displacement;
    private final int mostProtection;
    private final int attributes;
    private final AtomicLong pages;
    private final AtomicReference<Shown> shown;

    Region(AddressSpace space, int id, Key key, Shown shown, long pages) {
        this.space = space;
        this.id = id;
        this.pager = key.pager;
        this.description = key.description;
        this.shared = key.shared;
        this.displacement = key.displacement;
        this.mostProtection = key.mostProtection;
        this.attributes = key.attributes;
        this.pages = new AtomicLong(pages);
        this.shown = new AtomicReference<>(shown);
    }

    /**
     * What makes two regions of a space the same.
     *
     * @param pager the object
     * @param description the open file description, or the object itself
     * @param shared whether stores reach the object
     * @param displacement page index in the object minus page number in the space
     * @param mostProtection the protection it may ever get, in Linux's bits
     * @param attributes {@link Attributes} beside the kind
     */
    record Key(Pager pager, Object description, boolean shared, long displacement, int mostProtection, int attributes) {
        boolean describes(Region region) {
            return region.pager == pager
                    && region.description == description
                    && region.shared == shared
                    && region.displacement == displacement
                    && region.mostProtection == mostProtection
                    && region.attributes == attributes;
        }
    }

    Key key() {
        return new Key(pager, description, shared, displacement, mostProtection, attributes);
    }

    Key keyWith(int otherAttributes) {
        return new Key(pager, description, shared, displacement, mostProtection, otherAttributes);
    }

    Key keyMoved(long pagesUp) {
        return new Key(pager, description, shared, displacement - pagesUp, mostProtection, attributes);
    }

    /** The space that maps it. */
    public AddressSpace space() {
        return space;
    }

    /** Its number in the words. */
    public int id() {
        return id;
    }

    /** The object. */
    public Pager pager() {
        return pager;
    }

    /** The open file description through which it was mapped. */
    public Object description() {
        return description;
    }

    /** Whether stores reach the object. */
    public boolean isShared() {
        return shared;
    }

    /** The protection it may ever get, in Linux's bits. */
    public int mostProtection() {
        return mostProtection;
    }

    /** Its {@link Attributes}. */
    public int attributes() {
        return attributes;
    }

    /** The index in the object of a page of the space. */
    public long indexOf(long page) {
        return page + displacement;
    }

    /** The page of the space that shows an index of the object. */
    long pageOf(long index) {
        return index - displacement;
    }

    long displacement() {
        return displacement;
    }

    /** The part of the object that it may show. */
    Shown shown() {
        return shown.get();
    }

    /** Makes the part larger; {@link Mappings#show} is the way to it. */
    Shown widen(Shown by) {
        return shown.updateAndGet(part -> part.covers(by) ? part : part.with(by));
    }

    long pages() {
        return pages.get();
    }

    boolean raiseUnlessZero(long count) {
        long seen = pages.get();
        while (seen != 0) {
            if (pages.compareAndSet(seen, seen + count)) {
                return true;
            }
            seen = pages.get();
        }
        return false;
    }

    /** Lowers the count; true for whoever lowered it to zero. */
    boolean lower(long count) {
        long left = pages.addAndGet(-count);
        if (left < 0) {
            throw new IllegalStateException("region " + id + " counts " + left + " pages");
        }
        return left == 0;
    }
}

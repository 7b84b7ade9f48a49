package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.Retirement;
import dev.pagoda.mm.radix.SpaceWord;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * All regions of a kernel that have an object, by id. Even ids are shared, odd ones private, so that a word says it.
 *
 * <p>Interned: a space has one region for a key. Lock-free.
 */
public final class Regions {
    /** Ids that say of a region what limits want to know before it is made. */
    static final int SOME_SHARED = Attributes.FIRST_OBJECT_REGION;

    static final int SOME_PRIVATE = SOME_SHARED + 1;

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    /** Shared regions that there can be at a time, and as many that are not shared. */
    static final int PAIRS = (SpaceWord.MAX_REGIONS - Attributes.FIRST_OBJECT_REGION) / 2;

    private final AtomicReferenceArray<AtomicReferenceArray<Region>> chunks =
            new AtomicReferenceArray<>(SpaceWord.MAX_REGIONS >> CHUNK_SHIFT);
    private final Numbers shared;
    private final Numbers notShared;

    /** Starts with none, and room for so many of each kind. */
    Regions(int pairs) {
        this.shared = new Numbers(pairs);
        this.notShared = new Numbers(pairs);
    }

    /** The region with that id; the caller found the id in a word, in this epoch, or holds pages of it. Wait-free. */
    public Region get(int id) {
        AtomicReferenceArray<Region> chunk = chunks.get(id >>> CHUNK_SHIFT);
        return chunk == null ? null : chunk.get(id & CHUNK - 1);
    }

    /**
     * Finds or makes the region of a space with that key and raises its count by the pages of a range that it will show. Lock-free; costs the logarithm of the number of the object's
     * regions.
     *
     * @param page first page of the range
     * @param pages its length
     * @return the region, or null if there is no id left or the object is gone
     */
    Region acquire(AddressSpace space, Region.Key key, long page, long pages) {
        long index = page + key.displacement();
        return acquire(space, key, Shown.of(index, index + pages), pages);
    }

    /** As {@link #acquire(AddressSpace, Region.Key, long, long)}, for pages that need not be all that the region will show. */
    Region acquire(AddressSpace space, Region.Key key, Shown shown, long pages) {
        Mappings mappings = key.pager().mappings();
        Region found = mappings.find(space, key, pages);
        if (found != null) {
            mappings.show(found, shown);
            return found;
        }
        if (!key.pager().hold()) {
            return null;
        }
        int number = (key.shared() ? shared : notShared).take();
        if (number < 0) {
            key.pager().letGo();
            return null;
        }
        int id = Attributes.FIRST_OBJECT_REGION + 2 * number + (key.shared() ? 0 : 1);
        Region region = new Region(space, id, key, shown, pages);
        chunk(id).set(id & CHUNK - 1, region);
        // Two callers may both make one; the two differ in id only and are told apart as two lines of maps.
        mappings.add(region);
        return region;
    }

    /** Lowers a region's count; a dead region leaves its object's list at once, and its id is free after a grace period. */
    void lower(Region region, long pages, Participant participant) {
        if (region.lower(pages)) {
            region.pager().mappings().remove(region);
            participant.retire(Retirement.region(region.id()));
        }
    }

    /** Frees the id of a dead region, after a grace period. */
    void dispose(int id) {
        AtomicReferenceArray<Region> chunk = chunks.get(id >>> CHUNK_SHIFT);
        Region region = chunk.getAndSet(id & CHUNK - 1, null);
        int number = (id - Attributes.FIRST_OBJECT_REGION) / 2;
        (Attributes.isPrivate(id) ? notShared : shared).giveBack(number);
        region.pager().letGo();
    }

    private AtomicReferenceArray<Region> chunk(int id) {
        int index = id >>> CHUNK_SHIFT;
        AtomicReferenceArray<Region> chunk = chunks.get(index);
        if (chunk == null) {
            AtomicReferenceArray<Region> fresh = new AtomicReferenceArray<>(CHUNK);
            chunk = chunks.compareAndExchange(index, null, fresh);
            chunk = chunk == null ? fresh : chunk;
        }
        return chunk;
    }
}

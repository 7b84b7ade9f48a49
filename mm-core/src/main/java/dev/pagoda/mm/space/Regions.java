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
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int PAIRS = (SpaceWord.MAX_REGIONS - Attributes.FIRST_OBJECT_REGION) / 2;

    private final AtomicReferenceArray<AtomicReferenceArray<Region>> chunks =
            new AtomicReferenceArray<>(SpaceWord.MAX_REGIONS >> CHUNK_SHIFT);
    private final Numbers shared = new Numbers(PAIRS);
    private final Numbers notShared = new Numbers(PAIRS);

    Regions() {}

    /** The region with that id; the caller found the id in a word, in this epoch, or holds pages of it. Wait-free. */
    public Region get(int id) {
        AtomicReferenceArray<Region> chunk = chunks.get(id >>> CHUNK_SHIFT);
        return chunk == null ? null : chunk.get(id & CHUNK - 1);
    }

    /**
     * Finds or makes the region of a space with that key and raises its count.
     *
     * @return the region, or null if there is no id left or the object is gone
     */
    Region acquire(AddressSpace space, Region.Key key, long pages) {
        Mappings mappings = key.pager().mappings();
        Region found = mappings.find(space, key, pages);
        if (found != null) {
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
        Region region = new Region(space, id, key, pages);
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

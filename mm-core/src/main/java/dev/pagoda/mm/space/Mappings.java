package dev.pagoda.mm.space;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The regions through which an object is mapped: the way from a page of an object to the slots that may name it.
 *
 * <p>An array that is replaced by compare-and-set: readers take it as it is; a region is in it before its first word is. Lock-free.
 */
public final class Mappings {
    private static final Region[] NONE = {};
    private static final int PROT_WRITE = 2;

    private final AtomicReference<Region[]> regions = new AtomicReference<>(NONE);

    /** Starts with an object that nothing maps. */
    public Mappings() {}

    /** Whether nothing maps the object. */
    public boolean isEmpty() {
        return regions.get().length == 0;
    }

    /** Whether a living region maps the object shared and may be, or become, writable: what a write seal asks. */
    public boolean hasSharedWriter() {
        for (Region region : regions.get()) {
            if (region.isShared() && (region.mostProtection() & PROT_WRITE) != 0) {
                return true;
            }
        }
        return false;
    }

    /** The regions of this moment; must not be changed. */
    Region[] snapshot() {
        return regions.get();
    }

    /** A living region of the space with that key, its count raised; null if there is none. */
    Region find(AddressSpace space, Region.Key key, long pages) {
        for (Region region : regions.get()) {
            if (region.space() == space && key.describes(region) && region.raiseUnlessZero(pages)) {
                return region;
            }
        }
        return null;
    }

    void add(Region region) {
        while (true) {
            Region[] before = regions.get();
            Region[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = region;
            if (regions.compareAndSet(before, after)) {
                return;
            }
        }
    }

    void remove(Region region) {
        while (true) {
            Region[] before = regions.get();
            Region[] after =
                    Arrays.stream(before).filter(other -> other != region).toArray(Region[]::new);
            if (after.length == before.length || regions.compareAndSet(before, after)) {
                return;
            }
        }
    }

    /**
     * Takes the right to store to a page away from every slot that names this frame, so that the next store faults.
     *
     * <p>The caller waits for a grace period before it relies on it. Enters and leaves epochs itself.
     *
     * @param index the page's index in the object
     * @param frame the frame that holds it
     * @param reverse the caller's way into other spaces
     */
    public void withdrawStores(long index, long frame, ReverseAccess reverse) {
        Region[] before;
        do {
            before = regions.get();
            for (Region region : before) {
                if (region.isShared()) {
                    reverse.withdrawStore(region, index, frame);
                }
            }
        } while (before != regions.get());
    }

    /**
     * Removes pages of the object from every slot, which is left reserved.
     *
     * <p>The caller waits for a grace period before it uses the frames again. Enters and leaves epochs itself.
     *
     * @param firstIndex first index
     * @param endIndex one above the last index
     * @param copiesToo whether private copies go as well, as at truncation
     * @param reverse the caller's way into other spaces
     */
    public void unmap(long firstIndex, long endIndex, boolean copiesToo, ReverseAccess reverse) {
        Region[] before;
        do {
            before = regions.get();
            for (Region region : before) {
                reverse.unmap(region, firstIndex, endIndex, copiesToo);
            }
        } while (before != regions.get());
    }
}

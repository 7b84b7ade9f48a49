package dev.pagoda.mm.space;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The regions through which an object is mapped: the way from a page of an object to the slots that may name it.
 *
 * <p>Each region stands in one sorted map under its space and displacement, where a caller finds it by its key, and in a second one under one or two aligned <em>blocks</em> of the object's
 * pages that cover what it shows: blocks of the smallest power of two that is not smaller than that. Who looks for a page asks for one block of each order in use. So an object may be mapped
 * in a hundred thousand pieces, and a page concerns those that may show it.
 *
 * <p><b>Invariant.</b> A region stands there before its first word goes into a slot, and under blocks that cover a page before a word for that page does. Then {@code changes} is raised: who
 * looked through the maps looks again until it has stayed the same. A dead region leaves. Lock-free; a search or change costs the logarithm of the number of regions.
 */
public final class Mappings {
    private static final int PROT_WRITE = 2;

    private final ConcurrentNavigableMap<Entry, Region> byPlace = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<Entry, Region> byBlock = new ConcurrentSkipListMap<>();
    /** Orders of blocks that were ever used, one bit for each. */
    private final AtomicLong orders = new AtomicLong();
    /** Raised after each addition. */
    private final AtomicLong changes = new AtomicLong();

    /** Starts with an object that nothing maps. */
    public Mappings() {}

    /**
     * Where a region stands.
     *
     * @param group the space's number, or the order of the block
     * @param place the displacement, or the number of the block
     * @param id the region's
     */
    private record Entry(long group, long place, int id) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = Long.compare(group, other.group);
            order = order == 0 ? Long.compare(place, other.place) : order;
            return order == 0 ? Integer.compare(id, other.id) : order;
        }
    }

    /** Whether nothing maps the object. */
    public boolean isEmpty() {
        return byPlace.isEmpty();
    }

    /** Whether a living region maps the object shared and may be, or become, writable: what a write seal asks. Looks at every region. */
    public boolean hasSharedWriter() {
        for (Region region : byPlace.values()) {
            if (region.isShared() && (region.mostProtection() & PROT_WRITE) != 0) {
                return true;
            }
        }
        return false;
    }

    /** A living region of the space with that key, its count raised; null if there is none. */
    Region find(AddressSpace space, Region.Key key, long pages) {
        for (Region region : range(byPlace, space.number(), key.displacement(), key.displacement())) {
            if (region.space() == space && key.describes(region) && region.raiseUnlessZero(pages)) {
                return region;
            }
        }
        return null;
    }

    void add(Region region) {
        byPlace.put(place(region), region);
        list(region, region.shown());
    }

    /** Before a region that the caller holds pages of shows a part of the object that it may not have shown before. */
    void show(Region region, Shown part) {
        Shown shown = region.widen(part);
        // Whoever made the part so large may not have come to list it yet.
        if (!shown.isListed()) {
            list(region, shown);
        }
    }

    private void list(Region region, Shown shown) {
        for (long block = shown.firstBlock(); block <= shown.lastBlock(); block++) {
            byBlock.put(new Entry(shown.order(), block, region.id()), region);
        }
        long bit = 1L << shown.order();
        if ((orders.get() & bit) == 0) {
            orders.getAndUpdate(bits -> bits | bit);
        }
        changes.getAndIncrement();
        shown.setListed();
    }

    /** Removes a dead region. */
    void remove(Region region) {
        byPlace.remove(place(region));
        for (Shown shown = region.shown(); shown != null; shown = shown.before()) {
            for (long block = shown.firstBlock(); block <= shown.lastBlock(); block++) {
                byBlock.remove(new Entry(shown.order(), block, region.id()));
            }
        }
    }

    private static Entry place(Region region) {
        return new Entry(region.space().number(), region.displacement(), region.id());
    }

    private static Collection<Region> range(
            ConcurrentNavigableMap<Entry, Region> map, long group, long first, long last) {
        return map.subMap(new Entry(group, first, 0), new Entry(group, last, Integer.MAX_VALUE))
                .values();
    }

    /** Tells every region that may show a page of the range, some of them more than once, until none was added meanwhile. */
    private void forEach(long firstIndex, long endIndex, Consumer<Region> use) {
        long before;
        do {
            before = changes.get();
            for (long left = orders.get(); left != 0; left &= left - 1) {
                int order = Long.numberOfTrailingZeros(left);
                range(byBlock, order, firstIndex >> order, endIndex - 1 >> order)
                        .forEach(use);
            }
        } while (before != changes.get());
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
        forEach(index, index + 1, region -> {
            if (region.isShared() && region.shown().meets(index, index + 1)) {
                reverse.withdrawStore(region, index, frame);
            }
        });
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
        unmap(firstIndex, endIndex, copiesToo, true, reverse);
    }

    /**
     * Removes a page of the object that is to leave memory from every slot, but for locked ones: where there is one, the frame's count shows it afterwards.
     *
     * <p>As {@link #unmap}.
     *
     * @param index of the page
     * @param reverse the caller's way into other spaces
     */
    public void evict(long index, ReverseAccess reverse) {
        unmap(index, index + 1, false, false, reverse);
    }

    private void unmap(long firstIndex, long endIndex, boolean copiesToo, boolean lockedToo, ReverseAccess reverse) {
        if (firstIndex >= endIndex) {
            return;
        }
        long before;
        do {
            before = changes.get();
            // A region stands under two blocks at times, and its pages are many.
            Set<Region> regions = Collections.newSetFromMap(new IdentityHashMap<>());
            forEach(firstIndex, endIndex, regions::add);
            for (Region region : regions) {
                if (region.shown().meets(firstIndex, endIndex)) {
                    reverse.unmap(region, firstIndex, endIndex, copiesToo, lockedToo);
                }
            }
        } while (before != changes.get());
    }
}

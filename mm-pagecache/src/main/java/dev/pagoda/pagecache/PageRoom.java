package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.radix.TableRoom;

/**
 * What a page that is to come in takes of the cache's bound: itself, and the tables that are wanting on its way. All at once, for who held a part of it while he waits for the rest could wait for another who does the same.
 *
 * <p>By one thread, outside of epochs but for {@link #take}.
 */
final class PageRoom implements TableRoom, AutoCloseable {
    private final PageCache cache;
    private final long frame;
    private long tables;

    private PageRoom(PageCache cache, long frame, long tables) {
        this.cache = cache;
        this.frame = frame;
        this.tables = tables;
    }

    /** Room taken of a cache: a page is on its way until this is closed. */
    static PageRoom of(PageCache cache, long frame, long tables) {
        cache.standstill().begin();
        return new PageRoom(cache, frame, tables);
    }

    /** None. */
    static PageRoom refused() {
        return uncounted(Frames.REFUSED);
    }

    /** For a page that does not count. */
    static PageRoom uncounted(long frame) {
        return new PageRoom(null, frame, 0);
    }

    /** The page's frame, the caller's to use or to give back; {@link Frames#REFUSED} if there is no room, or no frame. */
    long frame() {
        return frame;
    }

    /** Tables that were not wanting when the room was taken are counted if that needs no eviction. */
    @Override
    public boolean take() {
        if (tables > 0) {
            tables--;
            return true;
        }
        return cache == null || cache.takeTableIfRoom();
    }

    @Override
    public void giveBack(long count) {
        tables += count;
    }

    /** Gives back the room for tables that was not used. To be called once, when the page is in or given up. */
    @Override
    public void close() {
        if (cache != null) {
            if (tables > 0) {
                cache.tableRoom().giveBack(tables);
            }
            cache.standstill().end();
        }
        tables = 0;
    }
}

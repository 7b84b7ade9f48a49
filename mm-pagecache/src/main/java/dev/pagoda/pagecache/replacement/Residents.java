package dev.pagoda.pagecache.replacement;

/** The owner of the pages, who keeps their accessed bits. Called under a shard's monitor: must not call back. */
public interface Residents {
    /**
     * Takes a page's accessed bit away.
     *
     * @param page the number under which it was admitted
     * @return whether it was set: the page was used since it was admitted, or since this was last asked
     */
    boolean takeAccessed(int page);

    /**
     * The hash under which a page was admitted.
     *
     * @param page the number under which it was admitted
     */
    long hash(int page);
}

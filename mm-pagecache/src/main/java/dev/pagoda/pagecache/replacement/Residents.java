package dev.pagoda.pagecache.replacement;

/** The owner of the pages, who knows which are there and keeps their accessed bits. Called by whoever works on a shard: must neither wait nor call back. */
public interface Residents {
    /** Answer of {@link #takeUse}: the page is not here any more. */
    int GONE = 0;
    /** Answer of {@link #takeUse}: it was not used. */
    int IDLE = 1;
    /** Answer of {@link #takeUse}: it was used. */
    int USED = 2;
    /** Answer of {@link #takeUse}: it came in ahead of need and was not used even once, so that nothing can be said of it when it comes again. */
    int UNUSED = 3;

    /**
     * Takes a page's accessed bit away.
     *
     * @param page the number under which it was admitted
     * @return whether the page was used again since it was admitted, or since this was last asked, or {@link #GONE}
     */
    int takeUse(int page);

    /**
     * Whether the page is still here; a page that was admitted later under the same number may be taken for it.
     *
     * @param page the number under which it was admitted
     */
    boolean isHere(int page);

    /**
     * The hash under which a page was admitted; anything if it is gone.
     *
     * @param page the number under which it was admitted
     */
    long hash(int page);
}

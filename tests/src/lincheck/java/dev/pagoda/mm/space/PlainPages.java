package dev.pagoda.mm.space;

import java.util.Arrays;

/** A few pages as plain variables: what operations of a space are compared with. Thread numbers mean nothing here. */
public abstract class PlainPages {
    private static final int PAGES = 4;

    final boolean[] mapped = new boolean[PAGES];
    final boolean[] writable = new boolean[PAGES];
    final long[] content = new long[PAGES];

    PlainPages() {}

    /** What an operation stores: it tells the page, so that content of another page is noticed. */
    static long content(int page, int value) {
        return 1000L * (page + 1) + 100 * value;
    }

    /** As the space's. */
    public long load(int thread, int page) {
        return mapped[page] ? content[page] : SmallSpace.NOT_MAPPED;
    }

    /** As the space's. */
    public long store(int thread, int page, int value) {
        long refused = refuseStore(page);
        if (refused == 0) {
            content[page] = content(page, value);
        }
        return refused;
    }

    /** As the space's. */
    public long increment(int thread, int page) {
        long refused = refuseStore(page);
        return refused == 0 ? content[page]++ : refused;
    }

    /** As the space's. */
    public void map(int thread, int page) {
        mapped[page] = true;
        writable[page] = true;
        content[page] = 0;
    }

    /** As the space's. */
    public void unmap(int thread, int page) {
        mapped[page] = false;
        writable[page] = false;
        content[page] = 0;
    }

    /** As the space's. */
    public long protect(int thread, int page) {
        return allow(page, false);
    }

    /** As the space's. */
    public long unprotect(int thread, int page) {
        return allow(page, true);
    }

    /** As the space's. */
    public long discard(int thread, int page) {
        if (!mapped[page]) {
            return Refusal.NO_MEMORY;
        }
        content[page] = 0;
        return SmallSpace.DONE;
    }

    /** Changes nothing. */
    public void reuse(int thread) {}

    /** Moves one page over another. */
    public long move(int thread, int from, int to) {
        if (!mapped[from]) {
            return Refusal.BAD_ADDRESS;
        }
        mapped[to] = true;
        writable[to] = writable[from];
        content[to] = content[from];
        unmap(thread, from);
        return SmallSpace.DONE;
    }

    private long refuseStore(int page) {
        return !mapped[page] ? SmallSpace.NOT_MAPPED : writable[page] ? 0 : SmallSpace.FORBIDDEN;
    }

    private long allow(int page, boolean stores) {
        if (!mapped[page]) {
            return Refusal.NO_MEMORY;
        }
        writable[page] = stores;
        return SmallSpace.DONE;
    }

    // Lincheck compares states to cut its search.

    @Override
    public boolean equals(Object other) {
        return other instanceof PlainPages pages
                && Arrays.equals(mapped, pages.mapped)
                && Arrays.equals(writable, pages.writable)
                && Arrays.equals(content, pages.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content) * 31 + Arrays.hashCode(mapped) * 7 + Arrays.hashCode(writable);
    }
}

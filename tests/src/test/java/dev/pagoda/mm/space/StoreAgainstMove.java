package dev.pagoda.mm.space;

/**
 * A page moves while another thread stores to it through its old place: what the mover's caller finds when the move has returned stays. Watches that a move waits for those who use the tables
 * that it takes pages from: without it the store lands later.
 */
abstract class StoreAgainstMove extends SpaceRace {
    private static final long SOURCE = 512;
    private static final int USED = 16;
    private static final int REHEARSALS = 20;

    private final int pages;
    private final long target;
    private long found;

    /** A page is there, and its place is what its thread has used last. */
    StoreAgainstMove(long memoryBytes, int pages, long target) {
        super(memoryBytes);
        this.pages = pages;
        this.target = target;
        if (Map.anonymous(first, Map.Where.FIXED, SOURCE, pages, READ_WRITE, 0, false) != SOURCE) {
            throw new AssertionError("a fixed map was refused");
        }
        prepare(SOURCE, pages);
        store(first, SOURCE + USED, 0, 1);
        rehearse();
    }

    /** The move is waited for a short time only, and the first ones of a JVM take longer than that. */
    private void rehearse() {
        long away = 1L << 20;
        for (int i = 0; i < REHEARSALS; i++) {
            Map.anonymous(third, Map.Where.FIXED, SOURCE + away, pages, READ_WRITE, 0, false);
            store(third, SOURCE + USED + away, 0, 1);
            Remap.run(third, new Remap.Request(SOURCE + away, pages, pages, true, target + away, false));
            Unmap.range(third, target + away, pages);
        }
    }

    /** What else is done with the map. */
    void prepare(long page, int mapped) {}

    @Override
    public void stopped() {
        try {
            // A plain store of the program's is no point to stop before, an atomic one is.
            first.getAndAdd(SOURCE + USED << 12, Long.BYTES, 1);
        } catch (MemoryFault fault) {
            if (fault.signal() != MemoryFault.SIGSEGV) {
                throw fault;
            }
        }
    }

    @Override
    public void meanwhile() {}

    @Override
    public void waiting() {
        if (Remap.run(third, new Remap.Request(SOURCE, pages, pages, true, target, false)) != target) {
            throw new AssertionError("a move was refused");
        }
        found = third.load(target + USED << 12, Long.BYTES);
    }

    @Override
    public void check() {
        expect(second, target + USED, 0, found);
        audit();
    }

    /** Page by page, within a table. */
    static final class OfPages extends StoreAgainstMove {
        OfPages() {
            super(MEMORY_BYTES, 32, 1033);
        }
    }

    /** The table as it is. */
    static final class OfTable extends StoreAgainstMove {
        OfTable() {
            super(MEMORY_BYTES, 512, 1536);
        }
    }

    /** A table that is taken out and then apart, as its place is none of a whole table. */
    static final class OfTableInParts extends StoreAgainstMove {
        OfTableInParts() {
            super(MEMORY_BYTES, 512, 1537);
        }
    }

    /** A huge page. */
    static final class OfHugePage extends StoreAgainstMove {
        OfHugePage() {
            super(4 * MEMORY_BYTES, 512, 1536);
        }

        @Override
        void prepare(long page, int mapped) {
            store(first, page + 1, 0, 1);
            if (Collapse.range(first, page, mapped) != 0) {
                throw new AssertionError("no huge page was made");
            }
        }
    }
}

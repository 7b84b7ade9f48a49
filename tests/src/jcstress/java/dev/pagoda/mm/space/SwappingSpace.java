package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import dev.pagoda.mm.swap.SwapArea;
import java.util.concurrent.atomic.AtomicInteger;

/** A space for all samples of a JVM whose pages go to swap in memory, with a view for each actor and one for what comes before and after them, which takes turns. Each sample has a page of its own; they come in turn, and there are more than live samples. */
final class SwappingSpace {
    /** For the actor that stores. */
    final View first;
    /** For the other, which pages out and stores then. */
    final View second;

    private static final int READ_WRITE = 3;
    private static final long MEMORY_BYTES = 64 << 20;
    private static final long FIRST_PAGE = Tables.pagesAt(3);
    private static final int PLACES = 2048;

    private final View between;
    private final AtomicInteger next = new AtomicInteger();

    SwappingSpace() {
        Core core = new Core(MEMORY_BYTES);
        core.setSwap(new SwapArea(new MemorySwap(4 * PLACES)));
        AddressSpace space = new AddressSpace(core);
        this.first = space.open("stores");
        this.second = space.open("pages out");
        this.between = space.open("between samples");
    }

    /** A page that holds zeroes and was stored to. */
    synchronized long newPage() {
        long page = FIRST_PAGE + (next.getAndIncrement() & PLACES - 1);
        if (Map.anonymous(between, Map.Where.FIXED, page, 1, READ_WRITE, 0, false) != page) {
            throw new IllegalStateException("a fixed map was refused");
        }
        between.store(page << 12, Long.BYTES, 0);
        return page;
    }

    /** Writes a sample's page to swap, unless it is used meanwhile. */
    void pageOut(long page) {
        PageOut.range(second, page, 1, true);
    }

    /** A word of a sample's page. */
    synchronized long load(long page, int word) {
        return between.load((page << 12) + (long) word * Long.BYTES, Long.BYTES);
    }
}

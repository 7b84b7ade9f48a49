package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A space for all samples of a JVM, with a view for each actor and one for what comes before and after them, which takes turns. Each sample has a page of its own, and a second one for memory that is
 * used again; they come in turn, and there are more than live samples.
 */
final class SharedSpace {
    /** For the actor that accesses. */
    final View accessing;
    /** For the actor that takes away. */
    final View taking;

    private static final int READ_WRITE = 3;
    private static final long MEMORY_BYTES = 256 << 20;
    private static final long FIRST_PAGE = Tables.pagesAt(3);
    private static final int PLACES = 2048;

    private final View between;
    private final long stride;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * Makes a space.
     *
     * @param stride pages from one sample's page to that of the next
     */
    SharedSpace(long stride) {
        AddressSpace space = new AddressSpace(new Core(MEMORY_BYTES));
        this.accessing = space.open("accesses");
        this.taking = space.open("takes away");
        this.between = space.open("between samples");
        this.stride = stride;
    }

    /** A page that is mapped and populated with a chain; the second one, and all up to the next sample's, are not mapped. */
    synchronized long newPage() {
        long page = FIRST_PAGE + (next.getAndIncrement() & PLACES - 1) * stride;
        Unmap.range(between, second(page), stride);
        map(between, page);
        Chain.write(between, page << 12);
        return page;
    }

    /** The second page of a sample. */
    long second(long page) {
        return page + PLACES * stride;
    }

    /** Takes memory away and has it used again, as soon as that is allowed, for another page with other content. */
    void reuse(long page) {
        Unmap.range(taking, page, stride);
        taking.participant().drain();
        map(taking, second(page));
        taking.store((second(page) << 12) + Chain.LATE_OFFSET, Long.BYTES, Chain.FOREIGN);
    }

    /** Declares a sample's page free. */
    synchronized void declareFree(long page) {
        Advise.free(between, page, 1);
    }

    /** Takes a page back that was declared free: the first there is, which is that of the sample that others are at. */
    void takeBack() {
        taking.core().freedPages().reclaim(1);
    }

    /** What stands in the first word of a sample's page. */
    synchronized long loadFirst(long page) {
        return between.load(page << 12, Long.BYTES);
    }

    /** What stands in the word of the second page in which others store. */
    synchronized long loadSecond(long page) {
        return between.load((second(page) << 12) + Chain.LATE_OFFSET, Long.BYTES);
    }

    private static void map(View view, long page) {
        if (Map.anonymous(view, Map.Where.FIXED, page, 1, READ_WRITE, 0, false) != page) {
            throw new IllegalStateException("a fixed map was refused");
        }
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * Two pages of 2 MiB that are made a huge page while they are used, or unmapped and mapped anew in a table that has the old one's frame.
 *
 * <p>Invariant: linearizable against two plain pages, which no collapse changes, whether it succeeds or not: no store is lost with the small page it went to, and no huge page stands where
 * other memory was mapped meanwhile.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:1")
public final class CollapsedPages extends UsedPages {
    /** A block of 2 MiB must be free beside the pages and the tables. */
    private static final long MEMORY_BYTES = 8 << 20;

    /** All of the 2 MiB mapped, the first page populated. */
    public CollapsedPages() {
        super(MEMORY_BYTES);
        begin(view(0));
    }

    private void begin(View view) {
        fixed(view, 0, Tables.SLOTS, READ_WRITE);
        write(0, 0, PlainPages.content(0, 9));
    }

    /** Makes them a huge page, if it can. */
    @Operation
    public void collapse(@Param(name = "thread") int thread) {
        Collapse.range(view(thread), FIRST_PAGE, Tables.SLOTS);
    }

    /** Maps a fresh page over whatever is there. */
    @Operation
    public void map(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        fixed(view(thread), page, 1, READ_WRITE);
    }

    /** Unmaps all of the 2 MiB. */
    @Operation
    public void unmapAll(@Param(name = "thread") int thread) {
        unmap(view(thread), 0, Tables.SLOTS);
    }

    /** Two plain pages. */
    public static class Model extends PlainPages {
        /** As {@link CollapsedPages} starts. */
        public Model() {
            mapped[0] = mapped[1] = true;
            writable[0] = writable[1] = true;
            content[0] = content(0, 9);
        }

        /** Changes nothing. */
        public void collapse(int thread) {}

        /** As the space's. */
        public void unmapAll(int thread) {
            unmap(thread, 0);
            unmap(thread, 1);
        }
    }
}

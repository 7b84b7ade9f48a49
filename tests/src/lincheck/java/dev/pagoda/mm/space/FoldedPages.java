package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * A page whose table is made by one thread, out of a folded word, while another takes the whole subtree away, or gives a table back that it froze. Each subclass is a start.
 *
 * <p>Invariant: linearizable against a plain page: what was stored or claimed is not lost with a table, and nothing is found that a table held before. At rest no slot is frozen in a live
 * table, and no table and no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:0")
public abstract class FoldedPages extends UsedPages {
    /** The 1 GiB around the page, in pages from it. */
    private static final int AROUND = (int) -Tables.pagesAt(1);

    FoldedPages() {
        begin(view(0));
    }

    abstract void begin(View view);

    /** Maps fresh memory over all of the 1 GiB. */
    @Operation
    public void mapAround(@Param(name = "thread") int thread) {
        fixed(view(thread), AROUND, Tables.pagesAt(2), READ_WRITE);
    }

    /** Unmaps all of the 1 GiB. */
    @Operation
    public void unmapAround(@Param(name = "thread") int thread) {
        unmap(view(thread), AROUND, Tables.pagesAt(2));
    }

    /** Maps the page if it is free. */
    @Operation
    public long claim(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        long mapped =
                Map.anonymous(view(thread), Map.Where.FIXED_UNLESS_MAPPED, FIRST_PAGE + page, 1, READ_WRITE, 0, false);
        return mapped < 0 ? mapped : DONE;
    }

    /** Gives the table back that the page's word stands in, if all its words are alike. */
    @Operation
    public void giveBack(@Param(name = "thread") int thread) {
        Shrink.giveBack(view(thread), FIRST_PAGE);
    }

    /** A word of 2 MiB in a table that may be taken away. */
    public static final class InTable extends FoldedPages {
        @Override
        void begin(View view) {
            fixed(view, 0, Tables.SLOTS, READ_WRITE);
        }
    }

    /** A word of 2 MiB in a table of 512 equal ones. */
    public static final class AmongEqual extends FoldedPages {
        @Override
        void begin(View view) {
            fixed(view, AROUND, Tables.pagesAt(2), READ_WRITE);
            Protect.range(view, FIRST_PAGE, Tables.SLOTS, READ);
            Protect.range(view, FIRST_PAGE, Tables.SLOTS, READ_WRITE);
        }
    }

    /** A leaf table of 512 equal words, beside another so that no more than this one is given back. */
    public static final class UniformTable extends FoldedPages {
        @Override
        void begin(View view) {
            fixed(view, 0, 2 * Tables.SLOTS - 1, READ_WRITE);
            write(0, 0, 1);
            Advise.discard(view, FIRST_PAGE, 1, false);
        }
    }

    /** An empty leaf table, beside another so that no more than this one is given back. */
    public static final class EmptyTable extends FoldedPages {
        @Override
        void begin(View view) {
            fixed(view, 0, 2 * Tables.SLOTS - 1, READ_WRITE);
            write(0, 0, 1);
            for (int page = 0; page < Tables.SLOTS; page++) {
                unmap(view, page, 1);
            }
        }
    }

    /** A plain page that is mapped. */
    public static class Mapped extends PlainPages {
        /** As {@link InTable}, {@link AmongEqual} and {@link UniformTable} start. */
        public Mapped() {
            mapped[0] = true;
            writable[0] = true;
        }

        /** As the space's. */
        public void mapAround(int thread) {
            map(thread, 0);
        }

        /** As the space's. */
        public void unmapAround(int thread) {
            unmap(thread, 0);
        }

        /** As the space's. */
        public long claim(int thread, int page) {
            if (mapped[page]) {
                return Refusal.EXISTS;
            }
            map(thread, page);
            return SmallSpace.DONE;
        }

        /** Changes nothing. */
        public void giveBack(int thread) {}
    }

    /** A plain page that is free. */
    public static class Free extends Mapped {
        /** As {@link EmptyTable} starts. */
        public Free() {
            mapped[0] = false;
            writable[0] = false;
        }
    }
}

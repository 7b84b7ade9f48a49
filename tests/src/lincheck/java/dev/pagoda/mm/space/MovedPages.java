package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * Two places between which a page moves either way, while it is used through both.
 *
 * <p>Invariant: linearizable against two plain pages, for two threads: no store is lost, and none lands after the move has returned. (A third thread may read the target while a
 * store through the source, which began before, is still on its way.) At rest nothing is busy and no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:1")
public final class MovedPages extends UsedPages {
    /** One page populated, the other not. */
    public MovedPages() {
        begin(view(0));
    }

    private void begin(View view) {
        fixed(view, 0, 3, READ_WRITE);
        write(0, 0, PlainPages.content(0, 9));
        write(0, 2, 1);
    }

    /** Moves the page to the other place, over what is there. */
    @Operation
    public long move(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        long to = FIRST_PAGE + 1 - page;
        long moved = Remap.run(view(thread), new Remap.Request(FIRST_PAGE + page, 1, 1, true, to, false));
        return moved < 0 ? moved : DONE;
    }

    /** Two plain pages. */
    public static class Model extends PlainPages {
        /** As {@link MovedPages} starts. */
        public Model() {
            mapped[0] = mapped[1] = true;
            writable[0] = writable[1] = true;
            content[0] = content(0, 9);
        }

        /** As the space's. */
        public long move(int thread, int page) {
            return move(thread, page, 1 - page);
        }
    }
}

package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * A page that is stored to while its space forks. Each subclass is a start.
 *
 * <p>Invariant: linearizable against a plain page and a copy of it, which the fork makes at one moment: the child's page does not change any more when the fork has returned. At rest no frame is
 * lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:0")
public abstract class ForkedPage extends UsedPages {
    /** What is read of a child that is not there yet. */
    private static final long NO_CHILD = -1;

    private View child;

    ForkedPage() {
        begin(view(0));
    }

    abstract void begin(View view);

    final void populate(View view) {
        fixed(view, 0, 1, READ_WRITE);
        write(0, 0, PlainPages.content(0, 9));
    }

    /** Maps a fresh page over whatever is there. */
    @Operation
    public void map(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        fixed(view(thread), page, 1, READ_WRITE);
    }

    /** Makes the child. */
    @Operation
    public void fork(@Param(name = "thread") int thread) {
        openChild(Fork.childOf(view(thread)));
    }

    private void openChild(AddressSpace space) {
        child = space.open("child");
    }

    /** Loads the child's page. */
    @Operation
    public long loadChild(@Param(name = "thread") int thread) {
        return child == null ? NO_CHILD : child.load(address(0), Long.BYTES);
    }

    /** The page is the space's alone, and writable. */
    public static final class Alone extends ForkedPage {
        @Override
        void begin(View view) {
            populate(view);
        }
    }

    /** The page was shared with a child that is gone: the next store takes it over. */
    public static final class LeftAlone extends ForkedPage {
        @Override
        void begin(View view) {
            populate(view);
            Fork.childOf(view).destroy();
            reclaim(0);
        }
    }

    /** A plain page and its copy. */
    public static class Model extends PlainPages {
        private long child = NO_CHILD;

        /** As all start. */
        public Model() {
            mapped[0] = true;
            writable[0] = true;
            content[0] = content(0, 9);
        }

        /** As the space's. */
        public void fork(int thread) {
            child = content[0];
        }

        /** As the space's. */
        public long loadChild(int thread) {
            return child;
        }

        @Override
        public boolean equals(Object other) {
            return super.equals(other) && other instanceof Model model && child == model.child;
        }

        @Override
        public int hashCode() {
            return super.hashCode() * 31 + Long.hashCode(child);
        }
    }
}

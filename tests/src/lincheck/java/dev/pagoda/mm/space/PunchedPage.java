package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * A page of a shared object, which is found again by a fault while its content is taken out of the object.
 *
 * <p>Invariant: linearizable against a plain page: what is loaded after the content was taken is zero, however the fault came by the page. At rest no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public final class PunchedPage extends UsedPages {
    private SharedMemory object;

    /** The page populated in the object and not in the space. */
    public PunchedPage() {
        begin(view(0));
    }

    private void begin(View view) {
        object = new SharedMemory(core, 1);
        show(view, object, PlainPages.content(0, 9));
        object.letGo();
        Advise.discard(view, FIRST_PAGE, 1, false);
    }

    /** Takes the content out of the object. */
    @Operation
    public long punch(@Param(name = "thread") int thread) {
        return object.punchPages(0, 1);
    }

    /** A plain page. */
    public static class Model extends PlainPages {
        /** As {@link PunchedPage} starts. */
        public Model() {
            mapped[0] = true;
            writable[0] = true;
            content[0] = content(0, 9);
        }

        /** As the space's. */
        public long punch(int thread) {
            content[0] = 0;
            return SmallSpace.DONE;
        }
    }
}

package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * A page of a shared object, which is found again by a fault while its content is taken out of the object.
 *
 * <p>Invariant: linearizable against a plain page: what is loaded after the content was taken is zero, however the fault came by the page. At rest no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:0")
@Param(name = "value", gen = IntGen.class, conf = "1:3")
public final class PunchedPage extends SmallSpace {
    private static final int ANY_PROTECTION = 7;

    private SharedMemory object;

    /** The page populated in the object and not in the space. */
    public PunchedPage() {
        begin(view(0));
    }

    private void begin(View view) {
        object = new SharedMemory(core, 1);
        Map.object(
                view,
                Map.Where.FIXED,
                FIRST_PAGE,
                1,
                READ_WRITE,
                false,
                new Map.Source(object, object, true, 0, ANY_PROTECTION, 0));
        object.letGo();
        write(0, 0, PlainPages.content(0, 9));
        Advise.discard(view, FIRST_PAGE, 1, false);
    }

    /** Loads. */
    @Operation
    public long load(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        return read(thread, page);
    }

    /** Stores. */
    @Operation
    public long store(
            @Param(name = "thread") int thread, @Param(name = "page") int page, @Param(name = "value") int value) {
        return write(thread, page, PlainPages.content(page, value));
    }

    /** Takes the content out of the object. */
    @Operation
    public long punch(@Param(name = "thread") int thread) {
        return object.punchPages(0, 1);
    }

    /** Reuses retired frames. */
    @Operation
    public void reuse(@Param(name = "thread") int thread) {
        reclaim(thread);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
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

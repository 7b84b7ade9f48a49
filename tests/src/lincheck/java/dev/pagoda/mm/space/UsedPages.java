package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/** What all do with pages: load and store, have retired frames used again, and look at the books at the end. A subclass has what else is done. */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "1:3")
public abstract class UsedPages extends SmallSpace {
    UsedPages() {}

    UsedPages(long memoryBytes) {
        super(memoryBytes);
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
}

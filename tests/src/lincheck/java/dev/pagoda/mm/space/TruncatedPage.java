package dev.pagoda.mm.space;

import dev.pagoda.pagecache.FileOfMemory;
import dev.pagoda.pagecache.MemoryFile;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * A page of a file, mapped shared, that is found by faults while the file is cut and grows again.
 *
 * <p>Invariant: linearizable against a plain page: behind the end is SIGBUS, and what was cut away is zero when the file has grown over it, however a fault came by the page. At rest no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:0")
@Param(name = "value", gen = IntGen.class, conf = "1:3")
public final class TruncatedPage extends SmallSpace {
    private static final int ANY_PROTECTION = 7;
    private static final long PAGE_BYTES = 4096;
    private static final long BEHIND_END = fault(MemoryFault.SIGBUS, MemoryFault.BUS_ADRERR);

    private MemoryFile file;

    /** The page populated in the file and not in the space. */
    public TruncatedPage() {
        begin(view(0));
    }

    private void begin(View view) {
        file = FileOfMemory.of(core, PAGE_BYTES);
        Map.object(
                view,
                Map.Where.FIXED,
                FIRST_PAGE,
                1,
                READ_WRITE,
                false,
                new Map.Source(file, file, true, 0, ANY_PROTECTION, 0));
        file.letGo();
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

    /** Cuts the file, or has it grow. */
    @Operation
    public long truncate(@Param(name = "thread") int thread, @Param(name = "page") int pages) {
        return file.truncate(pages * PAGE_BYTES);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
    }

    /** A plain page. */
    public static class Model extends PlainPages {
        private static final long REFUSED = BEHIND_END;

        /** As {@link TruncatedPage} starts. */
        public Model() {
            mapped[0] = true;
            content[0] = content(0, 9);
        }

        @Override
        public long load(int thread, int page) {
            return mapped[0] ? content[0] : REFUSED;
        }

        @Override
        public long store(int thread, int page, int value) {
            if (!mapped[0]) {
                return REFUSED;
            }
            content[0] = content(0, value);
            return SmallSpace.DONE;
        }

        /** As the file's; what is behind its end counts as not mapped. */
        public long truncate(int thread, int pages) {
            mapped[0] = pages > 0;
            content[0] = mapped[0] ? content[0] : 0;
            return SmallSpace.DONE;
        }
    }
}

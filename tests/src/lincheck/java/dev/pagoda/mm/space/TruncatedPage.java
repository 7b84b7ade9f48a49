package dev.pagoda.mm.space;

import dev.pagoda.pagecache.FileOfMemory;
import dev.pagoda.pagecache.MemoryFile;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * A page of a file, mapped shared, that is found by faults while the file is cut and grows again.
 *
 * <p>Invariant: linearizable against a plain page: behind the end is SIGBUS, and what was cut away is zero when the file has grown over it, however a fault came by the page. At rest no frame is lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:0")
public final class TruncatedPage extends UsedPages {
    private static final long PAGE_BYTES = 4096;
    private static final long BEHIND_END = fault(MemoryFault.SIGBUS, MemoryFault.BUS_ADRERR);

    private MemoryFile file;

    /** The page populated in the file and not in the space. */
    public TruncatedPage() {
        begin(view(0));
    }

    private void begin(View view) {
        file = FileOfMemory.of(core, PAGE_BYTES);
        show(view, file, PlainPages.content(0, 9));
        file.letGo();
        Advise.discard(view, FIRST_PAGE, 1, false);
    }

    /** Cuts the file, or has it grow. */
    @Operation
    public long truncate(@Param(name = "thread") int thread, @Param(name = "page") int pages) {
        return file.truncate(pages * PAGE_BYTES);
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

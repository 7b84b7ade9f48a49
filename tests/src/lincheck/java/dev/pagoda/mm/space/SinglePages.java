package dev.pagoda.mm.space;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * Two pages of a table that stays: accesses and their faults against munmap, MAP_FIXED, mprotect and MADV_DONTNEED of one page, while retired frames are reused.
 *
 * <p>Invariant: linearizable against two plain pages ({@link PlainPages}). So no store is lost, none lands in a page that was taken away or protected, and no access sees what a frame
 * held in another life.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:1")
public final class SinglePages extends UsedPages {
    /** Both pages mapped, one of them populated; a third one keeps the table. */
    public SinglePages() {
        begin(view(0));
    }

    private void begin(View view) {
        fixed(view, 0, 3, READ_WRITE);
        write(0, 0, PlainPages.content(0, 9));
        write(0, 2, 1);
    }

    /** Adds one, atomically. */
    @Operation
    public long increment(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        try {
            while (true) {
                long before = view(thread).load(address(page), Long.BYTES);
                if (view(thread).compareAndSet(address(page), Long.BYTES, before, before + 1) == before) {
                    return before;
                }
            }
        } catch (MemoryFault fault) {
            return fault(fault.signal(), fault.code());
        }
    }

    /** Maps a fresh page over whatever is there. */
    @Operation
    public void map(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        fixed(view(thread), page, 1, READ_WRITE);
    }

    /** Unmaps. */
    @Operation
    public void unmap(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        unmap(view(thread), page, 1);
    }

    /** Takes the right to store away. */
    @Operation
    public long protect(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        return Protect.range(view(thread), FIRST_PAGE + page, 1, READ);
    }

    /** Gives it. */
    @Operation
    public long unprotect(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        return Protect.range(view(thread), FIRST_PAGE + page, 1, READ_WRITE);
    }

    /** Drops the content. */
    @Operation
    public long discard(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        return Advise.discard(view(thread), FIRST_PAGE + page, 1, false);
    }

    /** Two plain pages. */
    public static class Model extends PlainPages {
        /** As {@link SinglePages} starts. */
        public Model() {
            mapped[0] = mapped[1] = true;
            writable[0] = writable[1] = true;
            content[0] = content(0, 9);
        }
    }
}

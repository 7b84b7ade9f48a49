package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.Tables;

/**
 * A small kernel with one space, in which each thread of a scenario has a view: what Lincheck runs operations of a space on. A subclass has the operations.
 *
 * <p>The pages of a scenario are the first ones of one table, so that Lincheck looks at few words of each table; what a scenario starts with is made by its {@code begin}, into which Lincheck does not look. An access is answered by what it found, which is not
 * negative, or by {@link #fault}.
 */
abstract class SmallSpace {
    /** What is returned where nothing is answered. */
    static final long DONE = 0;

    /** The first page: the second slot of each level above the leaf leads to it. */
    static final long FIRST_PAGE = Tables.pagesAt(3) + Tables.pagesAt(2) + Tables.pagesAt(1);

    static final int READ = 1;
    static final int READ_WRITE = 3;
    private static final int ANY_PROTECTION = 7;

    /** For three threads, and for the start and the end of a scenario, which Lincheck numbers as the first thread and the last. */
    private static final int VIEWS = 4;

    private static final long MEMORY_BYTES = 1 << 20;

    final Core core;
    final AddressSpace space;
    private final View[] views = new View[VIEWS];

    SmallSpace() {
        this(MEMORY_BYTES);
    }

    SmallSpace(long memoryBytes) {
        RawMemory.forgetAll();
        core = boot(memoryBytes);
        space = new AddressSpace(core);
        openViews();
    }

    /** Apart, as the rest of the start is, because Lincheck is told not to look into it. */
    private static Core boot(long memoryBytes) {
        return new Core(memoryBytes);
    }

    private void openViews() {
        for (int i = 0; i < VIEWS; i++) {
            views[i] = space.open("view " + i);
        }
    }

    final View view(int thread) {
        return views[thread % VIEWS];
    }

    static long address(int page) {
        return FIRST_PAGE + page << 12;
    }

    /** The answer for an access that is refused. */
    static long fault(int signal, int code) {
        return -(signal * 1000L + code);
    }

    static final long NOT_MAPPED = fault(MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
    static final long FORBIDDEN = fault(MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);

    final long read(int thread, int page) {
        try {
            return view(thread).load(address(page), Long.BYTES);
        } catch (MemoryFault fault) {
            return fault(fault.signal(), fault.code());
        }
    }

    final long write(int thread, int page, long value) {
        try {
            view(thread).store(address(page), Long.BYTES, value);
            return DONE;
        } catch (MemoryFault fault) {
            return fault(fault.signal(), fault.code());
        }
    }

    final void fixed(View view, int page, long pages, int protection) {
        long mapped = Map.anonymous(view, Map.Where.FIXED, FIRST_PAGE + page, pages, protection, 0, false);
        if (mapped != FIRST_PAGE + page) {
            throw new IllegalStateException("a fixed map was refused: " + mapped);
        }
    }

    /** Maps the first page of an object, and stores to it. */
    final void show(View view, Pager object, long value) {
        Map.object(
                view,
                Map.Where.FIXED,
                FIRST_PAGE,
                1,
                READ_WRITE,
                false,
                new Map.Source(object, object, true, 0, ANY_PROTECTION, 0));
        view.store(address(0), Long.BYTES, value);
    }

    final void unmap(View view, int page, long pages) {
        int refused = Unmap.range(view, FIRST_PAGE + page, pages);
        if (refused != 0) {
            throw new IllegalStateException("munmap was refused: " + refused);
        }
    }

    /** Has what was retired so far disposed of, after a grace period. */
    final void reclaim(int thread) {
        core.epochs().reclaimAll(thread);
    }

    /** At rest the books balance. Lincheck does not look into it. */
    void audit() {
        Audit audit = Audit.run(core);
        if (audit.differences() != 0) {
            throw new IllegalStateException(audit.toString());
        }
    }
}

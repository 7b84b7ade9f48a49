package dev.pagoda.syscalls;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.View;
import dev.pagoda.pagecache.PageCache;
import java.nio.file.Path;

/**
 * What the threads of one process share, as far as calls look at it: memory, the heap's end, descriptors, the directory it works in.
 *
 * <p>Thread-safe. Closed by the runtime when the process ends, after its last thread.
 */
public final class ProcessState implements AutoCloseable {
    /** Where a heap begins: behind the place of a program's image. */
    private static final long HEAP_START = 0x555556000000L;

    /** Where the first stack ends. Placement leaves 240 MiB below it; what is above is for programs that want the last pages. */
    private static final long STACK_END = Linux.TASK_SIZE - (16L << 20);

    /** Where a program's stack begins, by which its map is known whatever its edges are: below the word that ends it (fs/exec.c, bprm_mm_init). */
    private static final long STACK_START = STACK_END - Long.BYTES;

    private static final long STACK_BYTES = 132 << 10;

    private final AddressSpace space;
    private final PageCache cache;
    private final Descriptors descriptors = new Descriptors();
    private final Path directory;
    private final Break heap = new Break(HEAP_START);
    private final Rights rights;

    /**
     * Makes the state of a fresh process.
     *
     * @param space its memory; given up by {@link #close}
     * @param cache the kernel's files
     * @param directory what relative paths start from
     */
    public ProcessState(AddressSpace space, PageCache cache, Path directory) {
        this.space = space;
        this.rights = new Rights(space.limits());
        this.cache = cache;
        this.directory = directory;
        space.nameMaps(this::nameOf);
    }

    /** What Linux calls memory that no file names (fs/proc/task_mmu.c): the heap goes before the stack. */
    private String nameOf(long start, long end) {
        if (start < heap.end() && end > heap.start()) {
            return "[heap]";
        }
        return start <= STACK_START && end >= STACK_START ? "[stack]" : "";
    }

    /**
     * Makes the state of a child: its own descriptors for the same open files, and the same heap.
     *
     * @param childSpace the child's memory, forked from this process's; given up by {@link #close}
     */
    public ProcessState forChild(AddressSpace childSpace) {
        ProcessState child = new ProcessState(childSpace, cache, directory);
        child.descriptors.openLike(descriptors);
        child.heap.copy(heap);
        child.rights.copy(rights);
        return child;
    }

    /**
     * Maps the stack of the process's first thread, a map that grows down, as large as Linux leaves it behind exec.
     *
     * @throws MemoryRefused if there is no frame for its tables
     */
    public void mapStack() {
        try (View view = space.open("exec")) {
            long mapped = Map.anonymous(
                    view,
                    Map.Where.FIXED,
                    STACK_END - STACK_BYTES >>> Pages.SHIFT,
                    STACK_BYTES >>> Pages.SHIFT,
                    Linux.PROT_READ | Linux.PROT_WRITE,
                    Attributes.GROWSDOWN,
                    false);
            if (mapped < 0) {
                throw new MemoryRefused("no memory is free for the stack of a process; end others, or boot with more");
            }
        }
    }

    /** The process's memory. */
    public AddressSpace space() {
        return space;
    }

    /** What relative paths start from. */
    public Path directory() {
        return directory;
    }

    PageCache cache() {
        return cache;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    /** What the process may do and use. */
    Rights rights() {
        return rights;
    }

    Break heap() {
        return heap;
    }

    /** Closes all descriptors and removes all memory. No thread may use the process any more. */
    @Override
    public void close() {
        descriptors.closeAll();
        space.destroy();
    }
}

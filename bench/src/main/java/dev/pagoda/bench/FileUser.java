package dev.pagoda.bench;

import dev.pagoda.mm.space.View;
import dev.pagoda.pagecache.FileCursor;
import dev.pagoda.pagecache.OpenFile;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark's thread that uses a file through the page cache: with the descriptor that all threads share, or with one, a map, and a cursor of its own. */
public abstract class FileUser {
    private PagedFile file;
    /** The thread's calls. */
    LinuxCalls calls;
    /** The thread's view. */
    View view;
    /** The descriptor that all threads share. */
    int shared;
    /** A descriptor of an open file description of the thread's own. */
    int own;
    /** Where the thread has the whole file mapped. */
    long address;
    /** The thread's cursor. */
    FileCursor cursor;

    final void attachTo(PagedFile paged) {
        file = paged;
        calls = paged.attach();
        view = calls.view();
        shared = paged.descriptor;
        own = paged.open(calls);
        address = PagedFile.done(calls, calls.mmap(0, paged.file.bytes(), Linux.PROT_READ, Linux.MAP_SHARED, own, 0));
        // The cursor keeps the file.
        try (OpenFile opened = OpenFile.open(paged.kernel.cache(), paged.file.path(), Linux.O_RDWR, 0)
                .file()) {
            cursor = opened.cursor(view);
        }
    }

    /** Gives up the cursor, the map and the descriptor. */
    @TearDown(Level.Trial)
    public void detach() {
        cursor.close();
        PagedFile.done(calls, calls.munmap(address, file.file.bytes()));
        PagedFile.done(calls, calls.close(own));
        file.detach(calls);
    }

    /** Of a file that is in the cache. */
    @State(Scope.Thread)
    public static class OfWhole extends FileUser {
        /** Attaches. */
        @Setup(Level.Trial)
        public void attach(PagedFile paged) {
            attachTo(paged);
        }
    }

    /** Of a file a quarter of which is in the cache. */
    @State(Scope.Thread)
    public static class OfQuarter extends FileUser {
        /** Attaches. */
        @Setup(Level.Trial)
        public void attach(PagedFile.Quarter paged) {
            attachTo(paged);
        }
    }
}

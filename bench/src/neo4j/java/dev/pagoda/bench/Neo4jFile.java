package dev.pagoda.bench;

import java.io.IOException;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.pagecache.PageCache;
import org.neo4j.io.pagecache.PageCursor;
import org.neo4j.io.pagecache.context.CursorContext;
import org.neo4j.io.pagecache.impl.muninn.MuninnPageCache;
import org.neo4j.io.pagecache.impl.muninn.StoreFile;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The file in Neo4j's page cache, whole: with pages as large as ours, and nothing in them but the file. */
@State(Scope.Benchmark)
public class Neo4jFile {
    /** Room in the cache that the file does not fill: a part of it, as {@link PagedFile} has. */
    private static final int SPARE_PART = 16;

    /** As {@link PagedFile#mebibytes}. */
    @Param("1024")
    public int mebibytes;

    private BenchFile file;
    private FileSystemAbstraction files;
    private PageCache cache;
    private org.neo4j.io.pagecache.PagedFile mapped;

    /** Makes, opens and reads it. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        file = BenchFile.make(mebibytes);
        int pages = (int) (file.bytes() / HostMemory.PAGE_BYTES);
        files = new DefaultFileSystemAbstraction();
        cache = new MuninnPageCache(
                files,
                Neo4jJobs.scheduler(),
                MuninnPageCache.config(pages + pages / SPARE_PART)
                        .pageSize(HostMemory.PAGE_BYTES)
                        .reservedPageBytes(0));
        mapped = cache.map(new StoreFile(file.path()), HostMemory.PAGE_BYTES, "bench");
        try (PageCursor cursor = cursor()) {
            for (int page = 0; page < pages; page++) {
                BenchFile.check(page, word(cursor, page, 0));
            }
        }
    }

    /** A cursor for one thread that reads. */
    PageCursor cursor() throws IOException {
        return mapped.io(0, org.neo4j.io.pagecache.PagedFile.PF_SHARED_READ_LOCK, CursorContext.NULL_CONTEXT);
    }

    /** Moves a cursor to a page and reads 8 bytes, again if the page was taken away meanwhile. */
    static long word(PageCursor cursor, long page, int inPage) throws IOException {
        require(cursor, page);
        long word;
        do {
            word = cursor.getLong(inPage);
        } while (cursor.shouldRetry());
        return word;
    }

    /** Moves a cursor to a page and copies all of it. */
    static void page(PageCursor cursor, long page, byte[] into) throws IOException {
        require(cursor, page);
        do {
            cursor.setOffset(0);
            cursor.getBytes(into);
        } while (cursor.shouldRetry());
    }

    private static void require(PageCursor cursor, long page) throws IOException {
        if (!cursor.next(page)) {
            throw new IOException("Neo4j has no page " + page);
        }
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        mapped.close();
        cache.close();
        files.close();
        file.close();
    }

    /** A thread's cursor. */
    @State(Scope.Thread)
    public static class Reader {
        /** It. */
        PageCursor cursor;

        /** Opens it. */
        @Setup(Level.Trial)
        public void open(Neo4jFile file) throws IOException {
            cursor = file.cursor();
        }

        /** Closes it. */
        @TearDown(Level.Trial)
        public void close() {
            cursor.close();
        }
    }
}

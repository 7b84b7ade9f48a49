package dev.pagoda.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A cache of a program's own making: Caffeine, as its users have it, with a direct buffer for each page that is in it, read past the host's cache when
 * it is missed.
 *
 * <p>A buffer of a page that leaves is left to the garbage collector: another thread may be copying from it.
 */
@State(Scope.Benchmark)
public class CaffeineFile {
    /** As {@link PagedFile#mebibytes}. */
    @Param("1024")
    public int mebibytes;

    private BenchFile file;
    private FileChannel channel;
    private Cache<Integer, ByteBuffer> cache;
    private Function<Integer, ByteBuffer> reader;

    /** The part of the file that the cache has room for. */
    int part() {
        return 1;
    }

    /** Makes, opens and reads it. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        file = BenchFile.make(mebibytes);
        channel = file.openDirect();
        reader = this::read;
        int pages = (int) (file.bytes() / HostMemory.PAGE_BYTES);
        cache = Caffeine.newBuilder()
                .maximumSize(pages / part())
                .initialCapacity(pages / part())
                .build();
        if (part() == 1) {
            readWhole(pages);
        } else {
            ZipfChoice.warm(pages, part(), this::at);
        }
    }

    /** All at once: buffers that are parts of one cost no more to read from. */
    private void readWhole(int pages) throws IOException {
        ByteBuffer whole = BenchFile.aligned((int) file.bytes());
        BenchFile.fill(channel, whole, 0);
        for (int page = 0; page < pages; page++) {
            cache.put(page, whole.slice(page * HostMemory.PAGE_BYTES, HostMemory.PAGE_BYTES));
        }
        cache.cleanUp();
    }

    /** The page that begins there. */
    ByteBuffer at(long offset) {
        return cache.get((int) (offset / HostMemory.PAGE_BYTES), reader);
    }

    private ByteBuffer read(int page) {
        try {
            return BenchFile.fill(
                    channel, BenchFile.aligned(HostMemory.PAGE_BYTES), (long) page * HostMemory.PAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        channel.close();
        file.close();
    }

    /** With room for a quarter of the file, used for a while. */
    @State(Scope.Benchmark)
    public static class Quarter extends CaffeineFile {
        @Override
        int part() {
            return PagedFile.Quarter.PART;
        }
    }
}

package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A kernel with a file whose store fails and waits as it is told to, and threads for those who are held up by it. */
abstract class FaultyFile {
    /** For what must happen at last. */
    static final long LIMIT_NANOS = 20_000_000_000L;
    /** For what must not happen: thousands of times what the wrong thing takes. */
    private static final long CHANCE_NANOS = 30_000_000;

    @TempDir
    Path directory;

    TestKernel kernel;
    Path path;
    FaultyStore store;
    CachedFile cached;
    OpenFile file;
    ExecutorService other;

    private final int bound;
    private final int pages;

    /**
     * Of a size.
     *
     * @param bound pages that the cache has at most
     * @param pages length of the file
     */
    FaultyFile(int bound, int pages) {
        this.bound = bound;
        this.pages = pages;
    }

    @BeforeEach
    void boot() throws IOException {
        kernel = new TestKernel(directory, bound);
        path = kernel.file("file", pages * PAGE);
        store = new FaultyStore(FileStore.open(path));
        cached = kernel.cache.enter(store, "file", "file", null);
        file = kernel.keep(OpenFile.of(cached, READ_WRITE));
        other = Executors.newCachedThreadPool();
    }

    @AfterEach
    void shutDown() {
        store.gate.countDown();
        other.close();
        kernel.close();
    }

    static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(LIMIT_NANOS);
            Thread.onSpinWait();
        }
    }

    /** Waits until the wrong thing has happened or had its chance. */
    static boolean happens(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > CHANCE_NANOS) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}

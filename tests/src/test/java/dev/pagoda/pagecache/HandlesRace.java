package dev.pagoda.pagecache;

import dev.pagoda.tests.stopped.StoppedRace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file is made writable while a read finds that it cannot go past the host's cache. Watches the CAS of a store's handles: who gives up direct I/O must not bring handles back that are for reading only.
 */
abstract class HandlesRace implements StoppedRace {
    private static final int PAGE_BYTES = 4096;

    private final Path path = Files.createTempFile("handles", null);
    private final Arena arena = Arena.ofShared();
    /** Direct I/O refuses memory that lies like this. */
    private final long askew = arena.allocate(2 * PAGE_BYTES, PAGE_BYTES).address() + 1;

    private final FileStore store;

    /** Open for reading, of a page. */
    HandlesRace() throws IOException {
        Files.write(path, new byte[PAGE_BYTES]);
        store = FileStore.open(path, true, null);
    }

    final void makeWritable() {
        if (store.makeWritable() != 0) {
            throw new AssertionError("the file could not be made writable");
        }
    }

    final void readAskew() throws IOException {
        if (store.read(0, new long[] {askew}, 0, PAGE_BYTES) != PAGE_BYTES) {
            throw new AssertionError("a read was cut short");
        }
    }

    @Override
    public void check() throws IOException {
        MemorySegment page = arena.allocate(PAGE_BYTES, PAGE_BYTES).fill((byte) 'x');
        store.writeAll(0, new long[] {page.address()}, PAGE_BYTES);
        if (Files.readAllBytes(path)[0] != 'x') {
            throw new AssertionError("what was written is not there");
        }
    }

    @Override
    public void close() {
        try {
            store.close();
            Files.delete(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        arena.close();
    }

    /** The read is stopped. */
    static final class WhileRead extends HandlesRace {
        WhileRead() throws IOException {}

        @Override
        public void stopped() throws IOException {
            readAskew();
        }

        @Override
        public void meanwhile() {
            makeWritable();
        }
    }

    /** The other is. */
    static final class WhileMadeWritable extends HandlesRace {
        WhileMadeWritable() throws IOException {}

        @Override
        public void stopped() {
            makeWritable();
        }

        @Override
        public void meanwhile() throws IOException {
            readAskew();
        }
    }
}

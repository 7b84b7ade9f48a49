package dev.pagoda.pagecache;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.View;
import dev.pagoda.tests.stopped.StoppedRace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of a file goes with a hole while a store marks it dirty. Watches the CAS that marks it as leaving: what it takes away was counted. */
final class PunchAgainstStore implements StoppedRace {
    private static final long MEMORY_BYTES = 4 << 20;
    private static final long PAGE = 16;
    private static final int READ_WRITE = 3;

    private final Core core = new Core(MEMORY_BYTES);
    private final PageCache cache = new PageCache(core, MEMORY_BYTES / 2, false);
    private final AddressSpace space = new AddressSpace(core);
    private final View view = space.open("stores");
    private final Path path = Files.createTempFile("punch", null);
    private final CachedFile file;

    /** A clean page that is shown. */
    PunchAgainstStore() throws IOException {
        Files.write(path, new byte[4096]);
        file = cache.open(path);
        file.makeWritable();
        Map.object(
                view, Map.Where.FIXED, PAGE, 1, READ_WRITE, false, new Map.Source(file, file, true, 0, READ_WRITE, 0));
        view.load(PAGE << 12, Long.BYTES);
    }

    @Override
    public void stopped() {
        file.punchPages(0, 1);
    }

    @Override
    public void meanwhile() {
        // The store may wait for the hole.
    }

    @Override
    public void waiting() {
        view.store(PAGE << 12, Long.BYTES, 1);
    }

    @Override
    public void check() {
        int refused = file.sync(0, 1, file);
        if (refused != 0 || cache.dirtyPages() != 0) {
            throw new AssertionError(cache.dirtyPages() + " pages are dirty after a sync, which said " + refused);
        }
    }

    @Override
    public void close() {
        view.close();
        space.destroy();
        file.letGo();
        cache.close();
        core.close();
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.space.Core;

/** A file in memory of a kernel that has no page cache: what Lincheck truncates. */
public final class FileOfMemory {
    private FileOfMemory() {}

    /** A file of so many bytes, held by the caller. */
    public static MemoryFile of(Core core, long bytes) {
        MemoryFile file = new MemoryFile(
                core, new Actors(core), new FrameGuesses(core.frames().total()), "lincheck", 0, true);
        file.truncate(bytes);
        return file;
    }
}

package dev.pagoda.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The yardstick of a hit: the three places in memory that a look-up in software has to read, far apart as they are for ours, and nothing else. A page's entry in a
 * table of the thread's own, a word for it in a table of all pages, and the bytes.
 */
@State(Scope.Thread)
public class ThreeLines {
    private static final int ENTRIES = 4096;
    private static final int ENTRY_BYTES = 32;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private Arena arena;
    private MemorySegment entries;
    private MemorySegment words;
    private MemorySegment bytes;

    /** Makes the tables. */
    @Setup(Level.Trial)
    public void open(HostFile file) {
        arena = Arena.ofShared();
        bytes = file.mapped;
        entries = arena.allocate((long) ENTRIES * ENTRY_BYTES, HostMemory.PAGE_BYTES)
                .fill((byte) 1);
        words = arena.allocate(bytes.byteSize() / HostMemory.PAGE_BYTES * Long.BYTES, HostMemory.PAGE_BYTES)
                .fill((byte) 1);
    }

    /** Reads all three, none of which waits for another. */
    long read(long offset) {
        long page = offset / HostMemory.PAGE_BYTES;
        long entry = (page * MIX >>> 52) * ENTRY_BYTES;
        return entries.get(ValueLayout.JAVA_LONG, entry)
                + words.get(ValueLayout.JAVA_LONG, page * Long.BYTES)
                + bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    /** Gives the tables back. */
    @TearDown(Level.Trial)
    public void close() {
        arena.close();
    }
}

package dev.pagoda.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The host's file beside {@link PagedFile}: whole in the host's cache, open, and mapped. */
@State(Scope.Benchmark)
public class HostFile {
    /** As {@link PagedFile#mebibytes}. */
    @Param("1024")
    public int mebibytes;

    /** The file. */
    BenchFile file;
    /** It, through the host's cache. */
    FileChannel channel;
    /** All of it. */
    MemorySegment mapped;

    private Arena arena;

    /** Makes, opens, maps and touches it. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        file = BenchFile.make(mebibytes);
        channel = file.open();
        arena = Arena.ofShared();
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, file.bytes(), arena);
        mapped.load();
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        arena.close();
        channel.close();
        file.close();
    }

    /** In no cache; neither is it mapped. */
    @State(Scope.Benchmark)
    public static class Cold {
        /** As {@link PagedFile#mebibytes}. */
        @Param("1024")
        public int mebibytes;

        /** The file. */
        BenchFile file;
        /** It, through the host's cache. */
        FileChannel channel;
        /** It, past the host's cache. */
        FileChannel direct;

        /** Makes and opens it. */
        @Setup(Level.Trial)
        public void open() throws IOException {
            file = BenchFile.make(mebibytes);
            channel = file.open();
            direct = file.openDirect();
        }

        /** Removes it. */
        @TearDown(Level.Trial)
        public void close() throws IOException {
            direct.close();
            channel.close();
            file.close();
        }
    }
}

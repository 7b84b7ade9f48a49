package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.scratch.ScratchDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The replay's own directory for stand-ins: flat, sparse, and gone when it is closed. For one thread at a time. */
final class StandIns implements AutoCloseable {
    private final ScratchDirectory directory;

    StandIns() {
        directory = ScratchDirectory.make("pagoda-replay-");
    }

    /** The path of a stand-in, which need not exist. */
    String path(RecordedFile file) {
        return directory.path().resolve("file-" + file.number()).toString();
    }

    String path() {
        return directory.path().toString();
    }

    /** A path at which there never is anything. */
    String absentPath() {
        return directory.path().resolve("absent").toString();
    }

    /** Makes a stand-in as a sparse file. */
    void provide(RecordedFile file, long bytes) throws IOException {
        Path path = Path.of(path(file));
        try (SeekableByteChannel channel = Files.newByteChannel(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            if (bytes > 0) {
                channel.position(bytes - 1);
                channel.write(ByteBuffer.allocate(1));
            }
        }
    }

    /** Removes all stand-ins, for another repetition. */
    void empty() {
        directory.empty();
    }

    @Override
    public void close() {
        directory.close();
    }
}

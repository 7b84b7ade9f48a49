package dev.pagoda.runtime.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The replay's own directory for stand-ins: flat, sparse, and gone when it is closed. For one thread at a time. */
final class ScratchDirectory implements AutoCloseable {
    private final Path directory;
    /** Removes the directory when the user ends the program before the replay has ended. */
    private final Thread atShutdown = new Thread(this::remove, "pagoda-scratch-removal");

    ScratchDirectory() throws IOException {
        directory = Files.createTempDirectory("pagoda-replay-");
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    /** The path of a stand-in, which need not exist. */
    String path(RecordedFile file) {
        return directory.resolve("file-" + file.number()).toString();
    }

    String path() {
        return directory.toString();
    }

    /** A path at which there never is anything. */
    String absentPath() {
        return directory.resolve("absent").toString();
    }

    /** Makes a stand-in as a sparse file. */
    void provide(RecordedFile file, long bytes) throws IOException {
        Path path = Path.of(path(file));
        try (SeekableByteChannel channel = Files.newByteChannel(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            if (bytes > 0) {
                channel.position(bytes - 1);
                channel.write(java.nio.ByteBuffer.allocate(1));
            }
        }
    }

    /** Removes all stand-ins, for another repetition. */
    void empty() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the stand-ins in " + directory + " cannot be removed", e);
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException shuttingDown) {
            // The hook is at it.
            return;
        }
        remove();
    }

    private void remove() {
        empty();
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be removed", e);
        }
    }
}

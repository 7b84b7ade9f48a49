package dev.pagoda.runtime.scratch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A directory that goes with all it holds when it is closed, and also when the user ends the program before.
 *
 * <p>Used by any thread; whoever closes it has seen to it that nobody makes files in it any more. All methods block on the host's file system.
 */
public final class ScratchDirectory implements AutoCloseable {
    /** A directory without a disk behind it, on hosts that have one. */
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    /** Threads that still run while the program is being ended may make a file behind the removal's back. */
    private static final int REMOVALS = 5;

    private final Path path;
    private final Thread atShutdown = new Thread(this::removeAsFarAsPossible, "pagoda-scratch-removal");

    private ScratchDirectory(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    /**
     * Makes one where {@code TMPDIR} says, else in the host's usual place.
     *
     * @param prefix what its name begins with
     * @throws UncheckedIOException if none can be made there
     */
    public static ScratchDirectory make(String prefix) {
        String chosen = System.getenv("TMPDIR");
        return makeIn(
                Path.of(chosen == null || chosen.isEmpty() ? System.getProperty("java.io.tmpdir") : chosen), prefix);
    }

    /**
     * Makes one in the host's memory, for small files that are not worth a disk's time; as {@link #make} where the host has no such place.
     *
     * @param prefix what its name begins with
     * @throws UncheckedIOException if none can be made there
     */
    public static ScratchDirectory makeInMemory(String prefix) {
        return Files.isWritable(IN_MEMORY) ? makeIn(IN_MEMORY, prefix) : make(prefix);
    }

    private static ScratchDirectory makeIn(Path parent, String prefix) {
        try {
            return new ScratchDirectory(Files.createTempDirectory(parent, prefix));
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "no directory for files of this run can be made in " + parent + ", where TMPDIR or the host says",
                    failure);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Removes all files in it, which has no directories in it. */
    public void empty() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the files in " + path + " cannot be removed", failure);
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
        try {
            remove();
        } catch (IOException failure) {
            throw new UncheckedIOException(path + " cannot be removed", failure);
        }
    }

    private void removeAsFarAsPossible() {
        for (int i = 0; i < REMOVALS; i++) {
            try {
                remove();
                return;
            } catch (IOException again) {
                // The last time it stays: the user wants the program to end.
                continue;
            }
        }
    }

    private void remove() throws IOException {
        try {
            Files.walkFileTree(path, new Removal());
        } catch (NoSuchFileException alreadyGone) {
            // By somebody else, who wanted the same.
            return;
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}

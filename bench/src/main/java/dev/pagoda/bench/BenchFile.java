package dev.pagoda.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A file of random bytes for a benchmark, each of whose pages begins with its own number: durable, and in no cache, when it is made; gone when it is
 * closed.
 *
 * <p>It lies in the working directory's {@code target}, or in {@code java.io.tmpdir} where there is none.
 */
public final class BenchFile implements AutoCloseable {
    private static final String PREFIX = "pagoda-bench";
    private static final String SUFFIX = ".pages";
    private static final int PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int PART_BYTES = 1 << 20;
    /** Two files of 1 GiB, and what a file system needs to stay itself. */
    private static final long NEEDED_BYTES = 9L << 28;

    private final Path path;
    private final long bytes;

    private BenchFile(Path path, long bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** Why there can be no files of 1 GiB that are read past the host's cache, in one line that says what to do; empty if there can. */
    public static Optional<String> lack() {
        return lack(directory(), NEEDED_BYTES);
    }

    static Optional<String> lack(Path directory, long neededBytes) {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < neededBytes) {
                return Optional.of(
                        directory + ": has " + (free >> 20) + " MiB free, and a file of the group pagecache needs "
                                + (neededBytes >> 20) + "; make room, or start it where a folder 'target' has more");
            }
            Path path = Files.createTempFile(directory, PREFIX, SUFFIX);
            try {
                openDirect(path).close();
                return Optional.empty();
            } catch (UnsupportedOperationException | IOException e) {
                return Optional.of(
                        directory + ": its file system has no direct I/O, which the group pagecache compares with;"
                                + " start it where a folder 'target' lies on one that has");
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            return Optional.of(directory + ": no file can be made there for the group pagecache;"
                    + " start it where a folder 'target' can be written");
        }
    }

    private static Path directory() {
        Path target = Path.of("target").toAbsolutePath();
        return Files.isDirectory(target) && Files.isWritable(target)
                ? target
                : Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    /** Makes one. */
    static BenchFile make(int mebibytes) throws IOException {
        Path path = Files.createTempFile(directory(), PREFIX, SUFFIX);
        // Should the benchmark fail before it closes the file.
        path.toFile().deleteOnExit();
        long bytes = (long) mebibytes << 20;
        byte[] random = new byte[PART_BYTES];
        new SplittableRandom(mebibytes).nextBytes(random);
        ByteBuffer part = ByteBuffer.allocateDirect(PART_BYTES)
                .order(ByteOrder.nativeOrder())
                .put(random);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += PART_BYTES) {
                for (int offset = 0; offset < PART_BYTES; offset += PAGE_BYTES) {
                    part.putLong(offset, (at + offset) / PAGE_BYTES);
                }
                part.clear();
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true);
        }
        HostFiles.dropCached(path);
        return new BenchFile(path, bytes);
    }

    Path path() {
        return path;
    }

    long bytes() {
        return bytes;
    }

    /** Opens it through the host's cache. */
    FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Opens it past the host's cache. */
    FileChannel openDirect() throws IOException {
        return openDirect(path);
    }

    private static FileChannel openDirect(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, direct());
    }

    /** Found by its name: javac warns of each use of the class, which no annotation can stop, though the JDK exports it. */
    private static OpenOption direct() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("this JDK has no direct I/O", e);
        }
    }

    /** A buffer that may be read into past the host's cache. */
    static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .limit(bytes)
                .slice();
    }

    /** Reads a whole buffer, and makes it ready to be read from. */
    static ByteBuffer fill(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the file ends at " + (offset + buffer.position()) + ", which it should not");
            }
        }
        return buffer.flip();
    }

    /** Throws unless a page begins with its number. */
    static void check(long page, long found) {
        if (found != page) {
            throw new IllegalStateException("page " + page + " begins with " + found);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}

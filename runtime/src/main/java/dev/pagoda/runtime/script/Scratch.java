package dev.pagoda.runtime.script;

import dev.pagoda.runtime.scratch.ScratchDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The scratch directory of one case: made when it is first needed, removed with all it holds at the end.
 *
 * <p>It lies where {@code TMPDIR} says, else in the host's usual place. One thread.
 */
final class Scratch implements AutoCloseable {
    private ScratchDirectory directory;
    private int files;

    /** Where a path of the script leads: relative ones start in the scratch directory. */
    String resolve(String path) throws IOException {
        return path.isEmpty() || path.startsWith("/") ? path : directory() + "/" + path;
    }

    /** Makes a file of patterned pages, see {@link #pattern}. */
    Path makeFile(long lengthBytes) throws IOException {
        Path file = directory().resolve("scratch-file-" + ++files);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long offset = 0; offset < lengthBytes; offset += 4096) {
                out.write(pattern(offset, lengthBytes));
            }
        }
        return file;
    }

    /** The page at an offset of a patterned file: page i is the letter 'a' + i % 26; the last page may be short. */
    static byte[] pattern(long offset, long lengthBytes) {
        byte[] page = new byte[(int) Math.min(4096, lengthBytes - offset)];
        Arrays.fill(page, (byte) ('a' + offset / 4096 % 26));
        return page;
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
            directory = null;
        }
    }

    private Path directory() throws IOException {
        if (directory == null) {
            directory = ScratchDirectory.make("pagoda-");
        }
        return directory.path();
    }
}

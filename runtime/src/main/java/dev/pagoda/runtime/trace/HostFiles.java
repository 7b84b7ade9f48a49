package dev.pagoda.runtime.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What the planner may know of the host's files: the size of those that can be opened instead of a stand-in. */
@FunctionalInterface
interface HostFiles {
    /** Nothing exists: every file of the recording is stood in. */
    HostFiles NONE = path -> -1;

    /** The files of this machine. What the system makes up on reading is left alone. */
    HostFiles THIS_MACHINE = HostFiles::sizeHere;

    /** The size in bytes of a plain, readable file, or -1. */
    long size(String path);

    private static long sizeHere(String path) {
        if (!path.startsWith("/")
                || path.startsWith("/proc/")
                || path.startsWith("/sys/")
                || path.startsWith("/dev/")) {
            return -1;
        }
        try {
            Path file = Path.of(path);
            return Files.isRegularFile(file) && Files.isReadable(file) ? Files.size(file) : -1;
        } catch (IOException | InvalidPathException e) {
            return -1;
        }
    }
}

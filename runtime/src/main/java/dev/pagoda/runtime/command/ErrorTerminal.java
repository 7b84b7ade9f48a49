package dev.pagoda.runtime.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard error as a person sees it: where it is a terminal, progress is shown on one line that is written over and over. */
public final class ErrorTerminal {
    private ErrorTerminal() {}

    /** Whether a person is looking: Java itself only tells of standard input and output. */
    public static boolean isThere() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Shows a line instead of the last one. */
    public static void show(String line) {
        System.err.print("\r\033[K" + line);
        System.err.flush();
    }

    /** Takes the line away. */
    public static void clear() {
        show("");
    }
}

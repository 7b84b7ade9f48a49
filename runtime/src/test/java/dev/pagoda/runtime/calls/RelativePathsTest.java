package dev.pagoda.runtime.calls;

import static dev.pagoda.runtime.calls.Guest.PAGE;
import static dev.pagoda.runtime.calls.Guest.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths that start from the descriptor of a directory; the answers, and which comes first, are Linux's. */
class RelativePathsTest {
    private static final int SIZE = 48;
    private static final int CLOSED = 99;

    @TempDir
    private Path scratch;

    private static long openat(Guest guest, int directory, String name, int flags) {
        return guest.call(Linux.SYS_openat, directory, guest.string(name), flags, 0600);
    }

    private static long stat(Guest guest, int directory, String name) {
        return guest.call(Linux.SYS_newfstatat, directory, guest.string(name), S, 0);
    }

    @Test
    void aPathStartsFromADirectory() throws IOException {
        Files.createDirectories(scratch.resolve("below/deep"));
        Files.writeString(scratch.resolve("below/letters"), "abc");
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20));
                Guest guest = new Guest(kernel, scratch)) {
            String below = scratch.resolve("below").toString();
            for (int flags : new int[] {Linux.O_RDONLY | Linux.O_DIRECTORY, Linux.O_PATH}) {
                int directory = (int) guest.calls.open(below, flags, 0);
                long file = openat(guest, directory, "letters", Linux.O_RDONLY);
                assertThat(guest.calls.fileSize((int) file)).isEqualTo(3);
                int deep = (int) openat(guest, directory, "deep", Linux.O_RDONLY);
                assertThat(openat(guest, deep, "../letters", Linux.O_RDONLY)).isPositive();
                assertThat(openat(guest, deep, "made" + flags, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL))
                        .isPositive();
                assertThat(scratch.resolve("below/deep/made" + flags)).exists();
                assertThat(openat(guest, directory, "none", Linux.O_RDONLY)).isEqualTo(-Errno.ENOENT);
                assertThat(stat(guest, directory, "letters")).isZero();
                assertThat(guest.load(S + SIZE)).isEqualTo(3);
                assertThat(stat(guest, directory, "none")).isEqualTo(-Errno.ENOENT);
            }
        }
    }

    @Test
    void whatIsNoDirectoryIsRefusedWhenThePathNeedsIt() {
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20));
                Guest guest = new Guest(kernel, scratch)) {
            int file = guest.open(Linux.O_RDONLY);
            String absolute = guest.file().toString();
            assertThat(openat(guest, CLOSED, "x", Linux.O_RDONLY)).isEqualTo(-Errno.EBADF);
            assertThat(openat(guest, -1, "x", Linux.O_RDONLY)).isEqualTo(-Errno.EBADF);
            assertThat(openat(guest, file, "x", Linux.O_RDONLY)).isEqualTo(-Errno.ENOTDIR);
            assertThat(openat(guest, CLOSED, "", Linux.O_RDONLY)).isEqualTo(-Errno.ENOENT);
            assertThat(openat(guest, CLOSED, "x", Linux.O_TMPFILE)).isEqualTo(-Errno.EINVAL);
            assertThat(openat(guest, CLOSED, absolute, Linux.O_RDONLY)).isPositive();
            assertThat(stat(guest, CLOSED, "x")).isEqualTo(-Errno.EBADF);
            assertThat(stat(guest, file, "x")).isEqualTo(-Errno.ENOTDIR);
            assertThat(stat(guest, CLOSED, absolute)).isZero();
            assertThat(guest.load(S + SIZE)).isEqualTo(Guest.FILE_PAGES * PAGE);
        }
    }
}

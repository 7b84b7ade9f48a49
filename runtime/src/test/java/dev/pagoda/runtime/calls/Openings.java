package dev.pagoda.runtime.calls;

import static dev.pagoda.runtime.calls.Guest.A;
import static dev.pagoda.runtime.calls.Guest.FREE;
import static dev.pagoda.runtime.calls.Guest.PAGE;
import static dev.pagoda.runtime.calls.Guest.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What each flag of open and each command of fcntl does. */
final class Openings {
    private Openings() {}

    private static long open(Guest guest, String call, Path path, int flags) {
        long name = guest.string(path.toString());
        return call.equals("open")
                ? guest.call(Linux.SYS_open, name, flags, 0600)
                : guest.call(Linux.SYS_openat, Linux.AT_FDCWD, name, flags, 0600);
    }

    private static int opened(Guest guest, String call, Path path, int flags) {
        long descriptor = open(guest, call, path, flags);
        assertThat(descriptor).as(guest.calls.reason()).isNotNegative();
        return (int) descriptor;
    }

    static void check(Guest guest, String call, Flag flag) throws IOException {
        Path file = guest.file();
        Path other = guest.directory.resolve("other");
        int value = flag.value();
        switch (flag.name()) {
            case "O_RDONLY", "O_WRONLY", "O_RDWR" -> {
                int descriptor = opened(guest, call, file, value);
                assertThat(guest.calls.read(descriptor, S, 1)).isEqualTo(value == Linux.O_WRONLY ? -Errno.EBADF : 1);
                assertThat(guest.calls.write(descriptor, A, 1)).isEqualTo(value == Linux.O_RDONLY ? -Errno.EBADF : 1);
            }
            case "O_CREAT" -> {
                assertThat(open(guest, call, other, Linux.O_RDWR)).isEqualTo(-Errno.ENOENT);
                opened(guest, call, other, Linux.O_RDWR | value);
                assertThat(other).exists();
            }
            case "O_EXCL" ->
                assertThat(open(guest, call, file, Linux.O_RDWR | Linux.O_CREAT | value))
                        .isEqualTo(-Errno.EEXIST);
            case "O_TRUNC" ->
                assertThat(guest.calls.fileSize(opened(guest, call, file, Linux.O_RDWR | value)))
                        .isZero();
            case "O_APPEND" -> {
                int descriptor = opened(guest, call, file, Linux.O_RDWR | value);
                assertThat(guest.calls.write(descriptor, A, 8)).isEqualTo(8);
                assertThat(guest.calls.fileSize(descriptor)).isEqualTo(Guest.FILE_PAGES * PAGE + 8);
            }
            case "O_DIRECTORY" -> {
                assertThat(open(guest, call, file, value)).isEqualTo(-Errno.ENOTDIR);
                opened(guest, call, guest.directory, value);
            }
            case "O_NOFOLLOW" -> {
                Files.createSymbolicLink(other, file);
                assertThat(open(guest, call, other, value)).isEqualTo(-Errno.ELOOP);
                opened(guest, call, other, 0);
            }
            case "O_PATH" -> {
                int descriptor = opened(guest, call, file, value);
                assertThat(guest.calls.read(descriptor, S, 1)).isEqualTo(-Errno.EBADF);
                assertThat(guest.calls.mmap(FREE, PAGE, 1, Linux.MAP_PRIVATE, descriptor, 0))
                        .isEqualTo(-Errno.EBADF);
                assertThat(guest.calls.fcntl(descriptor, Linux.F_SETFL, 0)).isEqualTo(-Errno.EBADF);
                assertThat(guest.calls.fstat(descriptor, S)).isZero();
                assertThat(guest.calls.close((int) guest.calls.dup(descriptor))).isZero();
            }
            case "O_TMPFILE" -> {
                assertThat(open(guest, call, guest.directory, value)).isEqualTo(-Errno.EINVAL);
                assertThat(open(guest, call, file, value | Linux.O_RDWR)).isEqualTo(-Errno.ENOTDIR);
                int descriptor = opened(guest, call, guest.directory, value | Linux.O_RDWR);
                assertThat(guest.calls.write(descriptor, A, 8)).isEqualTo(8);
                assertThat(guest.calls.fsync(descriptor)).isZero();
                assertThat(guest.directory).isDirectoryNotContaining(path -> !path.equals(file));
            }
            case "O_DSYNC", "O_SYNC" -> {
                int descriptor = opened(guest, call, file, Linux.O_RDWR | value);
                assertThat(guest.calls.pwrite64(descriptor, A, 1, 5)).isEqualTo(1);
                assertThat(Files.readAllBytes(file)[5]).as("the host has it").isEqualTo((byte) 1);
            }
            case "O_CLOEXEC" -> {
                int descriptor = opened(guest, call, file, value);
                assertThat(guest.calls.fcntl(descriptor, Linux.F_GETFD, 0)).isEqualTo(Linux.FD_CLOEXEC);
            }
            default -> throw new AssertionError("there is no case for " + flag.name());
        }
    }

    static void fcntl(Guest guest, Flag flag) {
        int file = guest.open(Linux.O_RDWR);
        int value = flag.value();
        switch (flag.name()) {
            case "F_DUPFD", "F_DUPFD_CLOEXEC" -> {
                assertThat(guest.calls.fcntl(file, value, 30)).isEqualTo(30);
                assertThat(guest.calls.fcntl(file, value, 30)).isEqualTo(31);
                assertThat(guest.calls.fcntl(31, Linux.F_GETFD, 0))
                        .isEqualTo(value == Linux.F_DUPFD ? 0 : Linux.FD_CLOEXEC);
                assertThat(guest.calls.fcntl(file, value, -1)).isEqualTo(-Errno.EINVAL);
            }
            case "F_GETFD", "F_SETFD" -> {
                assertThat(guest.calls.fcntl(file, Linux.F_GETFD, 0)).isZero();
                assertThat(guest.calls.fcntl(file, Linux.F_SETFD, Linux.FD_CLOEXEC))
                        .isZero();
                assertThat(guest.calls.fcntl(file, Linux.F_GETFD, 0)).isEqualTo(Linux.FD_CLOEXEC);
            }
            case "F_GETFL", "F_SETFL" -> {
                assertThat(guest.calls.fcntl(file, Linux.F_GETFL, 0)).isEqualTo(Linux.O_RDWR | Linux.O_LARGEFILE);
                int all = Linux.O_APPEND | Linux.O_DSYNC | Linux.O_WRONLY;
                assertThat(guest.calls.fcntl(file, Linux.F_SETFL, all)).isZero();
                assertThat(guest.calls.fcntl(file, Linux.F_GETFL, 0))
                        .isEqualTo(Linux.O_RDWR | Linux.O_LARGEFILE | Linux.O_APPEND);
                assertThat(guest.calls.pwrite64(file, A, 8, 0)).isEqualTo(8);
                assertThat(guest.calls.fileSize(file)).isEqualTo(Guest.FILE_PAGES * PAGE + 8);
            }
            case "F_ADD_SEALS", "F_GET_SEALS" -> {
                assertThat(guest.calls.fcntl(file, value, 1)).isEqualTo(-Errno.EINVAL);
                int memory = guest.memfd(Linux.MFD_ALLOW_SEALING);
                assertThat(guest.calls.fcntl(memory, Linux.F_ADD_SEALS, Linux.F_SEAL_GROW))
                        .isZero();
                assertThat(guest.calls.fcntl(memory, Linux.F_GET_SEALS, 0)).isEqualTo(Linux.F_SEAL_GROW);
            }
            default -> throw new AssertionError("there is no case for " + flag.name());
        }
    }
}

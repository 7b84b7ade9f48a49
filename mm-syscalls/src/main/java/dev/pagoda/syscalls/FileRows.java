package dev.pagoda.syscalls;

import static dev.pagoda.syscalls.CallArgument.bytes;
import static dev.pagoda.syscalls.CallArgument.descriptor;
import static dev.pagoda.syscalls.CallArgument.flags;
import static dev.pagoda.syscalls.CallArgument.path;
import static dev.pagoda.syscalls.CallError.of;

import java.util.List;

/** The rows of the table of calls about descriptors and files. */
final class FileRows {
    private static final CallError NOT_OPEN = of(Errno.EBADF, "the descriptor is not open");
    private static final CallError NO_MORE = of(Errno.EMFILE, "all descriptors are in use");
    private static final CallError DIRECTORY = of(Errno.EISDIR, "the descriptor is a directory");
    private static final CallArgument BUFFER = CallArgument.of("buf", "address");

    private FileRows() {}

    static void addTo(CallTable.Builder table) {
        descriptors(table);
        transfers(table);
        wholeFiles(table);
    }

    private static void descriptors(CallTable.Builder table) {
        CallArgument flags = flags("flags", CallFlags.ACCESS_MODES, CallFlags.OPEN);
        CallArgument mode = CallArgument.of("mode", "permissions").ifNeeded();
        CallError[] openErrors = {
            of(Errno.EFAULT, "the path is not in readable memory"),
            of(Errno.ENAMETOOLONG, "the path has 4,096 bytes or more"),
            of(Errno.ENOENT, "there is no such file, or the path is empty"),
            of(Errno.EEXIST, "O_CREAT with O_EXCL, and there is one"),
            of(Errno.ELOOP, "O_NOFOLLOW of a symbolic link"),
            of(
                    Errno.ENOTDIR,
                    "O_DIRECTORY or O_TMPFILE of something else, or a path that starts from or leads through it"),
            of(Errno.EISDIR, "a directory is to be written"),
            of(Errno.EINVAL, "O_TMPFILE without writing"),
            of(Errno.EACCES, "the host does not let the file be opened like that"),
            NO_MORE
        };
        table.group(CallGroup.DESCRIPTORS);
        table.call(
                Linux.SYS_open,
                "opens a file of the host; relative paths start from the process's directory",
                List.of(path("pathname"), flags, mode),
                openErrors);
        table.call(
                Linux.SYS_openat,
                "the same; relative paths start from a directory, which is looked for where it was when it was opened",
                List.of(
                        CallArgument.of("dirfd", "AT_FDCWD, or the descriptor of a directory"),
                        path("pathname"),
                        flags,
                        mode),
                concat(openErrors, of(Errno.EBADF, "a relative path, and the descriptor is not open")));
        table.call(
                Linux.SYS_memfd_create,
                "makes a nameless file in memory",
                List.of(path("name"), flags("flags", CallFlags.MEMFD)),
                of(Errno.EINVAL, "an unknown flag, MFD_EXEC with MFD_NOEXEC_SEAL, or a name of 250 bytes and more"),
                of(Errno.ENODEV, "MFD_HUGETLB with a size that no page has"),
                of(Errno.ENOMEM, "MFD_HUGETLB"),
                of(Errno.EFAULT, "the name is not in readable memory"),
                NO_MORE);
        table.call(
                Linux.SYS_close,
                "closes a descriptor",
                List.of(descriptor("fd")),
                NOT_OPEN,
                of(Errno.EIO, "something written to the file was not kept; the descriptor is closed all the same"));
        table.call(
                Linux.SYS_dup, "duplicates to the lowest free number", List.of(descriptor("oldfd")), NOT_OPEN, NO_MORE);
        table.call(
                Linux.SYS_dup2,
                "duplicates to a number, closing what it was",
                List.of(descriptor("oldfd"), descriptor("newfd")),
                of(Errno.EBADF, "the descriptor is not open, or the other beyond the last"));
        table.call(
                Linux.SYS_dup3,
                "the same, with flags, of different numbers",
                List.of(descriptor("oldfd"), descriptor("newfd"), flags("flags", CallFlags.DUP3)),
                of(Errno.EINVAL, "an unknown flag, or equal numbers"),
                of(Errno.EBADF, "the descriptor is not open, or the other beyond the last"));
        table.call(
                Linux.SYS_fcntl,
                "duplicates, flags and seals",
                List.of(
                        descriptor("fd"),
                        flags("cmd", CallFlags.FCNTL),
                        flags("arg", CallFlags.SEALS).ifNeeded()),
                List.of(
                        "fcntl(fd, cmd = F_ADD_SEALS, arg = <seals>);",
                        "fcntl(fd, cmd = F_DUPFD | F_DUPFD_CLOEXEC | F_GETFD | F_SETFD | F_GETFL | F_SETFL | F_GET_SEALS, ..);"),
                NOT_OPEN,
                of(Errno.EINVAL, "an unknown command or seal, or seals of what is no file of memfd_create"),
                of(Errno.EPERM, "the seals are sealed, or the descriptor is not open for writing"),
                of(Errno.EBUSY, "F_SEAL_WRITE while a shared map may write"),
                NO_MORE);
    }

    private static void transfers(CallTable.Builder table) {
        CallError fault = of(Errno.EFAULT, "the memory leaves user space, or its first byte cannot be accessed");
        CallError reading = of(Errno.EBADF, "the descriptor is not open for reading");
        CallError writing = of(Errno.EBADF, "the descriptor is not open for writing");
        CallError sealed = of(Errno.EPERM, "the file is sealed against writing");
        CallError size = of(Errno.EFBIG, "beyond the largest file");
        CallError device = of(Errno.EIO, "the device refused");
        CallError negative = of(Errno.EINVAL, "the offset is negative, or the range ends behind the last one there is");
        CallError process = of(Errno.EINVAL, "the descriptor is a process");
        CallError memory = of(Errno.ENOMEM, "no memory is left for its pages");
        CallArgument ranges = CallArgument.of("iov", "address of ranges");
        CallArgument count = CallArgument.of("iovcnt", "number of ranges");
        CallError vector = of(Errno.EINVAL, "too many ranges, or a negative length");
        CallError unreadable = of(Errno.EFAULT, "the ranges are not in readable memory, or leave user space");
        table.group(CallGroup.FILES);
        table.call(
                Linux.SYS_read,
                "reads at the position; returns the bytes",
                List.of(descriptor("fd"), BUFFER, bytes("count")),
                reading,
                process,
                DIRECTORY,
                fault,
                memory,
                device);
        table.call(
                Linux.SYS_write,
                "writes at the position; returns the bytes",
                List.of(descriptor("fd"), BUFFER, bytes("count")),
                writing,
                process,
                fault,
                sealed,
                size,
                memory,
                device,
                of(Errno.ENOSPC, "the host has no room"));
        table.call(
                Linux.SYS_pread64,
                "reads at an offset; returns the bytes",
                List.of(descriptor("fd"), BUFFER, bytes("count"), bytes("offset")),
                negative,
                reading,
                process,
                DIRECTORY,
                fault,
                memory,
                device);
        table.call(
                Linux.SYS_pwrite64,
                "writes at an offset; returns the bytes",
                List.of(descriptor("fd"), BUFFER, bytes("count"), bytes("offset")),
                negative,
                writing,
                process,
                fault,
                sealed,
                size,
                memory,
                device,
                of(Errno.ENOSPC, "the host has no room"));
        table.call(
                Linux.SYS_readv,
                "reads at the position into up to 1,024 ranges; returns the bytes",
                List.of(descriptor("fd"), ranges, count),
                reading,
                process,
                vector,
                unreadable,
                DIRECTORY,
                fault,
                memory,
                device);
        table.call(
                Linux.SYS_writev,
                "writes up to 1,024 ranges at the position, as one write; returns the bytes",
                List.of(descriptor("fd"), ranges, count),
                writing,
                process,
                vector,
                unreadable,
                fault,
                sealed,
                size,
                memory,
                device,
                of(Errno.ENOSPC, "the host has no room"));
        table.call(
                Linux.SYS_preadv,
                "reads at an offset into up to 1,024 ranges; returns the bytes",
                List.of(descriptor("fd"), ranges, count, bytes("offset")),
                negative,
                reading,
                process,
                vector,
                unreadable,
                DIRECTORY,
                fault,
                memory,
                device);
        table.call(
                Linux.SYS_pwritev,
                "writes up to 1,024 ranges at an offset, as one write; returns the bytes",
                List.of(descriptor("fd"), ranges, count, bytes("offset")),
                negative,
                writing,
                process,
                vector,
                unreadable,
                fault,
                sealed,
                size,
                memory,
                device,
                of(Errno.ENOSPC, "the host has no room"));
        table.call(
                Linux.SYS_lseek,
                "moves the position; returns it",
                List.of(descriptor("fd"), bytes("offset"), flags("whence", CallFlags.WHENCE)),
                NOT_OPEN,
                of(Errno.EINVAL, "no such origin, or a negative position"),
                of(Errno.ENXIO, "SEEK_DATA or SEEK_HOLE at or behind the end"),
                of(Errno.ESPIPE, "the descriptor is a process"));
    }

    private static void wholeFiles(CallTable.Builder table) {
        CallError device = of(Errno.EIO, "the device refused; told once to each open file");
        CallError process = of(Errno.EINVAL, "the descriptor is a process");
        table.call(
                Linux.SYS_fstat,
                "type, size and blocks of what is open",
                List.of(descriptor("fd"), CallArgument.of("statbuf", "address of 144 bytes")),
                NOT_OPEN,
                of(Errno.EFAULT, "the buffer cannot be written"));
        table.call(
                Linux.SYS_newfstatat,
                "the same, of a path or a descriptor",
                List.of(
                        CallArgument.of("dirfd", "AT_FDCWD, or the descriptor of a directory; any with an empty path"),
                        path("pathname"),
                        CallArgument.of("statbuf", "address of 144 bytes"),
                        flags("flags", CallFlags.STAT_AT)),
                of(Errno.EBADF, "a relative path, or an empty one with AT_EMPTY_PATH, and the descriptor is not open"),
                of(Errno.EFAULT, "the path is not in readable memory, or the buffer cannot be written"),
                of(Errno.ENAMETOOLONG, "the path has 4,096 bytes or more"),
                of(Errno.EINVAL, "an unknown flag with a path"),
                of(Errno.ENOENT, "there is no such file, or the path is empty"),
                of(Errno.ENOTDIR, "a part of the path is not a directory"),
                of(Errno.EACCES, "the host does not tell about it"));
        table.call(
                Linux.SYS_ftruncate,
                "cuts a file or makes it longer",
                List.of(descriptor("fd"), bytes("length")),
                of(Errno.EINVAL, "the length is negative"),
                NOT_OPEN,
                of(Errno.EOPNOTSUPP, "the descriptor is a process"),
                of(Errno.EINVAL, "the descriptor is not open for writing, or no file"),
                of(Errno.EPERM, "a seal forbids it"),
                of(Errno.EFBIG, "beyond the largest file"),
                of(Errno.EIO, "the device refused"));
        table.call(
                Linux.SYS_fallocate,
                "reserves room, or punches a hole",
                List.of(descriptor("fd"), flags("mode", CallFlags.FALLOCATE), bytes("offset"), bytes("len")),
                List.of(
                        "fallocate(fd, mode = FALLOC_FL_KEEP_SIZE, offset, len);",
                        "fallocate(fd, mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, len);"),
                NOT_OPEN,
                of(Errno.EINVAL, "a negative offset, or a length that is not positive"),
                of(Errno.EOPNOTSUPP, "modes that contradict each other"),
                of(Errno.EBADF, "the descriptor is not open for writing"),
                of(Errno.EOPNOTSUPP, "another mode than 0, KEEP_SIZE, and PUNCH_HOLE with KEEP_SIZE; a process"),
                of(Errno.EPERM, "a seal forbids it"),
                of(Errno.EFBIG, "beyond the largest file"),
                of(Errno.ENOSPC, "there is no room"));
        table.call(
                Linux.SYS_fsync,
                "returns when the device has the file and its size",
                List.of(descriptor("fd")),
                NOT_OPEN,
                device,
                process);
        table.call(
                Linux.SYS_fdatasync,
                "returns when the device has the file's content",
                List.of(descriptor("fd")),
                NOT_OPEN,
                device,
                process);
        table.call(
                Linux.SYS_sync_file_range,
                "writes a range, without having the device keep it; a length of zero is up to the end",
                List.of(descriptor("fd"), bytes("offset"), bytes("nbytes"), flags("flags", CallFlags.SYNC_RANGE)),
                NOT_OPEN,
                of(Errno.EINVAL, "an unknown flag, or a range that is negative or wraps"),
                device);
        table.call(
                Linux.SYS_fadvise64,
                "says how a range of a file will be used; a length of zero is up to the end",
                List.of(descriptor("fd"), bytes("offset"), bytes("len"), flags("advice", CallFlags.FILE_ADVICE)),
                NOT_OPEN,
                of(Errno.EINVAL, "a negative length, or no such advice"));
        table.call(
                Linux.SYS_readahead,
                "reads a range in advance",
                List.of(descriptor("fd"), bytes("offset"), bytes("count")),
                of(Errno.EBADF, "the descriptor is not open for reading"),
                of(Errno.EINVAL, "the descriptor is no file"));
    }

    private static CallError[] concat(CallError[] errors, CallError last) {
        CallError[] all = java.util.Arrays.copyOf(errors, errors.length + 1);
        all[errors.length] = last;
        return all;
    }
}

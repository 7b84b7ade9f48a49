package dev.pagoda.syscalls;

import dev.pagoda.pagecache.OpenFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The calls on descriptors: open(2), memfd_create(2), close(2), dup(2), dup2(2), dup3(2). */
final class OpenCalls {
    private static final int MEMFD_FLAGS = CallFlags.MEMFD.taken();
    private static final int DUP3_FLAGS = CallFlags.DUP3.taken();
    /** All other bits are dropped, and F_GETFL does not tell them (VALID_OPEN_FLAGS of Linux's fs/open.c, build_open_how). */
    private static final int OPEN_FLAGS = CallFlags.OPEN.taken() | Linux.O_ACCMODE;
    /** The only flags that O_PATH leaves (O_PATH_FLAGS of Linux's fs/open.c). */
    private static final int WITH_PATH = Linux.O_PATH | Linux.O_DIRECTORY | Linux.O_NOFOLLOW | Linux.O_CLOEXEC;
    /** O_SYNC without O_DSYNC, which it implies. */
    private static final int SYNC_ALONE = Linux.O_SYNC & ~Linux.O_DSYNC;
    /** Refused together (build_open_flags of Linux's fs/open.c). */
    private static final int MAKES_DIRECTORY = Linux.O_DIRECTORY | Linux.O_CREAT;
    /** O_TMPFILE without O_DIRECTORY, which has to come with it. */
    private static final int TMPFILE_ALONE = Linux.O_TMPFILE & ~Linux.O_DIRECTORY;

    /** Longest name of a memory file, as Linux's MFD_NAME_MAX_LEN. */
    static final int MEMFD_NAME_MAX = 249;

    private OpenCalls() {}

    /** openat(2); open(2) starts from AT_FDCWD. */
    static long open(ThreadCalls caller, int directory, String name, int asked, int mode) {
        int flags = meant(asked);
        boolean nameless = (flags & TMPFILE_ALONE) != 0;
        if ((flags & MAKES_DIRECTORY) == MAKES_DIRECTORY) {
            return caller.refuse(Errno.EINVAL, "open does not make directories");
        }
        if (nameless && (flags & Linux.O_DIRECTORY) == 0) {
            return caller.refuse(Errno.EINVAL, "a nameless file is asked for without O_DIRECTORY");
        }
        if (nameless && (flags & Linux.O_ACCMODE) == Linux.O_RDONLY) {
            return caller.refuse(Errno.EINVAL, "a nameless file that cannot be written is of no use");
        }
        if (name.isEmpty()) {
            return caller.refuse(Errno.ENOENT, "the name is empty");
        }
        Path start = start(caller, directory, name);
        if (start == null) {
            return noStart(caller, directory);
        }
        Path path;
        try {
            path = start.resolve(name);
        } catch (InvalidPathException e) {
            return caller.refuse(Errno.ENOENT, "the name cannot be a path on this host");
        }
        if ((flags & Linux.O_NOFOLLOW) != 0 && Files.isSymbolicLink(path)) {
            return caller.refuse(Errno.ELOOP, "it is a symbolic link");
        }
        if (Files.isDirectory(path)) {
            return nameless ? openNameless(caller, path, flags, mode) : openDirectory(caller, path, flags);
        }
        if ((flags & Linux.O_DIRECTORY) != 0) {
            return Files.exists(path)
                    ? caller.refuse(Errno.ENOTDIR, "it is not a directory")
                    : caller.refuse(Errno.ENOENT, "there is no such directory");
        }
        boolean pathOnly = (flags & Linux.O_PATH) != 0;
        int opened = pathOnly ? Linux.O_RDONLY : flags;
        boolean zero = !pathOnly && ZeroDevice.isAt(path);
        return opened(caller, OpenFile.open(caller.process().cache(), path, opened, mode), zero, flags);
    }

    /** What is left of the flags, and what they imply. */
    private static int meant(int asked) {
        if ((asked & Linux.O_PATH) != 0) {
            return asked & WITH_PATH;
        }
        // Who wants the size with the device as well wants the content (build_open_flags).
        int implied = (asked & SYNC_ALONE) != 0 ? Linux.O_SYNC : 0;
        return asked & OPEN_FLAGS | implied | Linux.O_LARGEFILE;
    }

    /** Where a name starts from: the root or the process's directory, or where the directory of a descriptor was when it was opened; null if that is none. */
    static Path start(ThreadCalls caller, int directory, String name) {
        if (directory == Linux.AT_FDCWD || name.startsWith("/")) {
            return caller.process().directory();
        }
        Description description = caller.process().descriptors().getAny(directory);
        return description == null ? null : description.path();
    }

    /** Why there was no {@link #start}. */
    static long noStart(ThreadCalls caller, int directory) {
        return caller.process().descriptors().getAny(directory) == null
                ? notOpen(caller)
                : caller.refuse(Errno.ENOTDIR, "the descriptor is not a directory");
    }

    private static long openNameless(ThreadCalls caller, Path directory, int flags, int mode) {
        return opened(caller, OpenFile.nameless(caller.process().cache(), directory, flags, mode), false, flags);
    }

    private static long openDirectory(ThreadCalls caller, Path path, int flags) {
        boolean reads = (flags & (Linux.O_ACCMODE | Linux.O_CREAT)) == Linux.O_RDONLY;
        return reads
                ? add(caller, Description.directory(path.toAbsolutePath(), flags), closesByExec(flags))
                : caller.refuse(Errno.EISDIR, "a directory cannot be opened for writing");
    }

    private static long opened(ThreadCalls caller, OpenFile.Opening opening, boolean zero, int flags) {
        if (opening.errno() != 0) {
            return caller.refuse(opening.errno(), opening.reason());
        }
        Description description =
                zero ? Description.zero(opening.file(), flags) : Description.of(opening.file(), flags);
        return add(caller, description, closesByExec(flags));
    }

    private static boolean closesByExec(int flags) {
        return (flags & Linux.O_CLOEXEC) != 0;
    }

    /** What Linux looks at before it reads the name (sanitize_flags of mm/memfd.c); 0 if all is well. */
    static long checkMemfdFlags(ThreadCalls caller, int flags) {
        boolean huge = (flags & Linux.MFD_HUGETLB) != 0;
        int sizes = huge ? Linux.MAP_HUGE_MASK << Linux.MAP_HUGE_SHIFT : 0;
        if ((flags & ~(MEMFD_FLAGS | Linux.MFD_HUGETLB | sizes)) != 0) {
            return caller.refuse(Errno.EINVAL, "there is no such flag");
        }
        boolean both = (flags & Linux.MFD_EXEC) != 0 && (flags & Linux.MFD_NOEXEC_SEAL) != 0;
        return both ? caller.refuse(Errno.EINVAL, "MFD_EXEC and MFD_NOEXEC_SEAL contradict each other") : 0;
    }

    static long memfdNameTooLong(ThreadCalls caller) {
        return caller.refuse(Errno.EINVAL, "the name has more than " + MEMFD_NAME_MAX + " bytes");
    }

    static long memfdCreate(ThreadCalls caller, String name, int flags) {
        long refused = checkMemfdFlags(caller, flags);
        if (refused != 0) {
            return refused;
        }
        if (name.length() > MEMFD_NAME_MAX) {
            return memfdNameTooLong(caller);
        }
        if ((flags & Linux.MFD_HUGETLB) != 0) {
            return HugeTlbRules.level(flags) == HugeTlbRules.NO_SUCH_SIZE
                    ? caller.refuse(Errno.ENODEV, "there is no huge page of that size")
                    : caller.refuse(Errno.ENOMEM, "no huge pages are set aside for files");
        }
        OpenFile file = (flags & Linux.MFD_NOEXEC_SEAL) != 0
                ? OpenFile.inMemoryNotExecutable(caller.process().cache(), name)
                : OpenFile.inMemory(caller.process().cache(), name, (flags & Linux.MFD_ALLOW_SEALING) != 0);
        return add(caller, Description.of(file, Linux.O_RDWR | Linux.O_LARGEFILE), (flags & Linux.MFD_CLOEXEC) != 0);
    }

    static long close(ThreadCalls caller, int descriptor) {
        long result = caller.process().descriptors().close(descriptor);
        if (result == -Errno.EBADF) {
            return notOpen(caller);
        }
        return result == 0
                ? 0
                : caller.refuse((int) -result, "the descriptor is closed; something written to its file was not kept");
    }

    static long dup(ThreadCalls caller, int descriptor, int least, boolean closedByExec) {
        Description description = caller.process().descriptors().getAny(descriptor);
        if (description == null || !description.addDescriptor()) {
            return notOpen(caller);
        }
        return add(caller, description, least, closedByExec);
    }

    static long dup2(ThreadCalls caller, int descriptor, int target) {
        if (descriptor != target) {
            return replace(caller, descriptor, target, false);
        }
        return caller.process().descriptors().getAny(descriptor) == null ? notOpen(caller) : target;
    }

    static long dup3(ThreadCalls caller, int descriptor, int target, int flags) {
        if ((flags & ~DUP3_FLAGS) != 0 || descriptor == target) {
            return caller.refuse(Errno.EINVAL, "there is no such flag, or the numbers are equal");
        }
        return replace(caller, descriptor, target, closesByExec(flags));
    }

    private static long replace(ThreadCalls caller, int descriptor, int target, boolean closedByExec) {
        Description description = caller.process().descriptors().getAny(descriptor);
        if (description == null || target < 0 || target >= Descriptors.LIMIT || !description.addDescriptor()) {
            return notOpen(caller);
        }
        caller.process().descriptors().put(target, description, closedByExec);
        return target;
    }

    /** Gives a description the lowest free number. */
    static long add(ThreadCalls caller, Description description, boolean closedByExec) {
        return add(caller, description, 0, closedByExec);
    }

    private static long add(ThreadCalls caller, Description description, int least, boolean closedByExec) {
        int number = caller.process().descriptors().add(description, least, closedByExec);
        if (number < 0) {
            description.removeDescriptor();
            return caller.refuse(Errno.EMFILE, "all " + Descriptors.LIMIT + " descriptors are in use");
        }
        return number;
    }

    static long notOpen(ThreadCalls caller) {
        return caller.refuse(Errno.EBADF, "the descriptor is not open");
    }
}

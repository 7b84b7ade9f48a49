package dev.pagoda.syscalls;

import dev.pagoda.pagecache.MemoryFile;
import dev.pagoda.pagecache.OpenFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The calls on descriptors: open(2), memfd_create(2), close(2), dup(2), dup2(2), fcntl(2). */
final class OpenCalls {
    private static final int MEMFD_FLAGS = Linux.MFD_CLOEXEC | Linux.MFD_ALLOW_SEALING | Linux.MFD_NOEXEC_SEAL;
    /** Longest name of a memory file, as Linux's MFD_NAME_MAX_LEN. */
    private static final int MEMFD_NAME_MAX = 249;

    private OpenCalls() {}

    static long open(ThreadCalls caller, String name, int flags, int mode) {
        Path path;
        try {
            path = caller.process().directory().resolve(name);
        } catch (InvalidPathException e) {
            return caller.refuse(Errno.ENOENT, "the name cannot be a path on this host");
        }
        if (name.isEmpty()) {
            return caller.refuse(Errno.ENOENT, "the name is empty");
        }
        if (Files.isDirectory(path)) {
            boolean reads = (flags & (Linux.O_ACCMODE | Linux.O_CREAT)) == Linux.O_RDONLY;
            return reads
                    ? add(caller, Description.directory())
                    : caller.refuse(Errno.EISDIR, "a directory cannot be opened for writing");
        }
        if ((flags & Linux.O_DIRECTORY) != 0) {
            return Files.exists(path)
                    ? caller.refuse(Errno.ENOTDIR, "it is not a directory")
                    : caller.refuse(Errno.ENOENT, "there is no such directory");
        }
        OpenFile.Opening opening = OpenFile.open(caller.process().cache(), path, flags, mode);
        if (opening.errno() != 0) {
            return caller.refuse(opening.errno(), opening.reason());
        }
        return add(caller, Description.of(opening.file()));
    }

    static long memfdCreate(ThreadCalls caller, String name, int flags) {
        if ((flags & Linux.MFD_HUGETLB) != 0) {
            return caller.refuse(Errno.ENOMEM, "no huge pages are set aside");
        }
        if ((flags & ~MEMFD_FLAGS) != 0 || name.length() > MEMFD_NAME_MAX) {
            return caller.refuse(Errno.EINVAL, "there is no such flag, or the name is too long");
        }
        boolean sealable = (flags & Linux.MFD_ALLOW_SEALING) != 0;
        return add(caller, Description.of(OpenFile.inMemory(caller.process().cache(), name, sealable)));
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

    static long dup(ThreadCalls caller, int descriptor) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null || !description.holdUnlessGone()) {
            return notOpen(caller);
        }
        return add(caller, description);
    }

    static long dup2(ThreadCalls caller, int descriptor, int target) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null || target < 0 || target >= Descriptors.LIMIT) {
            return notOpen(caller);
        }
        if (target != descriptor) {
            if (!description.holdUnlessGone()) {
                return notOpen(caller);
            }
            caller.process().descriptors().put(target, description);
        }
        return target;
    }

    /** fcntl(2): duplicating, and the seals of files in memory. */
    static long fcntl(ThreadCalls caller, int descriptor, int command, long argument) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        return switch (command) {
            case Linux.F_ADD_SEALS -> addSeals(caller, description.file(), (int) argument);
            case Linux.F_GET_SEALS ->
                description.file() != null && description.file().object() instanceof MemoryFile memory
                        ? memory.seals()
                        : caller.refuse(Errno.EINVAL, "only a file in memory has seals");
            default -> caller.refuse(Errno.EINVAL, "this kernel does not have command " + command + " of fcntl");
        };
    }

    private static long addSeals(ThreadCalls caller, OpenFile file, int seals) {
        if (file != null && !file.isWritable()) {
            return caller.refuse(Errno.EPERM, "the descriptor is not open for writing");
        }
        if (file == null || !(file.object() instanceof MemoryFile memory)) {
            return caller.refuse(Errno.EINVAL, "only a file in memory has seals");
        }
        long refused = memory.addSeals(seals);
        return refused == 0
                ? 0
                : caller.refuse(
                        (int) -refused, "there is no such seal, the seals are sealed, or a writable map exists");
    }

    static long add(ThreadCalls caller, Description description) {
        int number = caller.process().descriptors().add(description);
        if (number < 0) {
            description.letGo();
            return caller.refuse(Errno.EMFILE, "all " + Descriptors.LIMIT + " descriptors are in use");
        }
        return number;
    }

    private static long notOpen(ThreadCalls caller) {
        return caller.refuse(Errno.EBADF, "the descriptor is not open");
    }
}

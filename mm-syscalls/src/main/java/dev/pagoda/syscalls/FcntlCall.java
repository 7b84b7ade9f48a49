package dev.pagoda.syscalls;

import dev.pagoda.pagecache.MemoryFile;
import dev.pagoda.pagecache.OpenFile;

/** fcntl(2): duplicating, flags of the number and of the open file, and the seals of files in memory. */
final class FcntlCall {
    private FcntlCall() {}

    static long run(ThreadCalls caller, int descriptor, int command, long argument) {
        Descriptors descriptors = caller.process().descriptors();
        Description description = descriptors.getAny(descriptor);
        if (description == null || description.isPath() && !allowsPath(command)) {
            return OpenCalls.notOpen(caller);
        }
        return switch (command) {
            case Linux.F_DUPFD, Linux.F_DUPFD_CLOEXEC ->
                argument < 0 || argument >= Descriptors.LIMIT
                        ? caller.refuse(Errno.EINVAL, "the least number is beyond the last")
                        : OpenCalls.dup(caller, descriptor, (int) argument, command == Linux.F_DUPFD_CLOEXEC);
            case Linux.F_GETFD -> descriptors.isClosedByExec(descriptor) ? Linux.FD_CLOEXEC : 0;
            case Linux.F_SETFD -> {
                descriptors.closeByExec(descriptor, (argument & Linux.FD_CLOEXEC) != 0);
                yield 0;
            }
            case Linux.F_GETFL -> description.flags();
            case Linux.F_SETFL -> {
                description.changeFlags((int) argument);
                yield 0;
            }
            case Linux.F_ADD_SEALS -> addSeals(caller, description, (int) argument);
            case Linux.F_GET_SEALS ->
                description.file() != null && description.file().object() instanceof MemoryFile memory
                        ? memory.seals()
                        : caller.refuse(Errno.EINVAL, "only a file in memory has seals");
            default -> caller.refuse(Errno.EINVAL, "this kernel does not have command " + command + " of fcntl");
        };
    }

    /** check_fcntl_cmd of Linux's fs/fcntl.c. */
    private static boolean allowsPath(int command) {
        return switch (command) {
            case Linux.F_DUPFD, Linux.F_DUPFD_CLOEXEC, Linux.F_GETFD, Linux.F_SETFD, Linux.F_GETFL -> true;
            default -> false;
        };
    }

    private static long addSeals(ThreadCalls caller, Description description, int seals) {
        OpenFile file = description.file();
        if (file == null ? description.isDirectory() : !file.isWritable()) {
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
}

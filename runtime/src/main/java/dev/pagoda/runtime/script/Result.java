package dev.pagoda.runtime.script;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.syscalls.Errno;

/** What a line gave. */
sealed interface Result {
    /** An unsigned 64-bit word. */
    record Word(long value) implements Result {}

    /** A string of bytes. */
    record Text(byte[] bytes) implements Result {}

    /** A call that failed, with the kernel's reason, which may be empty. */
    record Failure(int errno, String reason) implements Result {
        /** As strace prints it. */
        String text() {
            return "-1 " + Errno.name(errno) + " (" + Errno.message(errno) + ")";
        }
    }

    /** An access that memory refused. */
    record Fault(MemoryFault fault) implements Result {}

    /** A process that ended: there is nobody left to give a value to. */
    record Ended() implements Result {}

    /** A line that was not run. */
    record Skipped(String reason) implements Result {}

    /** The result of a call that returns a value or a negated errno. */
    static Result ofCall(long returned, String reason) {
        return Errno.isError(returned) ? new Failure((int) -returned, reason) : new Word(returned);
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Errno;

/**
 * What a step gave.
 *
 * @param value the result, a negated errno if the call failed
 * @param signal the signal of an access that memory refused, 0 for none, or {@link #NOT_RUN}
 * @param code the signal's code
 * @param address the signal's address
 */
record Outcome(long value, int signal, int code, long address) {
    /** Instead of a signal: there was no process to make the call. */
    static final int NOT_RUN = -1;

    static Outcome of(long value) {
        return new Outcome(value, 0, 0, 0);
    }

    boolean isError() {
        return signal == 0 && Errno.isError(value);
    }

    boolean isValue() {
        return signal == 0 && !Errno.isError(value);
    }

    /** As scripts write it down. */
    String text() {
        if (signal == NOT_RUN) {
            return "not run";
        }
        if (signal != 0) {
            return signal == 7
                    ? "SIGBUS BUS_ADRERR"
                    : signal == 11 ? code == 1 ? "SIGSEGV SEGV_MAPERR" : "SIGSEGV SEGV_ACCERR" : "signal " + signal;
        }
        if (Errno.isError(value)) {
            return "-1 " + Errno.name((int) -value);
        }
        return value >= 0 && value < 1 << 20 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
}

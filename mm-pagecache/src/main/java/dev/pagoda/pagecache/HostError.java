package dev.pagoda.pagecache;

import java.io.IOException;

/** What a call of the host answered instead of a value. */
final class HostError extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    HostError(String call, int errno) {
        super("the host's " + call + " failed with error " + errno);
        this.errno = errno;
    }

    /** The positive error number. */
    int errno() {
        return errno;
    }

    /** Hands a value on. */
    static long check(long result, String call) throws HostError {
        if (result < 0) {
            throw new HostError(call, (int) -result);
        }
        return result;
    }
}

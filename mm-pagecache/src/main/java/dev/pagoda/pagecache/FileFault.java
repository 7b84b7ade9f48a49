package dev.pagoda.pagecache;

/** A part of a file that could not be read or written through a {@link FileCursor}. Without a stack trace, as it may be usual in a run. */
public final class FileFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final long offset;

    /**
     * Describes one refusal.
     *
     * @param errno Linux's error number, positive
     * @param offset the first byte that was not moved
     * @param reason a sentence that says why
     */
    FileFault(int errno, long offset, String reason) {
        super(reason + ": error " + errno + " at byte " + offset, null, false, false);
        this.errno = errno;
        this.offset = offset;
    }

    /** Linux's error number, positive: EIO, ENOMEM, EBADF, EPERM, ENOSPC and what else read(2) and write(2) answer. */
    public int errno() {
        return errno;
    }

    /** The first byte that was not moved. */
    public long offset() {
        return offset;
    }
}

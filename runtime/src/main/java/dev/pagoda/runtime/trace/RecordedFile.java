package dev.pagoda.runtime.trace;

/**
 * A file of the recording: the user's own file where it is only read and is as the recording saw it, a stand-in of the
 * recorded size everywhere else. A path that is made anew is another file.
 */
final class RecordedFile extends Resource {
    /** What the replay opens. */
    enum Kind {
        /** The file of the recorded path, read-only. */
        REAL,
        /** A sparse file in the replay's own directory. */
        STAND_IN,
        /** A file without a name: in memory, or what O_TMPFILE makes in the replay's own directory. */
        MEMORY,
        /** The replay's own directory. */
        DIRECTORY
    }

    private final int number;
    private final Kind kind;
    private final String path;
    private final boolean sizeFollowsReads;
    private long size;

    RecordedFile(int number, Kind kind, String path, long size, boolean sizeFollowsReads) {
        this.number = number;
        this.kind = kind;
        this.path = path;
        this.size = size;
        this.sizeFollowsReads = sizeFollowsReads;
    }

    int number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    /** The recorded path. */
    String path() {
        return path;
    }

    /** Its size in bytes after the calls planned so far. */
    long size() {
        return size;
    }

    void size(long bytes) {
        size = bytes;
    }

    /** Whether its size was taken from what was read, because stat says 0 for files that the system makes up. */
    boolean sizeFollowsReads() {
        return sizeFollowsReads;
    }

    @Override
    public String toString() {
        return kind + "#" + number + ":" + path;
    }
}

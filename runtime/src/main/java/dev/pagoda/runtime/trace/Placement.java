package dev.pagoda.runtime.trace;

/**
 * A range that the recording got from one call, and that the replay gets from its own kernel at an address of its own.
 * An instance stands for one such range once; what takes the same recorded address later is another placement.
 */
final class Placement extends Resource {
    /** Where a placement comes from. */
    enum Kind {
        /** mmap or mremap of the recording. */
        MAP,
        /** The heap: its base is what our own brk(NULL) answers. */
        HEAP,
        /** Memory that was there when the recording began, or came by a call that is not in it: mapped in advance. */
        IMAGE
    }

    private final int number;
    private final Kind kind;
    private final long recorded;
    private final long length;

    Placement(int number, Kind kind, long recorded, long length) {
        this.number = number;
        this.kind = kind;
        this.recorded = recorded;
        this.length = length;
    }

    int number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    /** The recorded address of its first byte. */
    long recorded() {
        return recorded;
    }

    /** Its length in bytes when it was made. */
    long length() {
        return length;
    }

    @Override
    public String toString() {
        return kind + "#" + number + "@0x" + Long.toHexString(recorded);
    }
}
